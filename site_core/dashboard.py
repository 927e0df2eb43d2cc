"""The editors' dashboard: what waits for me, which columns are due, documents without interpretation."""

from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from site_core import dashboard_selectors as selectors
from site_core.column_freshness import Freshness, judge

OWN_WORK, SCHEDULED = 8, 6


class DashboardPanel(Component):
    """A panel; what it shows is read when it renders."""

    title = ""

    def get_facts(self, user: Any) -> dict[str, Any]:
        """What the template shows."""
        return {}

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """The title and the facts."""
        user = parent_context["request"].user if parent_context else None
        return {"title": self.title, **self.get_facts(user)}


class OwnWorkPanel(DashboardPanel):
    """Drafts and changes of the person that are not published, and what will be."""

    name = "own_work"
    title = "等我处理"
    order = 110
    template_name = "site_core/dashboard/own_work.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`pages` and `scheduled`."""
        return {
            "pages": selectors.list_own_work(user, OWN_WORK),
            "scheduled": selectors.list_scheduled(timezone.now(), count=SCHEDULED),
        }


class ColumnsPanel(DashboardPanel):
    """Columns that are overdue, due or empty, and how near the site is to failing the inspection."""

    name = "columns"
    title = "栏目更新"
    order = 120
    template_name = "site_core/dashboard/columns.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`columns` that want something, worst first, and `standing`."""
        states = selectors.list_column_states(timezone.localdate())
        order = list(Freshness)
        wanting = [each for each in states if each.freshness in order[:3]]
        return {
            "columns": sorted(wanting, key=lambda each: (order.index(each.freshness), each.days_left)),
            "standing": judge(states),
        }


class InterpretationsPanel(DashboardPanel):
    """Policy documents that nobody has interpreted; alarm after three working days (domain R1.13)."""

    name = "interpretations"
    title = "政策文件解读"
    order = 130
    template_name = "site_core/dashboard/interpretations.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`missing`."""
        return {"missing": selectors.list_documents_lacking_interpretation(timezone.now())}


PANELS = (OwnWorkPanel, ColumnsPanel, InterpretationsPanel)
