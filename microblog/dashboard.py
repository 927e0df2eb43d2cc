"""On the dashboard of a site's administrators: what is wrong with its accounts, and what waits in the outbox."""

from typing import Any

from django.utils import timezone

from microblog.cluster.models import AccountStanding
from microblog.permissions import user_can_manage_accounts
from microblog.screen_selectors import count_waiting
from microblog.watch.alarms import list_alarms
from site_core.dashboard import DashboardPanel
from tenants.current import current_site


class AccountsPanel(DashboardPanel):
    """Silence, authorisation, filing: the same alarms that the centre sees."""

    name = "microblog_accounts"
    title = "政务新媒体"
    order = 142
    template_name = "microblog/dashboard.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`rows` (standing, alarms) of the accounts that have one, and how many deliveries wait."""
        standings = AccountStanding.objects.filter(site_id=current_site().pk).order_by("platform", "name")
        now = timezone.now()
        judged = [(each, list_alarms(each, now)) for each in standings]
        return {"rows": [pair for pair in judged if pair[1]], "count": len(judged), "waiting": count_waiting()}


def add_panel(user: Any, panels: list[Any]) -> None:
    """For administrators of a site that has accounts."""
    if user_can_manage_accounts(user) and AccountStanding.objects.filter(site_id=current_site().pk).exists():
        panels.append(AccountsPanel())
