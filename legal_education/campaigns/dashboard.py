"""On the dashboard of a site's editors: campaigns to prepare, and those of which nothing was told."""

from typing import Any

from django.utils import timezone

from legal_education.campaigns.permissions import user_can_keep_activities
from legal_education.campaigns.reminding import is_concerned, list_unreported, list_waiting
from site_core.dashboard import DashboardPanel


class CampaignsPanel(DashboardPanel):
    """In time for the draft, and for the report afterwards."""

    name = "campaigns"
    title = "普法日历"
    order = 144
    template_name = "legal_campaigns/admin/dashboard.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`waiting` and `unreported`."""
        today = timezone.localdate()
        return {"waiting": list_waiting(today), "unreported": list_unreported(today), "today": today}


def add_panel(user: Any, panels: list[Any]) -> None:
    """Where there is something to do, for those who do it."""
    if not user_can_keep_activities(user) or not is_concerned():
        return
    today = timezone.localdate()
    if list_waiting(today) or list_unreported(today):
        panels.append(CampaignsPanel())
