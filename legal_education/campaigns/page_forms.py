"""The form of a campaign's page in the admin."""

from typing import Any

from django import forms

from legal_education.campaigns.calendar import list_campaigns
from site_core.page_forms import SitePageForm


class CampaignPageForm(SitePageForm):
    """The campaign by its name in the calendar; one that was taken out of it since stays choosable on its own page."""

    campaign = forms.ChoiceField(label="普法日历中的活动")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.key, each.name) for each in list_campaigns()]
        current = self.instance.campaign
        if current and current not in dict(choices):
            choices.append((current, "（已不在普法日历中）"))
        self.fields["campaign"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined] # a choice field
