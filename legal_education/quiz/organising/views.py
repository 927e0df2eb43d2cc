"""Screens of organisers: quizzes, one quiz with its figures, its form, a paper drawn to look at."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from legal_education.quiz.bank.selectors import list_stock
from legal_education.quiz.models import QuestionKind, Quiz, QuizState
from legal_education.quiz.papers.drawing import BankTooSmall
from legal_education.quiz.results.figures import HARDEST, count_by_band, count_by_day, get_figures, list_by_question
from legal_education.quiz.results.ranking import list_groups
from legal_education.quiz.screens import BANK, QUIZZES, QuizScreen
from legal_education.quiz.taking.selectors import get_facts

from . import actions
from .actions import QuizRefused
from .forms import QuizForm, RuleFormSet
from .selectors import draw_preview, list_quizzes


class QuizzesScreen(QuizScreen, TemplateView):
    """All quizzes."""

    template_name = "quiz/admin/quizzes.html"
    page_title = "答题"

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override] # Wagtail's is a plain list
        """New, and to the bank."""
        return [
            HeaderButton("新建活动", url=reverse("quiz_add"), icon_name="plus"),
            HeaderButton("题库", url=reverse(BANK), icon_name="list-ul"),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, here."""
        return [*self.breadcrumbs_items, {"url": "", "label": "答题"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list."""
        return super().get_context_data(quizzes=list_quizzes(), **kwargs)


class OneQuizScreen(QuizScreen):
    """What the screens about one quiz have in common."""

    @cached_property
    def quiz(self) -> Quiz:
        """The one of the address. Raises Http404."""
        return get_object_or_404(Quiz, pk=self.kwargs["quiz_id"])

    def get_trail(self) -> list[tuple[str, str]]:
        """The quiz."""
        return [(reverse("quiz_overview", args=[self.quiz.pk]), self.quiz.title)]

    @property
    def may_edit(self) -> bool:
        """What readers see already is changed by administrators alone."""
        return self.may_run or self.quiz.state == QuizState.DRAFT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the quiz."""
        own: dict[str, Any] = super().get_context_data(  # type: ignore[misc] # of the template view beside it
            quiz=self.quiz, may_run=self.may_run, may_edit=self.may_edit, **kwargs
        )
        return own


class OverviewScreen(OneQuizScreen, TemplateView):
    """How a quiz goes: figures, charts, what to do next."""

    template_name = "quiz/admin/overview.html"

    def get_page_title(self) -> str:
        """The quiz's own."""
        return self.quiz.title

    def get_trail(self) -> list[tuple[str, str]]:
        """Nothing between."""
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override] # Wagtail's is a plain list
        """Change, look, results."""
        args = [self.quiz.pk]
        buttons = [
            HeaderButton("试抽一份", url=reverse("quiz_preview", args=args), icon_name="view"),
            HeaderButton("成绩", url=reverse("quiz_results", args=args), icon_name="list-ol"),
        ]
        if self.may_edit:
            buttons.insert(0, HeaderButton("修改", url=reverse("quiz_edit", args=args), icon_name="edit"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Figures, tables beside the charts, the draw."""
        quiz = self.quiz
        return super().get_context_data(
            facts=get_facts(quiz),
            rules=quiz.rules.all(),
            figures=get_figures(quiz),
            charts=[
                ("days", "每天报名人数", count_by_day(quiz)),
                ("bands", "得分分布（本人最好成绩占满分的比例）", count_by_band(quiz)),
                ("regions", "各地区完成人数", [(row.name, row.people) for row in list_groups(quiz, "region")]),
            ],
            hardest=list_by_question(quiz)[:HARDEST],
            draw=getattr(quiz, "draw", None),
            **kwargs,
        )


class EditQuizScreen(OneQuizScreen, TemplateView):
    """A quiz and its rules, in one form."""

    template_name = "quiz/admin/quiz_form.html"
    page_title = "修改活动"

    def get_quiz_form(self, data: Any = None) -> QuizForm:
        """Of this quiz."""
        return QuizForm(data, instance=self.quiz)

    def get_rule_forms(self, data: Any = None) -> Any:
        """The rules that are there, and rows for more."""
        initial = [] if self.quiz.pk is None else list(self.quiz.rules.values("kind", "topic", "count", "points"))
        return RuleFormSet(data, initial=initial, prefix="rules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Forms, and what the bank has."""
        kwargs.setdefault("form", self.get_quiz_form())
        kwargs.setdefault("rule_forms", self.get_rule_forms())
        kinds = [kind.label for kind in QuestionKind]
        return super().get_context_data(stock=list_stock(), kinds=kinds, back_url=self.get_back_url(), **kwargs)

    def get_back_url(self) -> str:
        """To the quiz."""
        return reverse("quiz_overview", args=[self.quiz.pk])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save, or say what is wrong."""
        form, rule_forms = self.get_quiz_form(request.POST), self.get_rule_forms(request.POST)
        if form.is_valid() and rule_forms.is_valid():
            rules = [rule for each in rule_forms if (rule := each.get_rule()) is not None]
            try:
                quiz = actions.save_quiz(form.save(commit=False), rules, acting_user=self.acting_user)
            except QuizRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"已保存“{quiz.title}”。")
                return redirect("quiz_overview", quiz.pk)
        return self.render_to_response(self.get_context_data(form=form, rule_forms=rule_forms), status=422)


class AddQuizScreen(EditQuizScreen):
    """A new one: a draft."""

    page_title = "新建活动"

    @cached_property
    def quiz(self) -> Quiz:
        """Not saved yet."""
        return Quiz()

    def get_trail(self) -> list[tuple[str, str]]:
        """Nothing between."""
        return []

    def get_back_url(self) -> str:
        """To the list."""
        return reverse(QUIZZES)


class StateView(OneQuizScreen):
    """Publish or withdraw."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, quiz_id: int) -> HttpResponseBase:
        """By the button that was pressed."""
        try:
            if "publish" in request.POST:
                actions.publish_quiz(self.quiz, acting_user=self.acting_user)
                messages.success(request, "已发布，读者可以看到。")
            else:
                actions.withdraw_quiz(self.quiz, acting_user=self.acting_user)
                messages.success(request, "已撤下，答题记录都保留着。")
        except QuizRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("quiz_overview", quiz_id)


class PreviewScreen(OneQuizScreen, TemplateView):
    """A paper as somebody might get it, with its answers; drawn anew each time."""

    template_name = "quiz/admin/preview.html"
    page_title = "试抽一份"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The paper, or why there is none."""
        try:
            questions, problem = draw_preview(self.quiz), ""
        except BankTooSmall as error:
            questions, problem = [], str(error)
        return super().get_context_data(questions=questions, problem=problem, facts=get_facts(self.quiz), **kwargs)


def list_urls() -> list[URLPattern]:
    """Addresses below `/admin/quiz/`."""
    return [
        path("quiz/", QuizzesScreen.as_view(), name=QUIZZES),
        path("quiz/new/", AddQuizScreen.as_view(), name="quiz_add"),
        path("quiz/<int:quiz_id>/", OverviewScreen.as_view(), name="quiz_overview"),
        path("quiz/<int:quiz_id>/edit/", EditQuizScreen.as_view(), name="quiz_edit"),
        path("quiz/<int:quiz_id>/state/", StateView.as_view(), name="quiz_state"),
        path("quiz/<int:quiz_id>/preview/", PreviewScreen.as_view(), name="quiz_preview"),
    ]
