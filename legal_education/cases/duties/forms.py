"""Forms of the list of duties."""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from legal_education.cases.duties.actions import FIELDS, save_duty
from legal_education.cases.duties.selectors import list_years
from legal_education.cases.duties.sheet import LARGEST_BYTES
from legal_education.cases.models import FIRST_YEAR, LAST_YEAR, STATE_LABELS, Duty
from legal_education.workbooks import WorkbookForm


class DutyForm(forms.ModelForm):
    """It works on a copy: the page goes on showing what the duty is."""

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)

    class Meta:
        model = Duty
        fields = FIELDS
        widgets = {
            "laws": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "deadline": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    @classmethod
    def for_duty(cls, duty: Duty | None, data: Any = None) -> "DutyForm":
        """For a duty, or a new one of this year."""
        initial = {} if duty else {"year": timezone.localdate().year}
        return cls(data, instance=copy(duty) if duty else None, initial=initial)

    def apply(self, acting_user: Any) -> Duty | None:
        """The duty as it was written; None with the reasons at the fields."""
        if not self.is_valid():
            return None
        try:
            return save_duty(self.instance, self.cleaned_data, acting_user=acting_user)
        except ValidationError as problem:
            for name, errors in problem.message_dict.items():
                self.add_error(name if name in self.fields else None, ValidationError(errors))
            return None


class SearchForm(forms.Form):
    """What is looked for."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="进度", required=False, choices=[("", "全部"), *STATE_LABELS.items()])
    q = forms.CharField(label="单位、法律或形式", required=False, max_length=100)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        years = [(each, f"{each}年") for each in list_years()]
        self.fields["year"].choices = [("", "全部"), *years]  # type: ignore[attr-defined] # a choice field

    @property
    def asked(self) -> dict[str, Any]:
        """Year, state and words; what makes no sense is not asked for."""
        self.is_valid()
        found = self.cleaned_data
        return {"year": found.get("year"), "state": found.get("state", ""), "words": found.get("q", "")}


class ImportForm(WorkbookForm):
    """The workbook to import."""

    largest_bytes = LARGEST_BYTES
