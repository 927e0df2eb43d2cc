"""Reads of the digest."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from legal_education.audiences import Audience
from legal_education.digest.channels import Channel
from legal_education.digest.models import (
    ChannelRun,
    DigestDelivery,
    DigestIssuePage,
    DigestPage,
    Receipt,
    Sending,
    Subscription,
    SubscriptionState,
)
from site_core.dispatching import Dispatch
from site_core.pagination import get_listing

ISSUES_A_PAGE = 12
UNDONE = (Dispatch.QUEUED, Dispatch.SENDING)


def find_digest() -> DigestPage | None:
    """The site's digest, where readers may see it."""
    return DigestPage.objects.visible().single()


def get_issues(digest: DigestPage, query: Any) -> Any:
    """One page of the digest's issues, the newest first."""
    issues = DigestIssuePage.objects.child_of(digest).visible().order_by("-issued_on", "-number")
    return get_listing(issues, query.get("page"), ISSUES_A_PAGE)


def list_open_channels(digest: DigestPage) -> list[Channel]:
    """Ways by which readers may subscribe: short messages need a gateway and the template of its code."""
    has_sms = settings.SMS_GATEWAY_URL and digest.sms_code_template_id and digest.sms_template_id
    return [Channel.EMAIL, Channel.SMS] if has_sms else [Channel.EMAIL]


def list_readers(sending: Sending, channel: str) -> QuerySet[Subscription]:
    """Who gets the issue on the channel: confirmed before it began, and of its audience. In the order of their ids."""
    readers = Subscription.objects.filter(channel=channel, state=SubscriptionState.ACTIVE)
    readers = readers.filter(confirmed_at__lte=sending.began_at)
    if sending.audience != Audience.ALL:
        readers = readers.filter(audience__in=(Audience.ALL, sending.audience))
    return readers.order_by("pk")


def count_readers(audience: str) -> dict[str, int]:
    """How many would get an issue for the audience now, by channel."""
    readers = Subscription.objects.filter(state=SubscriptionState.ACTIVE)
    if audience != Audience.ALL:
        readers = readers.filter(audience__in=(Audience.ALL, audience))
    counts = dict(readers.order_by().values_list("channel").annotate(n=Count("pk")))
    return {channel: counts.get(channel, 0) for channel in Channel.values}


@dataclass(frozen=True)
class AudienceRow:
    """Confirmed subscriptions of an audience."""

    label: str
    email: int
    sms: int

    @property
    def total(self) -> int:
        """On both channels."""
        return self.email + self.sms


def list_audience_rows() -> list[AudienceRow]:
    """Confirmed subscriptions by audience and channel, all audiences, then the sum."""
    active = Subscription.objects.filter(state=SubscriptionState.ACTIVE).order_by()
    counts = Counter(
        {
            (row["audience"], row["channel"]): row["n"]
            for row in active.values("audience", "channel").annotate(n=Count("pk"))
        }
    )
    rows = [
        AudienceRow(str(each.label), counts[each.value, Channel.EMAIL], counts[each.value, Channel.SMS])
        for each in Audience
    ]
    return [*rows, AudienceRow("合计", sum(row.email for row in rows), sum(row.sms for row in rows))]


def count_states() -> dict[str, int]:
    """Subscriptions by state."""
    counts = dict(Subscription.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: counts.get(state, 0) for state in SubscriptionState.values}


def list_subscriptions(*, state: str = "", channel: str = "", audience: str = "") -> QuerySet[Subscription]:
    """Subscriptions, the newest first; '' leaves a question open."""
    chosen = {"state": state, "channel": channel, "audience": audience}
    return Subscription.objects.filter(**{name: value for name, value in chosen.items() if value})


def find_by_address_index(channel: str, index: str) -> Subscription | None:
    """The subscription of the address, by its blind index."""
    return Subscription.objects.filter(channel=channel, address_index=index).first()


@dataclass(frozen=True)
class RunFigures:
    """How a channel of a sending stands: rows by state, those with receipts, and what waits for a person."""

    run: ChannelRun
    states: dict[str, int]
    delivered: int
    undelivered: int
    waiting: int

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.states.values())

    @property
    def shown(self) -> list[tuple[str, str, int]]:
        """(state, its name, how many) of the states that occur."""
        return [(each.value, str(each.label), self.states[each]) for each in Dispatch if self.states.get(each)]


def list_run_figures(sending: Sending) -> list[RunFigures]:
    """Both channels of a sending."""
    return [_figures(run) for run in sending.runs.order_by("channel")]


def _figures(run: ChannelRun) -> RunFigures:
    rows = DigestDelivery.objects.filter(run=run).order_by()
    states = dict(rows.values_list("state").annotate(n=Count("pk")))
    other = rows.aggregate(
        delivered=Count("pk", filter=Q(receipt=Receipt.DELIVERED)),
        undelivered=Count("pk", filter=Q(receipt=Receipt.UNDELIVERED)),
        waiting=Count("pk", filter=Q(waits_for_person=True) | Q(state=Dispatch.FAILED)),
    )
    return RunFigures(run, states, **other)


def list_troubled(sending: Sending) -> QuerySet[DigestDelivery]:
    """Deliveries about which somebody should decide: of unknown fate, or failed."""
    rows = DigestDelivery.objects.filter(sending=sending, state__in=(Dispatch.UNKNOWN, Dispatch.FAILED))
    return rows.select_related("subscription", "run").order_by("state", "pk")


def list_sendings() -> QuerySet[Sending]:
    """All sendings, the newest first."""
    return Sending.objects.select_related("page").prefetch_related("runs")


def list_due_runs(now: Any) -> list[ChannelRun]:
    """Channels of sendings that something is due on."""
    return list(ChannelRun.objects.filter(is_done=False, sending__is_stopped=False, next_at__lte=now))
