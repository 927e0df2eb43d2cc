"""Screens of the bank."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton

from legal_education.quiz.models import BankImport, Question
from legal_education.quiz.results.export import XLSX
from legal_education.quiz.screens import BANK, QuizScreen
from legal_education.workbooks import SheetUnreadable

from . import actions
from .forms import BankSearchForm, ImportForm, QuestionForm, to_initial
from .selectors import list_own_imports, list_questions, list_stock
from .sheet_template import write_template

_PAGE_SIZE = 50


class BankScreen(QuizScreen, TemplateView):
    """All questions, searched and filtered; how many there are by topic."""

    template_name = "quiz/admin/bank.html"
    page_title = "题库"

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override] # Wagtail's is a plain list
        """New, and import."""
        return [
            HeaderButton("新增题目", url=reverse("quiz_question_add"), icon_name="plus"),
            HeaderButton("导入", url=reverse("quiz_import"), icon_name="upload"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the list."""
        form = BankSearchForm(self.request.GET)
        form.is_valid()
        asked = form.cleaned_data
        found = list_questions(
            words=asked.get("q", ""),
            kind=asked.get("kind", ""),
            topic=asked.get("topic", ""),
            retired=asked.get("state") == "retired",
        )
        page = Paginator(found, _PAGE_SIZE).get_page(self.request.GET.get("p"))
        query = self.request.GET.copy()
        query.pop("p", None)
        return super().get_context_data(
            form=form,
            page=page,
            query=query.urlencode(),
            stock=list_stock(),
            waiting=list_own_imports(self.acting_user),
            **kwargs,
        )


class QuestionScreen(QuizScreen, FormView):
    """A new question."""

    template_name = "quiz/admin/form.html"
    form_class = QuestionForm
    page_title = "新增题目"

    def get_trail(self) -> list[tuple[str, str]]:
        """The bank."""
        return [(reverse(BANK), "题库")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        return super().get_context_data(back_url=reverse(BANK), submit_label="保存", **kwargs)

    def write(self, form: QuestionForm) -> Question:
        """Raises ValidationError."""
        return actions.add_question(form.get_draft(), acting_user=self.acting_user)

    def form_valid(self, form: QuestionForm) -> HttpResponse:
        """Write it, or say what is wrong."""
        try:
            question = self.write(form)
        except ValidationError as problem:
            form.show_faults(problem)
            return self.form_invalid(form)
        messages.success(self.request, f"已保存“{question}”。")
        return redirect(BANK)


class ChangeQuestionScreen(QuestionScreen):
    """A question of the bank."""

    template_name = "quiz/admin/question.html"
    page_title = "修改题目"

    @cached_property
    def question(self) -> Question:
        """The one of the address. Raises Http404."""
        return get_object_or_404(Question, pk=self.kwargs["question_id"])

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        return to_initial(self.question)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the question."""
        return super().get_context_data(question=self.question, **kwargs)

    def write(self, form: QuestionForm) -> Question:
        """Raises ValidationError."""
        return actions.change_question(self.question, form.get_draft(), acting_user=self.acting_user)


class UseQuestionView(QuizScreen):
    """Retire a question, or take it up again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, question_id: int) -> HttpResponseBase:
        """By the button that was pressed."""
        question = get_object_or_404(Question, pk=question_id)
        in_use = request.POST.get("in_use") == "1"
        try:
            actions.set_in_use(question, in_use, acting_user=self.acting_user)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, "已启用。" if in_use else "已停用：不再抽到新的试卷里，已发出的试卷不变。")
        return redirect(BANK)


class ImportScreen(QuizScreen, FormView):
    """A workbook is sent; without an error it is imported at once."""

    template_name = "quiz/admin/import.html"
    form_class = ImportForm
    page_title = "导入题目"

    def get_trail(self) -> list[tuple[str, str]]:
        """The bank."""
        return [(reverse(BANK), "题库")]

    @property
    def header_more_buttons(self) -> list[Button]:  # type: ignore[override] # Wagtail's is a plain list
        """The workbook to start from."""
        return [Button("下载模板", url=reverse("quiz_template"), icon_name="download")]

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Import all, or show what is wrong."""
        file = form.cleaned_data["file"]
        try:
            count, waiting = actions.import_sheet(file, str(file.name), acting_user=self.acting_user)
        except SheetUnreadable as problem:
            form.add_error("file", str(problem))
            return self.form_invalid(form)
        if waiting is not None:
            return redirect("quiz_import_errors", waiting.pk)
        messages.success(self.request, f"已导入 {count} 题。")
        return redirect(BANK)


class ImportErrorsScreen(QuizScreen, TemplateView):
    """What is wrong with a workbook, by row and column; and the button that imports the rest."""

    template_name = "quiz/admin/import_errors.html"
    page_title = "导入题目：有错误"

    def get_trail(self) -> list[tuple[str, str]]:
        """Bank, import."""
        return [(reverse(BANK), "题库"), (reverse("quiz_import"), "导入题目")]

    @cached_property
    def waiting(self) -> BankImport:
        """One's own import. Raises Http404."""
        return get_object_or_404(list_own_imports(self.acting_user), pk=self.kwargs["import_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With its errors."""
        rows = len({error["row"] for error in self.waiting.errors})
        return super().get_context_data(waiting=self.waiting, wrong_rows=rows, **kwargs)

    def post(self, request: HttpRequest, import_id: int) -> HttpResponseBase:
        """导入正确的行, or forget it."""
        if "import" in request.POST:
            count = actions.import_right_rows(self.waiting, acting_user=self.acting_user)
            messages.success(request, f"已导入 {count} 题，有错误的行没有导入。")
            return redirect(BANK)
        self.waiting.delete()
        messages.success(request, "已放弃这次导入。")
        return redirect("quiz_import")


class WorkbookTemplateView(QuizScreen):
    """The workbook to start from."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """As xlsx."""
        answer = HttpResponse(write_template(), content_type=XLSX)
        answer.headers["Content-Disposition"] = 'attachment; filename="questions-template.xlsx"'
        return answer


def list_urls() -> list[URLPattern]:
    """Addresses below `/admin/quiz/questions/`."""
    return [
        path("quiz/questions/", BankScreen.as_view(), name=BANK),
        path("quiz/questions/new/", QuestionScreen.as_view(), name="quiz_question_add"),
        path("quiz/questions/<int:question_id>/", ChangeQuestionScreen.as_view(), name="quiz_question"),
        path("quiz/questions/<int:question_id>/use/", UseQuestionView.as_view(), name="quiz_question_use"),
        path("quiz/questions/import/", ImportScreen.as_view(), name="quiz_import"),
        path("quiz/questions/import/template.xlsx", WorkbookTemplateView.as_view(), name="quiz_template"),
        path("quiz/questions/import/<int:import_id>/", ImportErrorsScreen.as_view(), name="quiz_import_errors"),
    ]
