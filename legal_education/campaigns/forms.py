"""Forms of the ledger of activities and of the centre's calendar. Each carries out its own action."""

from copy import copy
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.images.widgets import AdminImageChooser

from legal_education.audiences import Audience
from legal_education.campaigns.activity_actions import save_activity
from legal_education.campaigns.calendar import list_campaigns
from legal_education.campaigns.calendar_actions import save_date
from legal_education.campaigns.models import Activity, ActivityForm
from legal_education.cluster.models import ExtraCampaign
from site_core.models import SiteImage

MOST_PICTURES = 4
NO_CAMPAIGN = "none"


def _list_choices() -> list[tuple[str, str]]:
    return [(each.key, each.name) for each in list_campaigns()]


class ActivityEntryForm(forms.ModelForm):
    """An activity with up to four pictures. It works on a copy: the page goes on showing what the activity is."""

    class Meta:
        model = Activity
        fields = (
            "held_on", "theme", "place", "campaign", "audience", "form", "people", "materials", "summary", "is_public",
        )  # fmt: skip
        widgets = {"held_on": AdminDateInput, "summary": forms.Textarea(attrs={"rows": 5})}

    campaign = forms.ChoiceField(label="所属活动", required=False, help_text="不属于普法日历中的活动，留空。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = _list_choices()
        if self.instance.campaign and self.instance.campaign not in dict(choices):
            choices.append((self.instance.campaign, "（已不在普法日历中）"))
        self.fields["campaign"].choices = [("", "无"), *choices]  # type: ignore[attr-defined] # a choice field
        known = [row.image_id for row in self.instance.pictures.all()] if self.instance.pk else []
        for place in range(MOST_PICTURES):
            self.fields[f"picture_{place + 1}"] = forms.ModelChoiceField(
                SiteImage.objects.all(),
                label=f"图片{place + 1}",
                required=False,
                initial=known[place] if place < len(known) else None,
                widget=AdminImageChooser,
            )

    @classmethod
    def for_activity(cls, activity: Activity | None, data: Any = None) -> "ActivityEntryForm":
        """For an activity, or a new one."""
        return cls(data, instance=copy(activity) if activity else None)

    def apply(self, acting_user: Any) -> Activity | None:
        """The activity as it was written; None with the reasons at the fields."""
        if not self.is_valid():
            return None
        images = [self.cleaned_data[f"picture_{place + 1}"] for place in range(MOST_PICTURES)]
        return save_activity(self.instance, list(dict.fromkeys(filter(None, images))), acting_user=acting_user)


class ActivityFilterSet(WagtailFilterSet):
    """By campaign, audience, form and time; text is searched for beside it."""

    campaign = django_filters.ChoiceFilter(
        label="所属活动",
        method="by_campaign",
        choices=lambda: [*_list_choices(), (NO_CAMPAIGN, "无")],
        empty_label="全部",
    )
    audience = django_filters.ChoiceFilter(label="主要对象", choices=Audience.choices, empty_label="全部")
    form = django_filters.ChoiceFilter(label="形式", choices=ActivityForm.choices, empty_label="全部")
    held_on = django_filters.DateFromToRangeFilter(label="日期", widget=DateRangePickerWidget)
    is_public = django_filters.ChoiceFilter(label="公开", choices=[("1", "公开"), ("0", "不公开")], empty_label="全部")

    class Meta:
        model = Activity
        fields: tuple[str, ...] = ()

    def by_campaign(self, rows: Any, name: str, value: str) -> Any:
        """Of a campaign, or of none."""
        return rows.filter(campaign="" if value == NO_CAMPAIGN else value)


class CalendarForm(forms.ModelForm):
    """A date of the centre's own."""

    class Meta:
        model = ExtraCampaign
        fields = ("name", "first_day", "last_day", "is_yearly", "lead_days", "report_days", "about")
        widgets = {"first_day": AdminDateInput, "last_day": AdminDateInput}

    @classmethod
    def for_row(cls, row: ExtraCampaign | None, data: Any = None) -> "CalendarForm":
        """For a row, or a new one."""
        return cls(data, instance=copy(row) if row else None)

    def clean(self) -> dict[str, Any]:
        """It ends after it begins, in the same year."""
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and (last < first or last.year != first.year):
            self.add_error("last_day", ValidationError("结束日期不能早于开始日期，也不能跨年。"))
        return values

    def apply(self, acting_user: Any) -> ExtraCampaign | None:
        """The row as it was written; None with the reasons at the fields."""
        return save_date(self.instance, acting_user=acting_user) if self.is_valid() else None
