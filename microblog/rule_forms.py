"""The form of a rule that makes posts of articles."""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from microblog.models import ComposeRule
from microblog.rule_actions import save_rule
from microblog.screen_selectors import list_open_accounts
from site_core.models import ColumnPage

_FIRST_DEPTH = 3  # of columns right below the home page


class ColumnChoices(forms.ModelMultipleChoiceField):
    """Columns as a tree."""

    def label_from_instance(self, obj: Any) -> str:
        """Indented by depth."""
        return "　" * max(obj.depth - _FIRST_DEPTH, 0) + str(obj.title)


class RuleForm(forms.ModelForm):
    """It works on a copy: the page goes on showing what the rule is."""

    columns = ColumnChoices(
        label="栏目",
        queryset=ColumnPage.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="包括其下级栏目。",
    )

    class Meta:
        model = ComposeRule
        fields = ("name", "columns", "template", "longest", "with_cover", "mode", "accounts", "is_active")
        widgets = {
            "template": forms.Textarea(attrs={"rows": 3}),
            "mode": forms.RadioSelect,
            "accounts": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].queryset = ColumnPage.objects.live().order_by("path")  # type: ignore[attr-defined] # choices of rows
        self.fields["accounts"].queryset = list_open_accounts()  # type: ignore[attr-defined] # as above

    @classmethod
    def for_rule(cls, rule: ComposeRule | None, data: Any = None) -> "RuleForm":
        """For a rule, or a new one."""
        return cls(data, instance=copy(rule) if rule else None)

    def apply(self, acting_user: Any) -> ComposeRule | None:
        """The rule as it was written; None with the reasons at the fields."""
        if not self.is_valid():
            return None
        try:
            return save_rule(self.instance, self.cleaned_data, acting_user=acting_user)
        except ValidationError as problem:
            for name, errors in problem.message_dict.items():
                self.add_error(name if name in self.fields else None, ValidationError(errors))
            return None
