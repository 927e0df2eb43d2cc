"""Visits in the admin: a site's report, the page's menu, the dashboard, the centre's console. By `wagtail_hooks`."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from site_core.console import console_addresses, register_panel

from .console_views import CONSOLE, urlpatterns
from .dashboard import add_panel
from .permissions import user_can_see_visits
from .views import PAGE, VISITS, list_urls

register_panel(
    key="visits",
    label="访问统计",
    url_name=CONSOLE,
    order=160,
    icon="view",
    description="各网站的浏览次数和独立用户，本年度合计（用于网站工作年度报表），下载 CSV。",
)


@hooks.register("register_admin_urls")
def add_visit_urls() -> list[URLPattern | URLResolver]:
    """`/admin/visits/…` on every site; `/admin/console/visits/…` on the city's only."""
    return [*list_urls(), console_addresses(urlpatterns)]


class VisitsMenuItem(MenuItem):
    """Shown to who sees the figures."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By role."""
        return user_can_see_visits(request.user)


@hooks.register("register_reports_menu_item")
def add_report() -> MenuItem:
    """报告 > 访问统计."""
    return VisitsMenuItem("访问统计", reverse(VISITS), name="visits", icon_name="view", order=10)


@hooks.register("register_page_header_buttons")
def add_page_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """In the page's menu, for pages that readers see."""
    if page.live and not page.is_root() and user_can_see_visits(user):
        yield Button("访问统计", reverse(PAGE, args=[page.pk]), icon_name="view", priority=45)


# Behind the floor's own panels, which take the place of Wagtail's.
@hooks.register("construct_homepage_panels", order=15)
def add_visits_panel(request: HttpRequest, panels: list[Any]) -> None:
    """How the site was read in the last week."""
    add_panel(request, panels)
