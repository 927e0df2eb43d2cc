"""Forms of the bank: a question, a search, a workbook."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from legal_education.quiz.models import Question, QuestionKind
from legal_education.quiz.models.bank import LETTERS
from legal_education.workbooks import WorkbookForm

from .drafts import LONGEST, QuestionDraft
from .selectors import list_topics
from .sheet import LARGEST_BYTES, read_answer


class QuestionForm(forms.Form):
    """A question; what is wrong with it is said by the action."""

    kind = forms.ChoiceField(label="题型", choices=QuestionKind.choices)
    text = forms.CharField(label="题目", widget=forms.Textarea({"rows": 3}), max_length=LONGEST["text"])
    options = forms.CharField(
        label="选项",
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text="一行一个，依次为 A、B、C……；判断题不填。答卷上选项的先后由系统打乱。",
    )
    answer = forms.CharField(
        label="答案", max_length=20, help_text="判断题写 正确 或 错误；单选题写一个字母；多选题写几个字母，如 ACD。"
    )
    law = forms.CharField(
        label="法律依据", max_length=LONGEST["law"], help_text="如 《中华人民共和国民法典》第一百八十四条。"
    )
    law_url = forms.CharField(
        label="法律条文链接",
        required=False,
        max_length=LONGEST["law_url"],
        help_text="条文所在页面的网址；没有写 #tiao-184 这样的条号时，按“法律依据”自动找到那一条。",
    )
    explanation = forms.CharField(label="解析", widget=forms.Textarea({"rows": 4}), max_length=LONGEST["explanation"])
    topic = forms.CharField(label="主题", required=False, max_length=LONGEST["topic"], help_text="如 宪法、民法典。")

    def get_draft(self) -> QuestionDraft:
        """What was written; the form must be valid."""
        cleaned = self.cleaned_data
        kind = QuestionKind(cleaned["kind"])
        options = tuple(line.strip() for line in cleaned["options"].splitlines() if line.strip())
        return QuestionDraft(
            kind=str(kind),
            text=cleaned["text"],
            options=() if kind == QuestionKind.TRUE_FALSE else options,
            answer=read_answer(kind, cleaned["answer"]),
            law=cleaned["law"],
            law_url=cleaned["law_url"],
            explanation=cleaned["explanation"],
            topic=cleaned["topic"],
        )

    def show_faults(self, problem: ValidationError) -> None:
        """What the action found, at the fields."""
        for name, errors in problem.message_dict.items():
            self.add_error(name, errors)


def to_initial(question: Question) -> dict[str, Any]:
    """The question as the form shows it."""
    is_true_false = question.kind == QuestionKind.TRUE_FALSE
    return {
        **{name: getattr(question, name) for name in ("kind", "text", "law", "law_url", "explanation", "topic")},
        "options": "" if is_true_false else "\n".join(question.options),
        "answer": question.options[LETTERS.index(question.answer)] if is_true_false else question.answer,
    }


class BankSearchForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(label="题目、法律或主题", required=False, max_length=100)
    kind = forms.ChoiceField(label="题型", required=False, choices=[("", "全部"), *QuestionKind.choices])
    topic = forms.ChoiceField(label="主题", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "启用"), ("retired", "停用")])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        topics = [(each, each) for each in list_topics()]
        self.fields["topic"].choices = [("", "全部"), *topics]  # type: ignore[attr-defined] # a choice field


class ImportForm(WorkbookForm):
    """The workbook to import."""

    largest_bytes = LARGEST_BYTES
