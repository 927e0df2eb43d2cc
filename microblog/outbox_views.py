"""The outbox: what went to the platforms and what did not, each delivery with its history and what can be done now."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic.base import BaseListingView

from microblog import outbox_actions as actions
from microblog.explaining import explain
from microblog.models import Account, Delivery
from microblog.outbox_actions import GIVEN_UP, is_undecided
from microblog.permissions import user_can_decide, user_can_manage_accounts, user_can_retry, user_can_see_outbox
from microblog.screen_selectors import WAITS, count_waiting, list_deliveries
from microblog.screens import OUTBOX, MicroblogScreen
from site_core.dispatching import Dispatch
from site_core.models import SiteDocument, SiteImage

DELIVERY = f"{OUTBOX}_delivery"
_ROWS = 30


class DeliveryFilterSet(WagtailFilterSet):
    """By account and state; text is searched for beside it."""

    account = django_filters.ModelChoiceFilter(
        label="帐号", queryset=lambda request: Account.objects.all(), empty_label="全部"
    )
    state = django_filters.ChoiceFilter(label="状态", choices=Dispatch.choices, empty_label="全部")
    waits = django_filters.ChoiceFilter(
        label="处理", method="by_waiting", choices=[("1", "等待处理")], empty_label="全部"
    )

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()

    def by_waiting(self, rows: Any, name: str, value: str) -> Any:
        """What waits for a person."""
        return rows.filter(WAITS)


class OutboxScreen(MicroblogScreen, BaseListingView):
    """All deliveries, newest first."""

    allows = staticmethod(user_can_see_outbox)
    page_title = "发送记录"
    header_icon = "mail"
    template_name = "microblog/outbox/index.html"
    results_template_name = "microblog/outbox/results.html"
    index_url_name = OUTBOX
    index_results_url_name = f"{OUTBOX}_results"
    filterset_class = DeliveryFilterSet
    is_searchable = True
    search_fields = ("title", "text")
    paginate_by = _ROWS
    verbose_name_plural = "发送记录"

    def get_base_queryset(self) -> Any:
        """Of this site."""
        return list_deliveries()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds `rows`, and how many wait for a person."""
        context = super().get_context_data(**kwargs)
        rows = [(each, explain(each)) for each in context["object_list"]]
        return {**context, "rows": rows, "waiting": count_waiting(), "waiting_url": f"{reverse(OUTBOX)}?waits=1"}


class DeliveryScreen(MicroblogScreen, TemplateView):
    """One delivery."""

    allows = staticmethod(user_can_see_outbox)
    template_name = "microblog/outbox/delivery.html"
    page_title = "发送情况"
    header_icon = "mail"

    def get_trail(self) -> list[tuple[str, str]]:
        """The outbox."""
        return [(OUTBOX, "发送记录")]

    def get_page_subtitle(self) -> str:
        """Which."""
        return self.delivery.title

    @cached_property
    def delivery(self) -> Delivery:
        """The delivery that the address names. Raises Http404."""
        return get_object_or_404(list_deliveries(), pk=self.kwargs["delivery_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The delivery, what it sent, its history, and what the person may do."""
        user = self.acting_user
        return super().get_context_data(
            delivery=self.delivery,
            explanation=explain(self.delivery),
            pictures=_list_pictures(self.delivery),
            video=_find_video(self.delivery),
            events=self.delivery.events.select_related("actor").order_by("-id"),
            counts=self.delivery.counts.order_by("-day").first(),
            may_manage_accounts=user_can_manage_accounts(user),
            **list_choices(self.delivery, may_retry=user_can_retry(user), may_decide=user_can_decide(user)),
            **kwargs,
        )


def list_choices(delivery: Delivery, *, may_retry: bool, may_decide: bool) -> dict[str, bool]:
    """What the person may do with the delivery as it is now."""
    is_failed = delivery.state == Dispatch.FAILED
    return {
        "can_retry": is_failed and (may_decide if delivery.error_code == GIVEN_UP else may_retry),
        "can_cancel": may_retry and (is_failed or delivery.state in (Dispatch.APPROVED, Dispatch.QUEUED)),
        "can_confirm": may_decide and delivery.state == Dispatch.DRAFT,
        "can_settle": may_decide and is_undecided(delivery),
        "can_settle_withdrawal": may_decide and delivery.state == Dispatch.SENT and delivery.waits_for_person,
    }


def _list_pictures(delivery: Delivery) -> list[tuple[Any, str]]:
    """(picture, text in its place) of those that are still on the site."""
    rows = [row for row in delivery.media if row["kind"] == "image"]
    images = SiteImage.objects.in_bulk([row["id"] for row in rows])
    return [(images[row["id"]], row["description"]) for row in rows if row["id"] in images]


def _find_video(delivery: Delivery) -> Any:
    ids = [row["id"] for row in delivery.media if row["kind"] == "video"]
    return SiteDocument.objects.filter(pk__in=ids).first() if ids else None


class DecisionView(DeliveryScreen):
    """What a person decides. The action judges whether the person may."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, delivery_id: int) -> HttpResponseBase:
        """Carry it out and go back. Raises Http404 for what is no decision, or one that the person has no part in."""
        user, delivery = self.acting_user, self.delivery
        found = _DECISIONS.get(request.POST.get("decision", ""))
        if found is None or not found[0](user):
            raise Http404
        _, act, done = found
        self.carry_out(lambda: act(delivery, request.POST, user), done)
        return redirect(DELIVERY, delivery.pk)


_Decision = tuple[Callable[[Any], bool], Callable[[Delivery, Any, Any], Any], str]
_DECISIONS: dict[str, _Decision] = {
    "retry": (
        user_can_retry,
        lambda row, _, user: actions.retry_delivery(row, acting_user=user),
        "已重新排队，很快发送。",
    ),
    "cancel": (
        user_can_retry,
        lambda row, _, user: actions.cancel_delivery(row, acting_user=user),
        "已取消，不再发送。",
    ),
    "confirm": (
        user_can_decide,
        lambda row, _, user: actions.confirm_draft(row, acting_user=user),
        "已排队，很快发送。",
    ),
    "drop": (user_can_decide, lambda row, _, user: actions.cancel_delivery(row, acting_user=user), "已决定不发。"),
    "sent": (
        user_can_decide,
        lambda row, form, user: actions.settle_as_sent(
            row, form.get("remote_url", ""), remote_id=form.get("remote_id", ""), acting_user=user
        ),
        "已登记为已发出。",
    ),
    "unsent": (
        user_can_decide,
        lambda row, _, user: actions.settle_as_unsent(row, acting_user=user),
        "已重新排队，很快发送。",
    ),
    "give_up": (user_can_decide, lambda row, _, user: actions.give_up(row, acting_user=user), "已放弃，不再发送。"),
    "gone": (
        user_can_decide,
        lambda row, _, user: actions.settle_withdrawal(row, is_gone=True, acting_user=user),
        "已登记为撤回。",
    ),
    "stays": (
        user_can_decide,
        lambda row, _, user: actions.settle_withdrawal(row, is_gone=False, acting_user=user),
        "已登记：保留在平台上。",
    ),
}
