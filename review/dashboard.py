"""What waits for a reviewer, on the dashboard."""

from typing import Any

from review.models import REVIEWERS
from review.screen_selectors import label_place, list_inbox
from site_core.dashboard import DashboardPanel
from site_core.member_selectors import list_roles

SHOWN = 8


class WaitingPanel(DashboardPanel):
    """Rounds that wait for this person, who has waited longest first."""

    name = "review_waiting"
    title = "等我审核"
    order = 105
    template_name = "review/dashboard.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`rows`, and `more`: how many are not among them."""
        rounds = list_inbox(user)
        return {
            "rows": [(each, label_place(each)) for each in rounds[:SHOWN]],
            "more": max(len(rounds) - SHOWN, 0),
        }


def add_panel(user: Any, panels: list[Any]) -> None:
    """For those who review."""
    if list_roles(user) & set(REVIEWERS):
        panels.append(WaitingPanel())
