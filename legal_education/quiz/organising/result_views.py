"""Screens of organisers on what came of a quiz: results, charts, the workbook, the draw."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from legal_education.quiz.models import Draw
from legal_education.quiz.results.drawing import DrawRefused, hold_draw, list_entitled
from legal_education.quiz.results.export import XLSX, write_workbook
from legal_education.quiz.results.figures import count_by_band, count_by_day, draw_bars
from legal_education.quiz.results.ranking import list_groups
from legal_education.quiz.taking.actions import finish_overdue
from site_core.charts import answer_chart

from . import actions
from .forms import DrawForm
from .selectors import list_results
from .views import OneQuizScreen

_PAGE_SIZE = 50
_MOST_BARS = 12


class ResultsScreen(OneQuizScreen, TemplateView):
    """Best attempts in their order, telephones masked."""

    template_name = "quiz/admin/results.html"
    page_title = "成绩"

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override] # Wagtail's is a plain list
        """The workbook, for those who may take it out."""
        if not self.may_run:
            return []
        url = reverse("quiz_export", args=[self.quiz.pk])
        return [HeaderButton("导出 xlsx", url=url, icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the list."""
        words = self.request.GET.get("q", "").strip()[:60]
        page = Paginator(list_results(self.quiz, words), _PAGE_SIZE).get_page(self.request.GET.get("p"))
        query = urlencode({"q": words}) if words else ""
        return super().get_context_data(page=page, words=words, query=query, **kwargs)


class ExportView(OneQuizScreen):
    """The workbook; the ledger knows who took it."""

    def get(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """As xlsx."""
        actions.note_export(self.quiz, acting_user=self.acting_user)
        finish_overdue(now=timezone.now(), quiz=self.quiz)
        answer = HttpResponse(write_workbook(self.quiz), content_type=XLSX)
        name = f"quiz-{self.quiz.pk}-{timezone.localdate():%Y%m%d}.xlsx"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class ChartView(OneQuizScreen):
    """One of the charts; `narrow=1` for telephones."""

    def get(self, request: HttpRequest, quiz_id: int, name: str) -> HttpResponse:
        """SVG. Raises Http404 for a chart that there is not."""
        regions = [(row.name, row.people) for row in list_groups(self.quiz, "region")][:_MOST_BARS]
        charts: dict[str, tuple[Any, str]] = {
            "days": (count_by_day(self.quiz), "每天报名人数"),
            "bands": (count_by_band(self.quiz), "得分分布"),
            "regions": (regions, "各地区完成人数"),
        }
        if name not in charts:
            raise Http404
        return answer_chart(draw_bars(*charts[name], is_narrow="narrow" in request.GET))


class DrawScreen(OneQuizScreen, FormView):
    """The draw: before it, who takes part; after it, what came of it."""

    template_name = "quiz/admin/draw.html"
    form_class = DrawForm
    page_title = "抽奖"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the draw, if it was held."""
        draw = Draw.objects.filter(quiz=self.quiz).select_related("drawn_by").first()
        winners = [ticket for ticket in draw.tickets if ticket["prize"]] if draw else []
        entitled = 0 if draw else len(list_entitled(self.quiz))
        return super().get_context_data(
            draw=draw, winners=winners, entitled=entitled, prizes=self.quiz.list_prizes(), **kwargs
        )

    def form_valid(self, form: DrawForm) -> HttpResponse:
        """Draw, or say why not."""
        try:
            hold_draw(self.quiz, form.cleaned_data["seed"], acting_user=self.acting_user, now=timezone.now())
        except DrawRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "已抽奖，结果已经公布。")
        return redirect("quiz_draw_admin", self.quiz.pk)


def list_urls() -> list[URLPattern]:
    """Addresses below `/admin/quiz/<id>/`."""
    return [
        path("quiz/<int:quiz_id>/results/", ResultsScreen.as_view(), name="quiz_results"),
        path("quiz/<int:quiz_id>/export.xlsx", ExportView.as_view(), name="quiz_export"),
        path("quiz/<int:quiz_id>/charts/<slug:name>.svg", ChartView.as_view(), name="quiz_chart"),
        path("quiz/<int:quiz_id>/draw/", DrawScreen.as_view(), name="quiz_draw_admin"),
    ]
