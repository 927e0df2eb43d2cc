"""On the editors' dashboard: what readers of this site looked for in vain."""

from datetime import timedelta
from typing import Any

from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry

from search.models import SearchCount
from site_core.dashboard import DashboardPanel
from tenants.current import current_site

_MOST, _DAYS = 8, 30


class VainQueriesPanel(DashboardPanel):
    """What readers looked for and did not find in the last month."""

    name = "vain_queries"
    title = "读者没有搜到的词"
    order = 140
    template_name = "search/dashboard/vain_queries.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`queries`: words, how often in vain, and the last day."""
        return {"queries": list_vain_queries(_MOST)}


def list_vain_queries(count: int) -> list[dict[str, Any]]:
    """Queries of this site that found nothing, most frequent first."""
    since = timezone.localdate() - timedelta(days=_DAYS)
    rows = SearchCount.objects.filter(site_id=current_site().pk, day__gte=since, vain__gt=0).values("query")
    counted = rows.annotate(times=Sum("vain"), last_day=Max("day")).order_by("-times", "-last_day")[:count]
    return [dict(row) for row in counted]


# Behind the floor's own panels, which take the place of Wagtail's.
@hooks.register("construct_homepage_panels", order=10)
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For those who may edit pages."""
    if policy_registry.get_by_type(Page).user_has_any_permission(request.user, {"add", "change"}):
        panels.append(VainQueriesPanel())
