"""Forms of programmes and their issues in the admin."""

from typing import Any

from django import forms

from legal_education.audiences import Audience
from legal_education.plans import list_plans
from site_core.page_forms import SitePageForm


class ProgrammePageForm(SitePageForm):
    """Audiences as boxes to tick, plans by name."""

    audiences = forms.MultipleChoiceField(
        label="面向", required=False, choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    plan = forms.ChoiceField(label="普法规划", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = [("", "无"), *((each.key, each.label) for each in list_plans())]  # type: ignore[attr-defined] # a choice field


class IssuePageForm(SitePageForm):
    """Tells a new page which programme it will stand below: what is refused depends on the programme's form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.parent_page is not None:
            self.instance._programme_of_form = self.parent_page
