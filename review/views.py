"""Screens of review in the admin of a site: the inbox, a round, its record on paper, withdrawal, privacy, rules.

What a person has no part in does not exist for them: 404.
"""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.models import Page

from accounts.models import User
from review import actions, privacy
from review.actions import ReviewRefused
from review.forms import RULE_CHOICES, FindPageForm, JudgementForm, PrivacyForm, RuleForm, WithdrawalForm
from review.models import ReviewRound, RoundKind, RoundState
from review.record_sheet import describe_request, make_sheet
from review.screen_selectors import (
    explain_bar,
    find_last_return,
    get_restriction_type,
    label_place,
    label_steps,
    list_all_open,
    list_all_rounds,
    list_differences,
    list_finished,
    list_inbox,
    list_rule_rows,
    list_submitted,
    list_track,
    user_can_see,
    user_can_set_rules,
    user_can_withdraw,
    user_can_withdraw_somewhere,
    user_sees_all,
)
from review.selectors import list_people_of_step, list_record, list_rounds, list_steps, user_can_decide
from site_core.models import BasePage
from site_core.publication_checks import list_findings

INBOX, ROUND, RULES = "review_inbox", "review_round", "review_rules"
NOT_NOW = "这一步已经处理，或不由您审核。"


class ReviewScreen(WagtailAdminTemplateMixin, View):
    """What the screens have in common."""

    header_icon = "glasses"
    request: HttpRequest
    _show_breadcrumbs = True

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, inbox, here."""
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, {"url": reverse(INBOX), "label": "审核"}, here]


# --- The inbox -----------------------------------------------------------------------------------------------


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


# --- A round -------------------------------------------------------------------------------------------------


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


def tell_waiting(round: ReviewRound) -> str:
    """“等待一审（2 人可审）”."""
    count = len(list_people_of_step(round))
    return f"{label_place(round)}（{f'{count} 人可审' if count else '现在没有人可审，请联系网站管理员'}）"


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


# --- A page --------------------------------------------------------------------------------------------------


class PageView(ReviewScreen):
    """What the screens about one page have in common."""

    @cached_property
    def page(self) -> Page:
        """The page that the address names."""
        return get_object_or_404(Page, pk=self.kwargs["page_id"])

    @cached_property
    def user_can_edit(self) -> bool:
        """Whether the person writes on it."""
        return bool(self.page.permissions_for_user(self.acting_user).can_edit())

    def get_page_subtitle(self) -> str:
        """Which."""
        return Truncator(self.page.get_admin_display_title()).chars(40)

    def leave(self) -> HttpResponseBase:
        """Back to where the person came from: the editor, or the inbox."""
        return redirect("wagtailadmin_pages:edit", self.page.pk) if self.user_can_edit else redirect(INBOX)


class HistoryScreen(PageView, TemplateView):
    """All rounds of a page, each with its record."""

    template_name = "review/history.html"
    page_title = "审核情况"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """As far as the person may see them. Raises Http404 where that is nothing and the page is not theirs."""
        rounds = [each for each in list_rounds(self.page) if self.user_can_edit or user_can_see(self.acting_user, each)]
        if not rounds and not self.user_can_edit:
            raise Http404
        rows = [(each, label_place(each), list_track(each, list(each.record.all()))) for each in rounds]
        steps = label_steps(list_steps(self.page))
        return super().get_context_data(page=self.page, rows=rows, steps=steps, **kwargs)


class PageFormView(PageView, FormView):
    """A form about a page."""

    template_name = "review/page_form.html"
    submit_label = ""
    introduction = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        back_url = reverse("wagtailadmin_pages:edit", args=[self.page.pk]) if self.user_can_edit else reverse(INBOX)
        return super().get_context_data(page=self.page, back_url=back_url, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Once more, with the errors."""
        messages.error(self.request, "未能提交：请查看标出的问题。")
        return super().form_invalid(form)


class WithdrawScreen(PageFormView):
    """Take a public page away at once."""

    form_class = WithdrawalForm
    page_title = "紧急撤稿"
    header_icon = "no-view"
    submit_label = "立即撤稿"
    introduction = "页面立即不再公开，读者打开原网址时看到“页面不存在”。撤稿先执行，再由最后一步审核人事后审核。"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404 for what is not public, and for those who may not."""
        if not user_can_withdraw(self.acting_user, self.page):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: WithdrawalForm) -> HttpResponse:
        """Withdraw, or say why not."""
        try:
            round = actions.withdraw(self.page, form.cleaned_data["reason"], acting_user=self.acting_user)
        except (ReviewRefused, PermissionDenied) as refusal:
            form.add_error(None, str(refusal) or "您不能撤下此页面。")
            return self.form_invalid(form)
        messages.success(self.request, f"已撤下《{round.page_title}》，读者不再看到。")
        return cast(HttpResponse, redirect(ROUND, round.pk) if user_can_see(self.acting_user, round) else self.leave())


class FindScreen(ReviewScreen, FormView):
    """The way to the withdrawal of a page for those who do not edit pages: by its address."""

    form_class = FindPageForm
    template_name = "review/page_form.html"
    page_title = "紧急撤稿"
    header_icon = "no-view"
    submit_label = "下一步"
    introduction = "请填写要撤下的页面的网址，下一步填写理由。"
    extra_context = {"back_url": reverse_lazy(INBOX)}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises PermissionDenied for those who may not."""
        if not user_can_withdraw_somewhere(self.acting_user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: FindPageForm) -> HttpResponse:
        """To the page's withdrawal, or why there is none."""
        page = form.cleaned_data["address"]
        if not user_can_withdraw(self.acting_user, page):
            form.add_error("address", "此页面所在栏目不经审核，请由编辑直接撤回发布。")
            return self.form_invalid(form)
        return redirect("review_withdraw", page.pk)


class PrivacyScreen(PageFormView):
    """Ask for another circle of readers; nothing changes before it is approved."""

    form_class = PrivacyForm
    page_title = "申请更改可见范围"
    header_icon = "lock"
    submit_label = "提交审核"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404 for those who do not edit the page, and where no review is asked for."""
        if not self.user_can_edit or not list_steps(self.page):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def introduction(self) -> str:  # type: ignore[override] # here it depends on the page
        """What holds now, and who decides."""
        now = privacy.TYPES[get_restriction_type(self.page)]
        return f"现在的可见范围：{now}。更改经{label_steps(list_steps(self.page))}同意后才生效，下级页面一并生效。"

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        return {"type": get_restriction_type(self.page)}

    def form_valid(self, form: PrivacyForm) -> HttpResponse:
        """Submit it, or say why not."""
        try:
            round = actions.ask_for_privacy(self.page, form.get_request(), acting_user=self.acting_user)
        except (ReviewRefused, PermissionDenied) as refusal:
            form.add_error(None, str(refusal) or "您不能更改此页面。")
            return self.form_invalid(form)
        messages.success(self.request, f"已提交更改可见范围的申请，{tell_waiting(round)}。")
        return redirect(ROUND, round.pk)


# --- Rules ---------------------------------------------------------------------------------------------------


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
        path("review/withdraw/", FindScreen.as_view(), name="review_find"),
        path("review/withdraw/<int:page_id>/", WithdrawScreen.as_view(), name="review_withdraw"),
        path("review/privacy/<int:page_id>/", PrivacyScreen.as_view(), name="review_privacy"),
        path("review/page/<int:page_id>/", HistoryScreen.as_view(), name="review_history"),
        path("review/<int:round_id>/", RoundScreen.as_view(), name=ROUND),
        path("review/<int:round_id>/preview/", PreviewView.as_view(), name="review_round_preview"),
        path("review/<int:round_id>/record/", RecordView.as_view(), name="review_record"),
        path("review/<int:round_id>/cancel/", CancelView.as_view(), name="review_cancel"),
    ]
