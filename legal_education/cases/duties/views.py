"""Screens of the list of duties in a site's admin. For whoever may not keep it they do not exist: 404."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from accounts.models import User
from legal_education.cases.duties import actions, selectors
from legal_education.cases.duties.charts import draw_states
from legal_education.cases.duties.forms import DutyForm, ImportForm, SearchForm
from legal_education.cases.duties.sheet import XLSX, read_sheet, write_sheet
from legal_education.cases.models import STATE_LABELS, Duty
from legal_education.cases.permissions import user_can_keep_duties
from legal_education.workbooks import SheetUnreadable
from site_core.charts import answer_chart
from tenants.current import current_site

DUTIES = "legal_duties_admin"
NEW, DUTY, DELETE, IMPORT, EXPORT, REPORT, CHART = (
    f"{DUTIES}_{name}" for name in ("new", "duty", "delete", "import", "export", "report", "chart")
)


class DutiesView(View):
    """For editors and administrators of the site. Raises Http404 for all others."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """By role."""
        if not user_can_keep_duties(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)


class DutiesScreen(WagtailAdminTemplateMixin, DutiesView):
    """In the admin's dress."""

    header_icon = "tasks"
    _show_breadcrumbs = True
    is_list = False

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, the list, here."""
        above = [] if self.is_list else [{"url": reverse(DUTIES), "label": "普法责任清单"}]
        return [*self.breadcrumbs_items, *above, {"url": "", "label": str(self.get_page_title())}]


class ListScreen(DutiesScreen, TemplateView):
    """All duties, searched and filtered."""

    template_name = "legal_cases/admin/duties.html"
    page_title = "普法责任清单"
    is_list = True

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override] # Wagtail's is a plain list
        """New, and the report."""
        return [
            HeaderButton("添加责任", url=reverse(NEW), icon_name="plus"),
            HeaderButton("统计", url=reverse(REPORT), icon_name="view"),
        ]

    @property
    def header_more_buttons(self) -> list[Button]:  # type: ignore[override] # as above
        """Workbooks in and out, with the filter that is set."""
        query = self.request.GET.urlencode()
        return [
            Button("导入", url=reverse(IMPORT), icon_name="upload"),
            Button("导出 xlsx", url=f"{reverse(EXPORT)}?{query}", icon_name="download"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list; `?year=`, `?state=`, `?q=`."""
        form = SearchForm(self.request.GET)
        duties = selectors.list_duties(**form.asked)
        return super().get_context_data(form=form, duties=duties, public_url=reverse("legal_duties"), **kwargs)


class FormScreen(DutiesScreen, TemplateView):
    """A duty's form."""

    template_name = "legal_cases/admin/duty.html"

    @cached_property
    def duty(self) -> Duty | None:
        """The one of the address, None for a new one. Raises Http404."""
        return get_object_or_404(Duty, pk=self.kwargs["duty_id"]) if "duty_id" in self.kwargs else None

    def get_page_title(self) -> str:
        """By what is done."""
        return "修改责任" if self.duty else "添加责任"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        kwargs.setdefault("form", DutyForm.for_duty(self.duty))
        return super().get_context_data(duty=self.duty, back_url=reverse(DUTIES), **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Save it, or say what is wrong."""
        form = DutyForm.for_duty(self.duty, request.POST)
        duty = form.apply(self.acting_user)
        if duty is None:
            messages.error(request, "未能保存：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, f"已保存“{duty}”。")
        return redirect(DUTIES)


class DeleteScreen(DutiesScreen, TemplateView):
    """Ask once more, then remove the duty."""

    template_name = "legal_cases/admin/delete.html"
    page_title = "删除责任"

    @cached_property
    def duty(self) -> Duty:
        """The one of the address. Raises Http404."""
        return get_object_or_404(Duty, pk=self.kwargs["duty_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The duty."""
        return super().get_context_data(duty=self.duty, back_url=reverse(DUTY, args=[self.duty.pk]), **kwargs)

    def post(self, request: HttpRequest, duty_id: int) -> HttpResponseBase:
        """Remove it."""
        name = str(self.duty)
        actions.remove_duty(self.duty, acting_user=self.acting_user)
        messages.success(request, f"已删除“{name}”。")
        return redirect(DUTIES)


class ImportScreen(DutiesScreen, FormView):
    """A workbook is sent; with any error nothing is imported, and all errors are shown."""

    template_name = "legal_cases/admin/import.html"
    form_class = ImportForm
    page_title = "导入普法责任清单"

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Import all, or show what is wrong."""
        file = form.cleaned_data["file"]
        try:
            found = read_sheet(file)
            if found.errors:
                wrong_rows = len({error.row for error in found.errors})
                return self.render_to_response(
                    self.get_context_data(form=form, errors=found.errors, wrong_rows=wrong_rows)
                )
            added, changed = actions.import_duties(found.rows, str(file.name), acting_user=self.acting_user)
        except SheetUnreadable as problem:
            form.add_error("file", str(problem))
            return self.form_invalid(form)
        except ValidationError as problem:
            form.add_error("file", "；".join(problem.messages))
            return self.form_invalid(form)
        messages.success(self.request, f"已导入：新增 {added} 条，修改 {changed} 条。")
        return redirect(DUTIES)


class ExportView(DutiesView):
    """What the list shows, as a workbook that can be imported again."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """As xlsx."""
        duties = selectors.list_duties(**SearchForm(request.GET).asked)
        answer = HttpResponse(write_sheet(each.duty for each in duties), content_type=XLSX)
        name = f"duties-{current_site().schema_name}-{timezone.localdate():%Y%m%d}.xlsx"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class YearView(DutiesView):
    """The year that the address asks for, else the latest."""

    @cached_property
    def years(self) -> list[int]:
        """Those that have duties."""
        return selectors.list_years()

    @cached_property
    def year(self) -> int:
        """One of them; this year where there are none."""
        asked = self.request.GET.get("year", "")
        return next(
            (each for each in self.years if str(each) == asked),
            self.years[0] if self.years else timezone.localdate().year,
        )

    def count(self, by: str) -> dict[str, dict[str, int]]:
        """Counts by state for each unit or audience."""
        duties = selectors.list_duties(year=self.year)
        return selectors.count_by_unit(duties) if by == "units" else selectors.count_by_audience(duties)


class ReportScreen(YearView, DutiesScreen, TemplateView):
    """Counts by state, with charts and the same as tables."""

    template_name = "legal_cases/admin/report.html"
    page_title = "普法责任统计"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """By unit and by audience."""
        duties = selectors.list_duties(year=self.year)
        parts = [("units", "按责任单位", "责任单位"), ("audiences", "按宣传对象", "宣传对象")]
        tables = [
            {
                "key": key,
                "title": title,
                "heading": heading,
                "rows": [(n, *c.values()) for n, c in self.count(key).items()],
            }
            for key, title, heading in parts
        ]
        return super().get_context_data(
            year=self.year,
            years=self.years,
            totals=selectors.count_states(duties),
            total=len(duties),
            tables=tables,
            states=list(STATE_LABELS.values()),
            **kwargs,
        )


class ChartView(YearView):
    """One of the charts; `narrow=1` for telephones."""

    def get(self, request: HttpRequest, by: str) -> HttpResponse:
        """SVG."""
        if by not in ("units", "audiences"):
            raise Http404
        return answer_chart(draw_states(self.count(by), is_narrow="narrow" in request.GET))


def list_urls() -> list[URLPattern]:
    """Addresses below `/admin/duties/`."""
    return [
        path("duties/", ListScreen.as_view(), name=DUTIES),
        path("duties/new/", FormScreen.as_view(), name=NEW),
        path("duties/<int:duty_id>/", FormScreen.as_view(), name=DUTY),
        path("duties/<int:duty_id>/delete/", DeleteScreen.as_view(), name=DELETE),
        path("duties/import/", ImportScreen.as_view(), name=IMPORT),
        path("duties/export.xlsx", ExportView.as_view(), name=EXPORT),
        path("duties/report/", ReportScreen.as_view(), name=REPORT),
        path("duties/report/<str:by>.svg", ChartView.as_view(), name=CHART),
    ]
