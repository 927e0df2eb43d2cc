"""The admin speaks of the site and not of Wagtail: menus without foreign links, our own dress. By `wagtail_hooks`."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.wagtail_hooks import SettingsMenuItem

# Links to Wagtail's own sites, in English, which networks of government offices do not reach.
_FOREIGN_HELP = ("editor-guide", "whats-new-in-wagtail-")


@hooks.register("construct_help_menu")
def remove_foreign_help(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave what is on this machine: the keyboard's shortcuts."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith(_FOREIGN_HELP)]


@hooks.register("construct_main_menu")
def drop_version_from_settings(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's version stands at the foot of its settings menu; an ordinary menu has no foot."""
    menu_items[:] = [_without_foot(item) if isinstance(item, SettingsMenuItem) else item for item in menu_items]


def _without_foot(item: SubmenuMenuItem) -> SubmenuMenuItem:
    return SubmenuMenuItem(
        item.label,
        item.menu,
        name=item.name,
        classname=item.classname,
        icon_name=item.icon_name,
        order=item.order,
    )


@hooks.register("insert_global_admin_css")
def link_own_style() -> SafeString:
    """The style of the mark and the name above the menu."""
    return format_html('<link rel="stylesheet" href="{}">', static("site_core/admin.css"))


def _count_in_chinese(paginator: WagtailPaginator) -> str:
    return f"共 {paginator.count} 个{paginator.verbose_name}"


# Wagtail puts number and noun together by itself, without asking for a translation.
WagtailPaginator.items_count_label = property(_count_in_chinese)
