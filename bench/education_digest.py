"""A digest to many readers, half by mail, half by short message, while workers are killed: none twice, none left out.

What a killed worker had in flight is of unknown fate: short messages are asked for at the gateway, mails are listed.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bench.report import Figure, Outcome, at_most
from bench.workers import Worker, working

if TYPE_CHECKING:
    from legal_education.digest.models import Sending
    from tests.digest.servers import Gateway, MailServer

NAMES = ("digest_twice", "digest_left_out", "digest_unknown_over", "digest_unlisted")
_CONCURRENCY = 4
_STALLED_AFTER_S = 2.0
_MINUTE_S = 6
_WITHIN_S = 1800
_POLL_S = 0.05
_LATEST_KILL_S = 0.2
_SLOW_MAIL_S, _SLOW_GATEWAY_S = 0.002, 0.05
"""So that a kill finds something in flight."""


class DigestScale(Protocol):
    """How large the bench is."""

    digest_readers: int
    digest_kills: int


class DigestRun(Protocol):
    """What the stage needs of its area's run: also what workers need."""

    workspace: Path
    environment: dict[str, str]

    @property
    def scale(self) -> DigestScale:
        """Readers and kills."""


@dataclass
class Counted:
    """One sending with the servers that it goes to, and what the kills found in flight."""

    mails: "MailServer"
    gateway: "Gateway"
    workspace: Path
    environment: dict[str, str]
    in_flight: list[dict[str, int]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def count_taken(self) -> int:
        """Messages that arrived outside."""
        files = (self.mails.folder / "mails.jsonl", self.gateway.folder / "taken.jsonl")
        return sum(file.read_bytes().count(b"\n") for file in files if file.exists())


def measure_digest(run: DigestRun) -> Iterator[Outcome]:
    """All of it."""
    from bench.education import SITE
    from tenants.current import enter_site

    with enter_site(SITE), _outside(run) as counted:
        addresses = _add_readers(run.scale.digest_readers)
        sending = _publish()
        begun = time.monotonic()
        for kill in range(run.scale.digest_kills):
            _kill_one(counted, len(addresses) * (kill + 1) // (run.scale.digest_kills + 2), sending)
        with working(
            counted, [next(counted.numbers)], concurrency=_CONCURRENCY, stalled_after=_STALLED_AFTER_S
        ) as workers:
            _await_end(workers[0], sending, begun)
        yield from _judge(counted, addresses, sending, time.monotonic() - begun)


@contextmanager
def _outside(run: DigestRun) -> Iterator[Counted]:
    from tests.digest.servers import mail_server, sms_gateway

    with mail_server(run.workspace / "smtp") as mails, sms_gateway(run.workspace / "sms") as gateway:
        mails.set_faults(slow=_SLOW_MAIL_S)
        gateway.set_faults(slow=_SLOW_GATEWAY_S)
        environment = {
            **run.environment,
            "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
            "SMS_GATEWAY_URL": gateway.url,
            "DIGEST_MINUTE_SECONDS": str(_MINUTE_S),
        }
        yield Counted(mails, gateway, run.workspace, environment)


def _add_readers(number_of_readers: int) -> list[str]:
    """Confirmed readers, half by mail, half by short message; returns their addresses."""
    from django.utils import timezone

    from accounts.tokens import digest_of
    from legal_education.digest.channels import Channel, index_of
    from legal_education.digest.models import Subscription, SubscriptionState
    from legal_education.digest.unsubscribing import make_unsubscribe_token

    now = timezone.now()
    rows = []
    for number in range(number_of_readers):
        channel = Channel.EMAIL if number % 2 else Channel.SMS
        address = f"reader{number}@example.invalid" if number % 2 else f"139{number:08d}"
        row = Subscription(channel=channel, address=address, address_index=index_of(channel, address))
        row.state, row.confirmed_at = SubscriptionState.ACTIVE, now
        row.unsubscribe_digest = digest_of(make_unsubscribe_token(row))
        rows.append(row)
    Subscription.objects.bulk_create(rows, batch_size=1000)
    return [row.address for row in rows]


def _publish() -> "Sending":
    """An issue with three articles, through the usual door."""
    from django.db import transaction

    from legal_education.digest.models import DigestIssuePage, DigestItem, DigestPage, Sending
    from site_core.actions import ArticleDraft, publish_article, publish_page
    from site_core.selectors import get_column

    with transaction.atomic():
        body = [("paragraph", "<p>学法用法，依法办事。</p>")]
        articles = [publish_article(get_column("pufa"), ArticleDraft(f"普法文章{n}", body)) for n in range(3)]
        digest = DigestPage(title="普法手机报", slug="sjb", sms_sign="某司法", sms_template_id="T1")
        publish_page(get_column("pufa"), digest)
        issue = DigestIssuePage(title="手机报第1期", number=1)
        issue.items = [DigestItem(article=each, sort_order=order) for order, each in enumerate(articles)]
        publish_page(DigestPage.objects.get(), issue)
    return Sending.objects.get()


def _kill_one(counted: Counted, taken: int, sending: "Sending") -> None:
    """Start a worker, kill it once so many messages are outside, and count what it had in flight."""
    from legal_education.digest.models import DigestDelivery
    from site_core.dispatching import Dispatch

    chance = random.Random(taken)  # noqa: S311 - when to kill is no secret
    worker = Worker(counted, next(counted.numbers), concurrency=_CONCURRENCY, stalled_after=_STALLED_AFTER_S)
    try:
        while counted.count_taken() < taken:
            worker.check()
            time.sleep(_POLL_S)
        time.sleep(chance.uniform(0, _LATEST_KILL_S))
    finally:
        worker.kill()
    rows = DigestDelivery.objects.filter(sending=sending, state=Dispatch.SENDING)
    counted.in_flight.append(dict(Counter(rows.values_list("run__channel", flat=True))))


def _await_end(worker: Worker, sending: "Sending", begun: float) -> None:
    while sending.runs.filter(is_done=False).exists():
        worker.check()
        if time.monotonic() - begun > _WITHIN_S:
            raise TimeoutError(f"not at its end: {list(sending.runs.values('channel', 'is_made', 'problem'))}")
        time.sleep(_POLL_S)


def _judge(counted: Counted, addresses: list[str], sending: "Sending", seconds: float) -> Iterator[Outcome]:
    """Against what the servers outside have, not against what the product says of itself."""
    from legal_education.digest.models import DigestDelivery
    from legal_education.digest.selectors import list_troubled
    from site_core.dispatching import Dispatch

    there = counted.mails.readers() + counted.gateway.phones()
    rows = DigestDelivery.objects.filter(sending=sending).select_related("subscription")
    unknown = [row for row in rows if row.state == Dispatch.UNKNOWN]
    listed = set(list_troubled(sending).values_list("pk", flat=True))
    waiting = {row.subscription.address for row in unknown}
    left_out = [each for each in addresses if not there[each] and each not in waiting]
    twice = [each for each, times in there.items() if times > 1]
    in_flight = sum(sum(found.values()) for found in counted.in_flight)
    notes = {
        "readers": len(addresses),
        "kills": len(counted.in_flight),
        "in_flight_at_the_kills": counted.in_flight,
        "seconds": round(seconds, 1),
        "states": dict(Counter(row.state for row in rows)),
    }
    yield Figure("digest_twice", len(twice), "readers", at_most(0), {**notes, "which": twice[:5]})
    yield Figure("digest_left_out", len(left_out), "readers", at_most(0), {**notes, "which": left_out[:5]})
    yield Figure("digest_unknown_over", max(0, len(unknown) - in_flight), "messages", at_most(0), notes)
    unlisted = [row.pk for row in unknown if row.pk not in listed or not row.waits_for_person]
    yield Figure("digest_unlisted", len(unlisted), "messages", at_most(0), notes)
