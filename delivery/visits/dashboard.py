"""On the editors' dashboard: how the site was read in the last week."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from site_core.dashboard import DashboardPanel
from tenants.current import current_site

from .periods import WEEK, find_period
from .permissions import user_can_see_visits
from .selectors import get_totals, has_samples, list_top_pages, list_visits

_TOP = 5


class VisitsPanel(DashboardPanel):
    """Today, the last seven days, and what was read most."""

    name = "visits"
    title = "近 7 天访问"
    order = 145
    template_name = "delivery/visits/dashboard.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`today` and `week` (figures), `pages`, `is_sample`."""
        period = find_period(WEEK, timezone.localdate())[1]
        visits = list_visits(current_site(), period)
        return {
            "today": visits[-1],
            "week": get_totals(visits),
            "pages": list_top_pages(period, _TOP),
            "is_sample": has_samples(current_site(), period),
        }


def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For those who see the figures."""
    if user_can_see_visits(request.user):
        panels.append(VisitsPanel())
