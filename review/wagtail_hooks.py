"""Review in Wagtail's admin: the button in the editor, what the editor is told, menus, dashboard, ledger."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.ledger_labels import register_action_labels, register_detail_labels
from review import actions
from review.actions import ReviewRefused
from review.dashboard import add_panel
from review.models import ReviewRound, RoundState
from review.screen_selectors import (
    find_last_return,
    label_step,
    list_inbox,
    list_roles_here,
    user_can_withdraw,
)
from review.screens import INBOX, ROUND, RULES, tell_waiting
from review.selectors import find_open_round, list_record
from review.views import list_urls
from site_core.page_forms import check_before
from site_core.page_permissions import list_steps

SUBMIT = "action-submit-review"
check_before(SUBMIT)
register_action_labels(
    {
        "review.submit": "提交审核",
        "review.approve": "审核同意",
        "review.return": "审核退回",
        "review.reset": "内容有改动，重新审核",
        "review.finish": "审核办结",
        "review.cancel": "撤销提交",
        "review.withdraw": "紧急撤稿",
        "review.rule": "更改审核流程",
    }
)
register_detail_labels({"round": "审核编号", "pass": "轮次", "step": "步骤", "hash": "内容校验值"})


@hooks.register("register_admin_urls")
def add_review_urls() -> list[URLPattern]:
    """Addresses below `/admin/review/`."""
    return list_urls()


# --- The editor ----------------------------------------------------------------------------------------------


class SubmitMenuItem(ActionMenuItem):
    """The first button of the editor, where the place asks for review and the page is not in it already."""

    label = "提交审核"
    name = SUBMIT
    icon_name = "resubmit"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """By the steps of the place."""
        if context["view"] == "create":
            return bool(list_steps(context["parent_page"]))
        page = context["page"]
        return not context["locked_for_user"] and bool(list_steps(page)) and not _is_in_review(page)


def _is_in_review(page: Page) -> bool:
    round = find_open_round(page)
    return round is not None and round.state == RoundState.IN_REVIEW


@hooks.register("register_page_action_menu_item")
def add_submit_button() -> ActionMenuItem:
    """Before Wagtail's own, which makes it the default."""
    return SubmitMenuItem(order=-10)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def submit_page(request: HttpRequest, page: Page) -> HttpResponseBase | None:
    """What was saved by that button goes into review. Wagtail's automatic saving submits nothing."""
    if not request.POST.get(SUBMIT) or not request.accepts("text/html"):
        return None
    try:
        round = actions.submit(page, acting_user=request.user)  # type: ignore[arg-type] # the admin lets no others in
    except (ReviewRefused, PermissionDenied) as refusal:
        messages.error(request, f"未能提交审核，草稿已保存。{refusal or '您不能提交此页面。'}")
    else:
        messages.success(request, _tell_submission(round), buttons=[_link_round(round)])
    return redirect(f"{reverse('wagtailadmin_pages:edit', args=[page.pk])}?submitted=1")


def _tell_submission(round: ReviewRound) -> str:
    at = round.revision.as_object().go_live_at if round.revision else None
    schedule = (
        f"全部通过后，于 {timezone.localtime(at):%Y-%m-%d %H:%M} 定时发布。" if at and at > timezone.now() else ""
    )
    return f"已提交审核，{tell_waiting(round)}。{schedule}"


def _link_round(round: ReviewRound) -> tuple[str, str, bool]:
    return messages.button(reverse(ROUND, args=[round.pk]), "查看审核情况")


@hooks.register("before_edit_page")
def tell_editor(request: HttpRequest, page: Page) -> None:
    """Where the page is in review, and what its reviewers said, above the form."""
    # The editor asks for its own parts after an automatic save; what is told then would appear on the next screen.
    if request.method != "GET" or not request.accepts("text/html") or "_w_hydrate_create_view" in request.GET:
        return
    round = find_open_round(page)
    if round is None:
        return
    if round.state == RoundState.RETURNED:
        messages.warning(request, _tell_return(round), buttons=[_link_round(round)])
    elif "submitted" not in request.GET:
        messages.warning(request, _tell_review(round), buttons=[_link_round(round)])


def _tell_review(round: ReviewRound) -> SafeString:
    return format_html(
        "此稿件正在审核，{}。现在修改并保存，将从一审重新开始。 {}",
        tell_waiting(round),
        _make_cancel_button(round),
    )


def _make_cancel_button(round: ReviewRound) -> SafeString:
    """As Wagtail's own buttons in messages: its script posts, with the token."""
    return format_html(
        '<button type="button" class="button button-small button-secondary" data-controller="w-action"'
        ' data-action="w-action#post" data-w-action-url-value="{}">撤销提交</button>',
        reverse("review_cancel", args=[round.pk]),
    )


def _tell_return(round: ReviewRound) -> str:
    step = find_last_return(list_record(round))
    if step is None:
        return "此稿件已退回，修改后请重新提交审核。"
    marks = f"校对意见：{step.proof_marks}。" if step.proof_marks else ""
    return f"此稿件已由{step.actor_name}（{label_step(step.role)}）退回：{step.opinion}。{marks}修改后请重新提交审核。"


@hooks.register("register_page_header_buttons")
def add_page_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """In the page's menu: its rounds, a change of its readers, its withdrawal."""
    if not list_steps(page) or page.is_root():
        return
    yield Button("审核情况", reverse("review_history", args=[page.pk]), icon_name="glasses", priority=41)
    if page.permissions_for_user(user).can_edit():
        yield Button("申请更改可见范围", reverse("review_privacy", args=[page.pk]), icon_name="lock", priority=42)
    if user_can_withdraw(user, page):
        yield Button("紧急撤稿", reverse("review_withdraw", args=[page.pk]), icon_name="no-view", priority=43)


# --- Menus and dashboard -------------------------------------------------------------------------------------


class InboxMenuItem(MenuItem):
    """The inbox, with how many wait for the person."""

    def render_component(self, request: HttpRequest) -> Any:
        """The item is shared between requests; the number is not."""
        count = len(list_inbox(request.user))  # type: ignore[arg-type] # the admin lets no others in
        label = f"{self.label}（{count}）" if count else self.label
        item = MenuItem(label, self.url, name=self.name, icon_name=self.icon_name, attrs=self.attrs, order=self.order)
        return item.render_component(request)


@hooks.register("register_admin_menu_item")
def add_inbox() -> MenuItem:
    """Below the pages."""
    return InboxMenuItem("审核", reverse(INBOX), name="review", icon_name="glasses", order=110)


class RulesMenuItem(MenuItem):
    """Others find the rules beside the inbox."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For those who administer or audit the site."""
        return bool(list_roles_here(request.user) & {"site_admin", "auditor"})  # type: ignore[arg-type] # as above


@hooks.register("register_settings_menu_item")
def add_rules() -> MenuItem:
    """Settings > 审核流程."""
    return RulesMenuItem("审核流程", reverse(RULES), name="review-rules", icon_name="sliders", order=590)


# After site_core's, which puts its own panels in the place of all others.
@hooks.register("construct_homepage_panels", order=100)
def add_waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    """What waits for a reviewer."""
    add_panel(request.user, panels)


@hooks.register("insert_global_admin_css")
def link_style() -> SafeString:
    """The style of these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("review/review.css"))
