"""A run's turn: one worker at a time, its rows made, its orphans noticed, its deliveries worked off.

What is about to be sent is written down before (SENDING), so whoever finds such a row without having written it knows that
a worker died in the middle: the fate of that message is unknown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from legal_education.digest.channels import Channel
from legal_education.digest.clock import backoff
from legal_education.digest.models import ChannelRun, DigestDelivery, SubscriptionState
from legal_education.digest.outcomes import Away
from legal_education.digest.sending import by_mail, by_sms
from legal_education.digest.sending.planning import begin, make_rows
from legal_education.digest.sending.steps import move
from site_core.dispatching import Dispatch
from tenants.current import current_site

SECONDS_A_TURN = 20.0
"""A worker of many sites lets others come in between."""
_WORKERS = {Channel.EMAIL: by_mail, Channel.SMS: by_sms}


def work_off(run_id: int) -> datetime | None:
    """Do what is due on the run. Returns when to come again; None: when somebody calls."""
    with _turn_of(run_id) as is_mine:
        if not is_mine:
            return timezone.now() + backoff(0)
        run = ChannelRun.objects.select_related("sending").filter(pk=run_id).first()
        if run is None or run.is_done or run.sending.is_stopped:
            return None
        return _take_turn(run)


@contextmanager
def _turn_of(run_id: int) -> Iterator[bool]:
    """Whether the run is the caller's for the block. PostgreSQL gives it back when the caller is killed."""
    name = f"digest:{current_site().schema_name}:{run_id}"
    is_mine = _ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield is_mine
    finally:
        if is_mine:
            _ask("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)


def _ask(query: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [name])
        return bool(cursor.fetchone()[0])


def _take_turn(run: ChannelRun) -> datetime | None:
    now = timezone.now()
    if run.sending.send_at > now or run.next_at > now:
        return max(run.sending.send_at, run.next_at)
    begun = begin(run.sending_id)
    if begun is None:
        return None
    run.sending = begun
    while not run.is_made:
        make_rows(run)
    worker = _WORKERS[Channel(run.channel)]
    worker.notice_orphans(run)
    _leave_out_ended(run)
    trouble = worker.work(run, until=now + timedelta(seconds=SECONDS_A_TURN))
    return _close_turn(run, trouble)


def _leave_out_ended(run: ChannelRun) -> None:
    """Who unsubscribed since the list was made is not written to."""
    rows = DigestDelivery.objects.filter(run=run, state=Dispatch.QUEUED)
    ended = list(rows.exclude(subscription__state=SubscriptionState.ACTIVE))
    if ended:
        move(ended, Dispatch.WITHDRAWN, text="已退订，不再发送。")


def _close_turn(run: ChannelRun, trouble: Away | None) -> datetime | None:
    """Write when to come again, and whether anything is left to do without a person."""
    if trouble is not None:
        run.failures += 1
        run.problem, run.next_at = trouble.text[:300], timezone.now() + backoff(run.failures - 1)
        run.save(update_fields=["failures", "problem", "next_at"])
        return run.next_at
    open_rows = DigestDelivery.objects.filter(run=run, waits_for_person=False)
    open_rows = open_rows.filter(state__in=(Dispatch.QUEUED, Dispatch.SENDING, Dispatch.UNKNOWN))
    first = open_rows.aggregate(first=Min("next_at"))["first"]
    run.failures, run.problem, run.is_done = 0, "", first is None
    run.next_at = first or timezone.now()
    run.save(update_fields=["failures", "problem", "is_done", "next_at"])
    return None if run.is_done else run.next_at
