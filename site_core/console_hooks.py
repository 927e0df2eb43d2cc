"""The centre's console in the admin of the city's site. By `wagtail_hooks`."""

from typing import cast

from django.http import HttpRequest
from django.urls import URLResolver, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.models import User
from site_core.console import console_addresses, register_panel, user_can_open_console

register_panel(
    key="sites",
    label="网站",
    url_name="site_core_console_sites",
    order=100,
    icon="site",
    description="全部网站：信息、域名、状态，进入各网站后台，新建网站。",
)


@hooks.register("register_admin_urls")
def add_console_urls() -> list[URLResolver]:
    """`/admin/console/`, which exists on the city's site only."""
    from site_core.console_urls import urlpatterns

    return [console_addresses(urlpatterns)]


class ConsoleMenuItem(MenuItem):
    """Shown to people with a platform role, on the city's site."""

    def is_shown(self, request: HttpRequest) -> bool:
        """As the console itself decides."""
        return user_can_open_console(cast(User, request.user))


@hooks.register("register_admin_menu_item")
def add_console_to_menu() -> MenuItem:
    """The menu's first item."""
    return ConsoleMenuItem("网站群", reverse("site_core_console"), name="console", icon_name="site", order=1)
