"""The digest's screens below `/admin/digest/`. For whoever may not see one it does not exist: 404."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from legal_education.digest import actions, selectors
from legal_education.digest.channels import index_of
from legal_education.digest.composing import compose, measure_issue
from legal_education.digest.forms import LookUpForm, SubscriberFilter
from legal_education.digest.models import DigestIssuePage, Sending, Subscription
from legal_education.digest.permissions import user_can_manage_subscribers, user_can_see_digest, user_can_test
from site_core.csv_tables import answer_table
from tenants.current import current_site

OVERVIEW, SUBSCRIBERS, SENDING, TEST = (
    *("legal_digest_overview", "legal_digest_subscribers"),
    *("legal_digest_sending", "legal_digest_test"),
)
_ROWS_A_PAGE = 50
_TROUBLED_SHOWN = 200


class GuardedView(View):
    """Raises Http404 for who has no part in the screen."""

    may_see: Callable[[Any], bool] = staticmethod(user_can_see_digest)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """By role on the current site; people of the centre have one while they visit."""
        if not self.may_see(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Screen(WagtailAdminTemplateMixin, GuardedView, TemplateView):
    """A screen with its place in the admin."""

    header_icon = "mail"
    page_title = "普法手机报"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, the digest, here."""
        trail = [] if isinstance(self, OverviewScreen) else [{"url": reverse(OVERVIEW), "label": "普法手机报"}]
        return [*self.breadcrumbs_items, *trail, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `may_manage`, which many parts ask."""
        return super().get_context_data(may_manage=user_can_manage_subscribers(self.request.user), **kwargs)


class OverviewScreen(Screen):
    """Readers by audience and channel, and what was sent."""

    template_name = "legal_digest/admin/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `audiences`, `states` and `sendings` with their figures."""
        page = Paginator(selectors.list_sendings(), 10).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            audiences=selectors.list_audience_rows(),
            states=selectors.count_states(),
            digest=selectors.find_digest(),
            sendings=[(each, selectors.list_run_figures(each)) for each in page],
            page_obj=page,
            **kwargs,
        )


class SubscribersScreen(Screen):
    """The list, with masked addresses; an address is looked up by its blind index."""

    template_name = "legal_digest/admin/subscribers.html"
    page_title = "订阅者"
    may_see = staticmethod(user_can_manage_subscribers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `filter`, `look_up`, `found` (after a look-up) and one page of rows."""
        chosen = SubscriberFilter(self.request.GET)
        rows = selectors.list_subscriptions(**chosen.read())
        kwargs.setdefault("look_up", LookUpForm())
        page = Paginator(rows, _ROWS_A_PAGE).get_page(self.request.GET.get("p"))
        query = self.request.GET.copy()
        query.pop("p", None)
        return super().get_context_data(filter=chosen, page_obj=page, query=query.urlencode(), **kwargs)

    @method_decorator(sensitive_post_parameters("address"))
    def post(self, request: HttpRequest) -> HttpResponse:
        """Look an address up."""
        form = LookUpForm(request.POST)
        found, is_searched = None, form.is_valid()
        if is_searched:
            values = form.cleaned_data
            found = selectors.find_by_address_index(values["channel"], index_of(values["channel"], values["address"]))
        # What was typed is not given back: the answer holds no address.
        blank = LookUpForm(initial={"channel": form.data.get("channel")})
        problems: Any = form.errors.get("address", [])
        return self.render_to_response(
            self.get_context_data(look_up=blank, problems=problems, found=found, is_searched=is_searched)
        )


class ExportView(GuardedView):
    """The list as a file, with masked addresses."""

    may_see = staticmethod(user_can_manage_subscribers)

    def post(self, request: HttpRequest) -> HttpResponse:
        """CSV of what the filter shows."""
        rows = list(selectors.list_subscriptions(**SubscriberFilter(request.GET).read()))
        actions.note_export(len(rows), acting_user=request.user)
        table = [
            (
                *(each.get_channel_display(), each.masked, each.get_audience_display(), each.get_state_display()),
                *(_say_time(each.created_at), _say_time(each.confirmed_at), _say_time(each.ended_at)),
            )
            for each in rows
        ]
        headings = ("方式", "地址（已隐去）", "受众", "状态", "申请时间", "确认时间", "退订时间")
        return answer_table(f"digest-{current_site().schema_name}-{timezone.localdate():%Y%m%d}", headings, table)


def _say_time(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


class EndView(GuardedView):
    """End a subscription for its reader."""

    may_see = staticmethod(user_can_manage_subscribers)

    def post(self, request: HttpRequest, subscription_id: int) -> HttpResponse:
        """Back to the list."""
        row = get_object_or_404(Subscription, pk=subscription_id)
        actions.end_for_reader(row, acting_user=request.user)
        messages.success(request, "已代为退订，地址已删除。")
        return redirect(SUBSCRIBERS)


class SendingScreen(Screen):
    """What became of an issue: states by channel, and what somebody should decide."""

    template_name = "legal_digest/admin/sending.html"
    page_title = "发送记录"

    def get_page_subtitle(self) -> str:
        """Which issue."""
        return self.sending.title

    @property
    def sending(self) -> Sending:
        """Raises Http404."""
        return get_object_or_404(Sending, pk=self.kwargs["sending_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds figures, and the deliveries of unknown fate or failed with their history."""
        sending = self.sending
        troubled = selectors.list_troubled(sending)
        return super().get_context_data(
            sending=sending,
            figures=selectors.list_run_figures(sending),
            troubled=troubled.prefetch_related("notes")[:_TROUBLED_SHOWN],
            troubled_count=troubled.count(),
            decisions=actions.DECISIONS.items(),
            **kwargs,
        )

    def post(self, request: HttpRequest, sending_id: int) -> HttpResponse:
        """Decide what becomes of the chosen ones."""
        ids = [int(pk) for pk in request.POST.getlist("delivery") if pk.isdecimal() and len(pk) < 19]
        if not user_can_manage_subscribers(request.user):
            raise Http404
        try:
            count = actions.decide(self.sending, ids, request.POST.get("decision", ""), acting_user=request.user)
        except actions.DecisionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"已处理 {count} 条。")
        return redirect(SENDING, sending_id=sending_id)


class IssueMixin(GuardedView):
    """One issue that the person may edit."""

    may_see = staticmethod(user_can_test)

    def get_issue(self) -> DigestIssuePage:
        """Raises Http404."""
        issue = get_object_or_404(DigestIssuePage, pk=self.kwargs["page_id"])
        if not issue.permissions_for_user(self.request.user).can_edit():
            raise Http404
        return issue


class LengthView(IssueMixin):
    """How long the draft is, for the panel of the editor."""

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """A piece of HTML."""
        issue = self.get_issue().get_latest_revision_as_object()
        context = {"extent": measure_issue(issue), "readers": selectors.count_readers(issue.audience)}
        return render(request, "legal_digest/admin/length.html", context)


class TestScreen(Screen, IssueMixin):
    """Send the draft to oneself."""

    template_name = "legal_digest/admin/test.html"
    page_title = "试发给自己"
    may_see = staticmethod(user_can_test)

    def get_page_subtitle(self) -> str:
        """Which issue."""
        return str(self.get_issue().get_admin_display_title())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the issue and its message."""
        issue = self.get_issue()
        draft = issue.get_latest_revision_as_object()
        return super().get_context_data(issue=issue, message=compose(draft), **kwargs)

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """Queue it, and go back to the editor."""
        issue = self.get_issue()
        actions.ask_for_test(issue, acting_user=request.user)
        messages.success(request, "已发往您的邮箱，请查收。")
        return redirect("wagtailadmin_pages:edit", issue.pk)


def list_urls() -> list[URLPattern]:
    """Addresses below `/admin/digest/`."""
    return [
        path("digest/", OverviewScreen.as_view(), name=OVERVIEW),
        path("digest/subscribers/", SubscribersScreen.as_view(), name=SUBSCRIBERS),
        path("digest/subscribers/export/", ExportView.as_view(), name="legal_digest_export"),
        path("digest/subscribers/<int:subscription_id>/end/", EndView.as_view(), name="legal_digest_end"),
        path("digest/sendings/<int:sending_id>/", SendingScreen.as_view(), name=SENDING),
        path("digest/issues/<int:page_id>/length/", LengthView.as_view(), name="legal_digest_length"),
        path("digest/issues/<int:page_id>/test/", TestScreen.as_view(), name=TEST),
    ]
