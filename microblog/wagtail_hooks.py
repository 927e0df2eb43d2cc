"""The microblog in Wagtail's admin: menu, screens, dashboard, the centre's console. Parts stand in modules of their own."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from microblog.admin_urls import list_urls
from microblog.console_views import CONSOLE, urlpatterns
from microblog.dashboard import add_panel
from microblog.menu import make_menu
from site_core.console import console_addresses, register_panel

register_panel(
    key="microblog",
    label="政务新媒体",
    url_name=CONSOLE,
    order=155,
    icon="mobile-alt",
    description="各网站的微博、微信等帐号：备案、最近发文、授权到期和问题，下载 CSV。",
)


@hooks.register("register_admin_urls")
def add_microblog_urls() -> list[URLPattern | URLResolver]:
    """`/admin/microblog/…` on every site; `/admin/console/accounts/` on the city's only."""
    return [*list_urls(), console_addresses(urlpatterns)]


@hooks.register("register_admin_menu_item")
def add_menu() -> MenuItem:
    """Below review."""
    return make_menu()


# After site_core's, which puts its own panels in the place of all others.
@hooks.register("construct_homepage_panels", order=20)
def add_accounts_panel(request: HttpRequest, panels: list[Any]) -> None:
    """What is wrong with the site's accounts."""
    add_panel(request.user, panels)


@hooks.register("insert_global_admin_css")
def link_style() -> SafeString:
    """The style of these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("microblog/admin.css"))


@hooks.register("insert_editor_js")
def link_script() -> SafeString:
    """Counts beside the text of a post; it does nothing in other editors."""
    return format_html('<script src="{}" defer></script>', static("microblog/compose.js"))
