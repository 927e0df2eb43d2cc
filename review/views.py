"""Screens of review in the admin of a site that are about no single item: the inbox and the rules; and all addresses."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from review import actions, page_views, round_views
from review.forms import RULE_CHOICES, RuleForm
from review.screen_selectors import (
    label_place,
    label_steps,
    list_all_open,
    list_finished,
    list_inbox,
    list_rule_rows,
    list_submitted,
    user_can_set_rules,
    user_sees_all,
)
from review.screens import INBOX, ROUND, RULES, ReviewScreen
from review.selectors import list_steps
from site_core.models import BasePage


class InboxScreen(ReviewScreen, TemplateView):
    """What waits for me, what I submitted, what is under way, what is finished: one list at a time."""

    template_name = "review/inbox.html"
    page_title = "审核"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, here."""
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    @property
    def header_more_buttons(self) -> list[Button]:  # type: ignore[override] # Wagtail's is a plain list
        """To what is not an item of the lists."""
        return [
            Button("审核流程", url=reverse(RULES), icon_name="sliders", priority=10),
            Button("紧急撤稿", url=reverse("review_find"), icon_name="no-view", priority=20),
        ]

    def list_tabs(self) -> list[tuple[str, str, Any]]:
        """(key, name, rounds) of the lists that the person has."""
        user = self.acting_user
        tabs = [("waiting", "等我审核", list_inbox(user)), ("own", "我提交的", list_submitted(user))]
        if user_sees_all(user):
            tabs.append(("open", "全部在审", list_all_open(user)))
        return [*tabs, ("finished", "已办结", list_finished(user))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The tabs, and the rounds of the one that is asked for."""
        tabs = self.list_tabs()
        asked = self.request.GET.get("tab", "")
        key, _, rounds = next((each for each in tabs if each[0] == asked), tabs[0])
        return super().get_context_data(
            tabs=[(each, name) for each, name, _ in tabs],
            waiting_count=len(tabs[0][2]),
            tab=key,
            rows=[(each, label_place(each)) for each in rounds],
            **kwargs,
        )


class RulesScreen(ReviewScreen, TemplateView):
    """Which steps each column takes: to read for all, to change for the site's administrators."""

    template_name = "review/rules.html"
    page_title = "审核流程"
    header_icon = "sliders"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The columns, in the tree's order."""
        rows = [(each, label_steps(each.steps), label_steps(each.above)) for each in list_rule_rows()]
        return super().get_context_data(
            rows=rows, may_write=user_can_set_rules(self.acting_user), choices=RULE_CHOICES, **kwargs
        )

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Set the steps of one column. Raises PermissionDenied, Http404."""
        if not user_can_set_rules(self.acting_user):
            raise PermissionDenied
        form = RuleForm(request.POST)
        if not form.is_valid():
            raise Http404
        page = get_object_or_404(BasePage, pk=form.cleaned_data["page"])
        try:
            actions.set_rule(page, form.get_steps(), acting_user=self.acting_user)
        except PermissionDenied as refusal:
            messages.error(request, str(refusal) or "您不能更改审核流程。")
        else:
            messages.success(request, f"“{page.title}”及其下级栏目现在：{label_steps(list_steps(page))}。")
        return redirect(f"{reverse(RULES)}#column-{page.pk}")


def list_urls() -> list[URLPattern]:
    """Addresses below `/admin/review/`."""
    return [
        path("review/", InboxScreen.as_view(), name=INBOX),
        path("review/rules/", RulesScreen.as_view(), name=RULES),
        path("review/withdraw/", page_views.FindScreen.as_view(), name="review_find"),
        path("review/withdraw/<int:page_id>/", page_views.WithdrawScreen.as_view(), name="review_withdraw"),
        path("review/privacy/<int:page_id>/", page_views.PrivacyScreen.as_view(), name="review_privacy"),
        path("review/page/<int:page_id>/", page_views.HistoryScreen.as_view(), name="review_history"),
        path("review/<int:round_id>/", round_views.RoundScreen.as_view(), name=ROUND),
        path("review/<int:round_id>/preview/", round_views.PreviewView.as_view(), name="review_round_preview"),
        path("review/<int:round_id>/record/", round_views.RecordView.as_view(), name="review_record"),
        path("review/<int:round_id>/cancel/", round_views.CancelView.as_view(), name="review_cancel"),
    ]
