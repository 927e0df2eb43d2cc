"""Screens about one round: where it stands, the text as readers would see it, its record on paper, and taking it back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.models import Page

from review import actions
from review.actions import ReviewRefused
from review.forms import JudgementForm
from review.models import ReviewRound, RoundKind, RoundState
from review.record_sheet import describe_request, make_sheet
from review.screen_selectors import (
    explain_bar,
    find_last_return,
    label_place,
    list_all_rounds,
    list_differences,
    list_track,
    user_can_see,
    user_can_withdraw,
)
from review.screens import INBOX, NOT_NOW, ROUND, ReviewScreen, tell_waiting
from review.selectors import list_people_of_step, list_record, user_can_decide
from site_core.publication_checks import list_findings


class RoundView(ReviewScreen):
    """What the screens about one round have in common."""

    @cached_property
    def round(self) -> ReviewRound:
        """The round that the address names. Raises Http404 for who has no part in it."""
        found = get_object_or_404(list_all_rounds(), pk=self.kwargs["round_id"])
        if not user_can_see(self.acting_user, found):
            raise Http404
        return found

    @cached_property
    def record(self) -> list[Any]:
        """All that was done with it."""
        return list_record(self.round)

    def return_to_round(self) -> HttpResponseBase:
        """Back to its screen."""
        return redirect(ROUND, self.round.pk)


class RoundScreen(RoundView, TemplateView):
    """The item as readers would see it, what differs, what the checks find, the record, and the decision."""

    template_name = "review/round.html"

    def get_page_title(self) -> str:
        """What is to be approved."""
        return f"审核：{self.round.get_kind_display()}"

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override] # Wagtail's is a plain list
        """Its record on paper."""
        return [HeaderButton("审核表", url=reverse("review_record", args=[self.round.pk]), icon_name="doc-full")]

    @property
    def header_more_buttons(self) -> list[Button]:  # type: ignore[override] # as above
        """To the page's other rounds, its editor and its withdrawal, as far as the person may."""
        page = self.round.page
        if page is None:
            return []
        links = [("该页面的全部审核", reverse("review_history", args=[page.pk]), "history", True)]
        links.append(("编辑页面", reverse("wagtailadmin_pages:edit", args=[page.pk]), "edit", self.user_can_edit))
        withdrawal = reverse("review_withdraw", args=[page.pk])
        links.append(("紧急撤稿", withdrawal, "no-view", user_can_withdraw(self.acting_user, page)))
        return [Button(label, url=url, icon_name=icon) for label, url, icon, is_shown in links if is_shown]

    @cached_property
    def user_can_edit(self) -> bool:
        """Whether the person writes on the page."""
        page = self.round.page
        return page is not None and page.permissions_for_user(self.acting_user).can_edit()

    @property
    def user_can_cancel(self) -> bool:
        """Whether the person may take the item back."""
        is_open = self.round.state in {RoundState.IN_REVIEW, RoundState.RETURNED}
        is_own = self.round.submitted_by_id == self.acting_user.pk
        return is_open and self.round.kind != RoundKind.WITHDRAWAL and (is_own or self.user_can_edit)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All of it."""
        round, user = self.round, self.acting_user
        may_decide = user_can_decide(user, round)
        if may_decide:
            kwargs.setdefault("form", JudgementForm(round))
        return super().get_context_data(
            round=round,
            record=self.record,
            place=label_place(round),
            track=list_track(round, self.record),
            last_return=find_last_return(self.record) if round.state == RoundState.RETURNED else None,
            people=list_people_of_step(round),
            may_decide=may_decide,
            bar="" if may_decide else explain_bar(user, round),
            **self._get_content(),
            **kwargs,
        )

    def _get_content(self) -> dict[str, Any]:
        """Preview, differences and findings of a publication; the facts of everything else."""
        round = self.round
        if round.kind != RoundKind.PUBLICATION:
            return {"facts": describe_request(round)}
        if round.page is None or round.revision is None:
            return {}
        is_open = round.state in {RoundState.IN_REVIEW, RoundState.RETURNED}
        draft = round.revision.as_object()
        return {
            "preview_url": reverse("review_round_preview", args=[round.pk]),
            "is_open": is_open,
            "draft": draft,
            "differences": list_differences(round, self.request) if is_open else None,
            "findings": list_findings(draft) if is_open else [],
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Decide, or say why not."""
        if not user_can_decide(self.acting_user, self.round):
            messages.error(request, explain_bar(self.acting_user, self.round) or NOT_NOW)
            return self.return_to_round()
        form = JudgementForm(self.round, request.POST)
        if not form.is_valid():
            messages.error(request, "未能提交：请查看标出的问题。")
            return self.render_to_response(self.get_context_data(form=form))
        try:
            round = actions.decide(self.round, form.get_judgement(), acting_user=self.acting_user)
        except (ReviewRefused, PermissionDenied) as refusal:
            messages.error(request, str(refusal) or NOT_NOW)
            return self.return_to_round()
        messages.success(request, _tell_outcome(round), buttons=_list_outcome_buttons(round))
        return redirect(INBOX)


def _tell_outcome(round: ReviewRound) -> str:
    name = f"《{round.page_title}》"
    if round.waiting_for:
        return (
            f"已同意{name}，{tell_waiting(round)}。" if round.passed else f"{name}须重新审核，{tell_waiting(round)}。"
        )
    outcomes = {
        RoundState.RETURNED: f"已退回{name}，请编辑修改。",
        RoundState.REJECTED: f"{name}：{round.get_kind_display()}未通过。",
        RoundState.SCHEDULED: f"{name}已通过全部审核，将按计划定时发布。",
        RoundState.DONE: f"{name}已通过全部审核。",
    }
    published = f"{name}已通过全部审核并发布。"
    is_published = round.state == RoundState.DONE and round.kind == RoundKind.PUBLICATION
    return published if is_published else outcomes[RoundState(round.state)]


def _list_outcome_buttons(round: ReviewRound) -> list[Any]:
    buttons = [messages.button(reverse(ROUND, args=[round.pk]), "查看审核记录")]
    if round.state == RoundState.DONE and round.kind == RoundKind.PUBLICATION and round.page is not None:
        page = Page.objects.get(pk=round.page_id)
        buttons.insert(0, messages.button(page.get_url(), "查看页面"))
    return buttons


class PreviewView(RoundView):
    """The text as readers would see it: the revision of the round, for the frame on its screen."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Rendered as Wagtail renders previews; Http404 where there is no text to show."""
        round = self.round
        if round.page is None or round.revision is None:
            raise Http404
        page = round.revision.as_object()
        return page.make_preview_request(request, page.default_preview_mode)


class RecordView(RoundView, TemplateView):
    """信息发布审核表: the record of a round, to be printed and filed."""

    template_name = "review/record.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sheet."""
        return super().get_context_data(sheet=make_sheet(self.round, self.record), **kwargs)


class CancelView(RoundView):
    """Take an item back out of review."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """To the editor of the page where the person may be there, else to the round."""
        try:
            actions.cancel(self.round, acting_user=self.acting_user)
        except (ReviewRefused, PermissionDenied) as refusal:
            messages.error(request, str(refusal) or "您不能撤销此事项。")
            return self.return_to_round()
        messages.success(request, f"已撤销《{self.round.page_title}》的审核，草稿保留。")
        page = self.round.page
        if page is not None and page.permissions_for_user(self.acting_user).can_edit():
            return redirect("wagtailadmin_pages:edit", page.pk)
        return self.return_to_round()
