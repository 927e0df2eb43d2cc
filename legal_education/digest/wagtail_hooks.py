"""The digest in Wagtail's admin: its menu and screens, buttons of an issue, style."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from legal_education.digest import actions  # noqa: F401 - it names its actions for the ledger
from legal_education.digest.admin_views import OVERVIEW, SENDING, TEST, list_urls
from legal_education.digest.models import DigestIssuePage, Sending
from legal_education.digest.permissions import user_can_see_digest, user_can_test


@hooks.register("register_admin_urls")
def add_digest_urls() -> list[URLPattern]:
    """Addresses below `/admin/digest/`."""
    return list_urls()


class DigestMenuItem(MenuItem):
    """Shown to who sees the figures."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By role."""
        return user_can_see_digest(request.user)


@hooks.register("register_admin_menu_item")
def add_menu() -> MenuItem:
    """手机报."""
    return DigestMenuItem("手机报", reverse(OVERVIEW), name="digest", icon_name="mail", order=330)


@hooks.register("register_page_header_buttons")
def add_issue_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """In the menu of an issue: try it on oneself; see what became of it."""
    if not isinstance(page.specific_deferred, DigestIssuePage):
        return
    if user_can_test(user) and page.permissions_for_user(user).can_edit():
        yield Button("试发给自己", reverse(TEST, args=[page.pk]), icon_name="user", priority=46)
    sending = Sending.objects.filter(page_id=page.pk).first()
    if sending is not None and user_can_see_digest(user):
        yield Button("发送记录", reverse(SENDING, args=[sending.pk]), icon_name="history", priority=47)


@hooks.register("insert_global_admin_css")
def link_style() -> SafeString:
    """The style of these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("legal_digest/digest.css"))
