"""A site's blueprint in its own admin: the screen, the news on the dashboard, what the page editor is told. By `wagtail_hooks`."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from blueprints.selectors import find_site_release
from blueprints.site_selectors import describe_locks, find_newer_release, has_drifted
from blueprints.site_views import SITE_BLUEPRINT, SiteBlueprintScreen
from site_core.dashboard import DashboardPanel
from site_core.locks import tell
from site_core.member_selectors import list_roles
from tenants.current import current_site


@hooks.register("register_admin_urls")
def add_site_urls() -> list[URLPattern]:
    """`/admin/blueprint/`, on every site."""
    return [path("blueprint/", SiteBlueprintScreen.as_view(), name=SITE_BLUEPRINT)]


@hooks.register("register_settings_menu_item")
def add_to_settings() -> MenuItem:
    """Among the settings, for whoever works here."""
    return MenuItem("本站蓝图", reverse(SITE_BLUEPRINT), name="blueprint", icon_name="clipboard-list", order=50)


class BlueprintPanel(DashboardPanel):
    """One line: a newer release was published, or the site is not what its release says."""

    name = "blueprint"
    title = "本站蓝图"
    order = 150
    template_name = "blueprints/site/dashboard.html"

    def get_facts(self, user: Any) -> dict[str, Any]:
        """`news`: the newer release or None; `has_drifted`."""
        site = current_site()
        row = find_site_release(site)
        return {"news": find_newer_release(site, row), "has_drifted": has_drifted(row), "row": row}


@hooks.register("construct_homepage_panels", order=20)
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For administrators of the site, where there is something to tell."""
    if "site_admin" not in list_roles(request.user):  # type: ignore[arg-type] # the admin lets no others in
        return
    panel = BlueprintPanel()
    facts = panel.get_facts(request.user)
    if facts["news"] or facts["has_drifted"]:
        panels.append(panel)


@hooks.register("before_edit_page")
def tell_locks(request: HttpRequest, page: Page) -> None:
    """Above the form of a locked page: what is locked, by which blueprint, and whom to ask."""
    # As in `review`: what the editor asks for by itself is not the moment to tell.
    if request.method != "GET" or not request.accepts("text/html") or "_w_hydrate_create_view" in request.GET:
        return
    specific = page.specific
    if getattr(specific, "locks", None):
        buttons = [messages.button(reverse(SITE_BLUEPRINT), "本站蓝图")]
        messages.info(request, tell(specific, f"下列各项（{describe_locks(specific)}）"), buttons=buttons)
