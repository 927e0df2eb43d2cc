"""Forms of organisers: a quiz with its rules, the draw."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.widgets import AdminDateTimeInput

from legal_education.quiz.bank.selectors import list_topics
from legal_education.quiz.models import QuestionKind, Quiz

from .actions import Rule

MOST_RULES = 20


class QuizForm(forms.ModelForm):
    """All that a quiz says of itself."""

    class Meta:
        model = Quiz
        fields = (
            *("title", "intro", "opens_at", "closes_at", "minutes", "attempts_a_day", "regions", "units"),
            *("certificate_score", "prizes", "seed_source"),
        )
        widgets = {
            "opens_at": AdminDateTimeInput,
            "closes_at": AdminDateTimeInput,
            "intro": forms.Textarea({"rows": 6}),
            "regions": forms.Textarea({"rows": 6}),
            "units": forms.Textarea({"rows": 6}),
            "prizes": forms.Textarea({"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        """Words a line each, not too long; prizes that can be read."""
        cleaned = super().clean() or {}
        for name, longest in (("regions", 60), ("units", 100)):
            if any(len(line.strip()) > longest for line in cleaned.get(name, "").splitlines()):
                self.add_error(name, f"每行不超过 {longest} 字。")
        try:
            Quiz(prizes=cleaned.get("prizes", "")).list_prizes()
        except ValueError as problem:
            self.add_error("prizes", f"看不懂“{problem}”：一行一个，名称和人数之间空一格，如 一等奖 3。")
        return cleaned


class RuleForm(forms.Form):
    """One rule; a row that is left empty is none."""

    kind = forms.ChoiceField(label="题型", choices=[("", "—"), *QuestionKind.choices], required=False)
    topic = forms.ChoiceField(label="主题", required=False)
    count = forms.IntegerField(label="题数", min_value=1, max_value=100, required=False)
    points = forms.IntegerField(label="每题分值", min_value=1, max_value=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = (self.initial or {}).get("topic")
        topics = list(dict.fromkeys([*list_topics(), *([kept] if kept else [])]))
        self.fields["topic"].choices = [("", "不限"), *((each, each) for each in topics)]  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        """All of it, or nothing."""
        cleaned = super().clean() or {}
        given = [cleaned.get(name) for name in ("kind", "count", "points")]
        if any(given) and not all(given) and not self.errors:
            raise ValidationError("请填写题型、题数和分值；不要这一条时全部留空。")
        return cleaned

    def get_rule(self) -> Rule | None:
        """The rule; the form must be valid."""
        cleaned = self.cleaned_data
        if not cleaned.get("kind"):
            return None
        return cleaned["kind"], cleaned.get("topic", ""), cleaned["count"], cleaned["points"]


RuleFormSet = forms.formset_factory(RuleForm, extra=3, max_num=MOST_RULES, validate_max=True)


class DrawForm(forms.Form):
    """The seed, and the word that it is final."""

    seed = forms.CharField(label="种子", max_length=200, help_text="按公布的来源填写，如开奖号码，数字之间不加空格。")
    is_final = forms.BooleanField(label="我已核对种子。抽奖只有一次，结果立即公布，不能更改。")
