"""An editor's daily work in the admin: checks before publication, templates, calendar, dashboard. By `wagtail_hooks`."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.actions.registry import ActionRegistry
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.permissions import policy_registry

from accounts.ledger_labels import register_action_labels, register_detail_labels
from site_core.checked_publishing import CheckedBulkPublication, CheckedPublication
from site_core.checking.actions import record_confirmed_numbers
from site_core.dashboard import PANELS
from site_core.draft_templates import user_can_start_article
from site_core.publication_checks import list_findings

register_action_labels({"page.numbers_confirmed": "确认页面中的号码可以公开", "details.changed": "修改网站信息"})
register_detail_labels({"numbers": "号码", "organ_code": "机构代码", "palette": "配色"})
_NAMED_IN_MESSAGE = 3

# After Wagtail's own, whose place it takes.
hooks.register("register_bulk_action", CheckedBulkPublication, order=100)


@hooks.register("register_actions")
def check_before_publication(registry: ActionRegistry) -> None:
    """The API's publish action asks the checks."""
    registry.register(Page, CheckedPublication)


@hooks.register("register_admin_urls")
def add_editing_urls() -> list[URLPattern]:
    """Addresses below `/admin/editing/`."""
    from site_core.calendar_views import PublicationCalendar
    from site_core.checking_views import show_findings
    from site_core.draft_template_views import TemplateChoice

    templates = path(
        "editing/templates/<int:parent_page_id>/", TemplateChoice.as_view(), name="site_core_article_templates"
    )
    return [
        path("editing/checks/<int:page_id>/", show_findings, name="site_core_page_checks"),
        path("editing/calendar/", PublicationCalendar.as_view(), name="site_core_calendar"),
        templates,
    ]


@hooks.register("construct_homepage_panels")
def fill_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    """Ours in place of Wagtail's lists of recent edits, for those who may edit pages."""
    if policy_registry.get_by_type(Page).user_has_any_permission(request.user, {"add", "change"}):
        panels[:] = [panel() for panel in PANELS]


@hooks.register("register_reports_menu_item")
def link_calendar() -> MenuItem:
    """The calendar among the reports."""
    return MenuItem("发布日历", reverse("site_core_calendar"), name="calendar", icon_name="calendar", order=100)


@hooks.register("register_page_header_buttons")
def offer_templates(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """In the menu of a column: a new article from a template."""
    if user_can_start_article(user, page):
        url = reverse("site_core_article_templates", args=(page.pk,))
        yield Button("用模板新建", url, icon_name="doc-full", priority=16)


@hooks.register("insert_editor_js")
def link_checks_script() -> SafeString:
    """What fills the checks panel, and opens it where publication was refused."""
    return format_html('<script src="{}" defer></script>', static("site_core/page_checks.js"))


@hooks.register("before_publish_page")
def note_confirmation(request: HttpRequest, page: Page) -> None:
    """Who said that the numbers in the text may be disclosed."""
    record_confirmed_numbers(page, request.user)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def note_confirmation_at_submission(request: HttpRequest, page: Page) -> None:
    """The same for what is submitted to review, which is published by somebody else."""
    record_confirmed_numbers(page, request.user)


@hooks.register("after_publish_page")
def tell_what_could_be_better(request: HttpRequest, page: Page) -> None:
    """Findings that stop nothing, with the way back to the editor."""
    findings = [each for each in list_findings(page.get_latest_revision_as_object()) if not each.is_must]
    if findings:
        messages.warning(request, _say(page, findings), buttons=_list_buttons(page))


def _say(page: Page, findings: list[Any]) -> str:
    named = "".join(f"{each.where}：{each.message}" for each in findings[:_NAMED_IN_MESSAGE])
    rest = f"另有 {len(findings) - _NAMED_IN_MESSAGE} 处。" if len(findings) > _NAMED_IN_MESSAGE else ""
    return f"“{page.get_admin_display_title()}”有 {len(findings)} 处可以改进。{named}{rest}"


def _list_buttons(page: Page) -> list[Any]:
    return [messages.button(reverse("wagtailadmin_pages:edit", args=(page.pk,)), "去修改")]
