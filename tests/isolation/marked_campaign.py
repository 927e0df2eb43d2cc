"""A campaign for a marked site, and activities: one that everybody may see, one that nobody may, which is returned."""

from datetime import date
from typing import Any

from legal_education.campaigns.activity_actions import save_activity
from legal_education.campaigns.models import Activity, CampaignPage
from site_core.actions import publish_page
from site_core.models import ColumnPage


def make_marked_campaign(secret: str, public: str, editor: Any) -> Activity:
    """The activity whose words are secret."""
    page = CampaignPage(
        title=f"{public} 活动", slug="found-campaign", campaign="minfadian_yue", year=2026,
        starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31),
    )  # fmt: skip
    publish_page(ColumnPage.objects.get(node_key="pufa"), page)
    for words, is_public in ((public, True), (secret, False)):
        activity = Activity(
            held_on=date(2026, 5, 4),
            theme=f"{words} 集市",
            place=words,
            people=7,
            campaign="minfadian_yue",
            summary=words,
        )
        activity.is_public = is_public
        save_activity(activity, [], acting_user=editor)
    return activity
