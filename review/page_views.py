"""Screens about one page: its rounds, its withdrawal, and its circle of readers."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.models import Page

from review import actions, privacy
from review.actions import ReviewRefused
from review.forms import FindPageForm, PrivacyForm, WithdrawalForm
from review.screen_selectors import (
    get_restriction_type,
    label_place,
    label_steps,
    list_track,
    user_can_see,
    user_can_withdraw,
    user_can_withdraw_somewhere,
)
from review.screens import INBOX, ROUND, ReviewScreen, tell_waiting
from review.selectors import list_rounds, list_steps


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
