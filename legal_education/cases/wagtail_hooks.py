"""Cases and duties in Wagtail's admin: addresses, menu, console, script and style."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from legal_education.cases.duties.console_views import CONSOLE, urlpatterns
from legal_education.cases.duties.views import DUTIES, list_urls
from legal_education.cases.law_choices import answer_choices
from legal_education.cases.permissions import user_can_keep_duties
from site_core.console import console_addresses, register_panel

register_panel(
    key="duties",
    label="普法责任",
    url_name=CONSOLE,
    order=165,
    icon="tasks",
    description="各网站“谁执法谁普法”责任清单的完成情况，按年度，下载 CSV。",
)


@hooks.register("register_admin_urls")
def add_urls() -> list[URLPattern | URLResolver]:
    """`/admin/duties/…`, `/admin/laws/choices/` on every site; `/admin/console/duties/` on the city's only."""
    choices = path("laws/choices/", answer_choices, name="legal_cases_law_choices")
    return [*list_urls(), choices, console_addresses(urlpatterns)]


class DutiesMenuItem(MenuItem):
    """Shown to who keeps the list."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By role."""
        return user_can_keep_duties(request.user)


@hooks.register("register_admin_menu_item")
def add_menu_item() -> MenuItem:
    """Below review."""
    return DutiesMenuItem("普法责任", reverse(DUTIES), name="duties", icon_name="tasks", order=135)


@hooks.register("insert_global_admin_css")
def link_style() -> SafeString:
    """The style of these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("legal_cases/admin.css"))


@hooks.register("insert_editor_js")
def link_script() -> SafeString:
    """Laws and articles offered beside a citation; it does nothing in other fields."""
    return format_html(
        '<script src="{}" data-choices="{}" defer></script>',
        static("legal_cases/law_choices.js"),
        reverse("legal_cases_law_choices"),
    )
