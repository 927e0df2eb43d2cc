"""Short messages: one text to many phones. A batch of unknown fate is asked for at the gateway before it is sent again."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from legal_education.digest.clock import backoff, first_look, request_seconds
from legal_education.digest.gateway import SmsBatch, SmsGateway, open_gateway
from legal_education.digest.models import ChannelRun, DigestDelivery, Sending, Subscription, SubscriptionState
from legal_education.digest.outcomes import (
    Away,
    Found,
    Look,
    NoAnswer,
    NotThere,
    Outcome,
    Refused,
    Retry,
    Sent,
    Unknown,
)
from legal_education.digest.sending.steps import move, note_wait
from site_core.dispatching import Dispatch
from tenants.current import current_site

PHONES_A_BATCH = 50
MOST_ATTEMPTS = 6
MOST_LOOKS = 20
_LOOKS_BEFORE_REPEAT = 2
"""The gateway's list may lag: what is not in it once may be there a moment later."""


def notice_orphans(run: ChannelRun) -> None:
    """Batches that a dead worker left in the middle. Its request may still be under way for as long as one can take."""
    rows = list(DigestDelivery.objects.filter(run=run, state=Dispatch.SENDING))
    if rows:
        due = timezone.now() + timedelta(seconds=request_seconds()) + first_look()
        move(rows, Dispatch.UNKNOWN, text="发送时程序中断，不知是否发出，正在向网关查询。", looks=0, next_at=due)


def work(run: ChannelRun, *, until: datetime) -> Away | None:
    """Ask for what is unknown, send what is due, until the time is up. Returns what keeps the gateway away, if so."""
    if not run.sending.sms_template_id:
        _refuse_all(run)
        return None
    with open_gateway() as gateway:
        while timezone.now() < until and not Sending.objects.filter(pk=run.sending_id, is_stopped=True).exists():
            batch = _find_unknown(run)
            if batch:
                _look(batch, gateway)
                continue
            batch = _find_queued(run)
            if not batch:
                return None
            trouble = _send(batch, run.sending, gateway)
            if trouble is not None:
                return trouble
    return None


def _refuse_all(run: ChannelRun) -> None:
    rows = list(DigestDelivery.objects.filter(run=run, state=Dispatch.QUEUED))
    move(rows, Dispatch.FAILED, code="template", text="本站没有填写短信模板编号，未发短信。")


def _due(run: ChannelRun) -> QuerySet[DigestDelivery]:
    rows = DigestDelivery.objects.filter(run=run, next_at__lte=timezone.now(), waits_for_person=False)
    return rows.select_related("subscription").order_by("pk")


def _find_unknown(run: ChannelRun) -> list[DigestDelivery]:
    """All of the first batch of unknown fate."""
    rows = _due(run).filter(state=Dispatch.UNKNOWN)
    first = rows.first()
    return list(rows.filter(out_id=first.out_id)) if first else []


def _find_queued(run: ChannelRun) -> list[DigestDelivery]:
    """The next batch. What was one already stays one, so that it has the same `out_id` again."""
    rows = _due(run).filter(state=Dispatch.QUEUED)
    first = rows.first()
    if first is None or first.is_alone:
        return [first] if first else []
    return list(rows.filter(out_id=first.out_id, is_alone=False)[:PHONES_A_BATCH])


def make_out_id(item: object, rows: Sequence[DigestDelivery]) -> str:
    """The same for the same issue and readers, whatever happens. Begins with the site, for receipts find their way by it."""
    readers = ",".join(sorted(row.subscription.uid.hex for row in rows))
    schema = current_site().schema_name
    return f"{schema}.{hashlib.sha256(f'{schema}|{item}|{readers}'.encode()).hexdigest()[:40]}"


def _send(rows: list[DigestDelivery], sending: Sending, gateway: SmsGateway) -> Away | None:
    rows = _leave_out_ended(rows)
    if not rows:
        return None
    out_id = make_out_id(sending.item, rows)
    phones = [row.subscription.address for row in rows]
    batch = SmsBatch(phones, sending.sms_sign, sending.sms_template_id, sending.sms_params, out_id)
    attempts = max(row.attempts for row in rows) + 1
    move(rows, Dispatch.SENDING, out_id=out_id, attempts=attempts, sending_since=timezone.now())
    outcome = gateway.send(batch)
    _settle(rows, outcome)
    return outcome if isinstance(outcome, Away) else None


def _leave_out_ended(rows: list[DigestDelivery]) -> list[DigestDelivery]:
    """As subscriptions are now: a reader may have left a moment ago."""
    ids = [row.subscription_id for row in rows]
    active = Subscription.objects.filter(pk__in=ids, state=SubscriptionState.ACTIVE).in_bulk()
    ended = [row for row in rows if row.subscription_id not in active]
    if ended:
        move(ended, Dispatch.WITHDRAWN, text="已退订，不再发送。")
    staying = [row for row in rows if row.subscription_id in active]
    for row in staying:
        row.subscription = active[row.subscription_id]
    return staying


def _settle(rows: list[DigestDelivery], outcome: Outcome) -> None:
    now = timezone.now()
    if isinstance(outcome, Sent):
        move(rows, Dispatch.SENT, remote_id=outcome.remote_id, sent_at=now)
    elif isinstance(outcome, Unknown):
        text = f"{outcome.text}正在向网关查询。"
        move(rows, Dispatch.UNKNOWN, text=text, looks=0, next_at=now + first_look())
    elif isinstance(outcome, Away):
        move(rows, Dispatch.QUEUED, code=outcome.code, text=outcome.text, attempts=rows[0].attempts - 1)
    elif isinstance(outcome, Retry) and rows[0].attempts < MOST_ATTEMPTS:
        move(rows, Dispatch.QUEUED, code=outcome.code, text=outcome.text, next_at=now + backoff(rows[0].attempts))
    elif isinstance(outcome, Refused) and len(rows) > 1:
        # One bad number spoils a batch: each by itself shows which.
        move(rows, Dispatch.QUEUED, code=outcome.code, text=outcome.text, is_alone=True)
    elif isinstance(outcome, Retry | Refused):
        move(rows, Dispatch.FAILED, code=outcome.code, text=outcome.text)


def _look(rows: list[DigestDelivery], gateway: SmsGateway) -> None:
    look = gateway.look(rows[0].out_id)
    if isinstance(look, Found):
        _settle_found(rows, look)
    else:
        _settle_missing(rows, look)


def _settle_found(rows: list[DigestDelivery], look: Found) -> None:
    now = timezone.now()
    by_state = sorted(rows, key=lambda row: _state_of(row, look))
    for state, group in groupby(by_state, key=lambda row: _state_of(row, look)):
        if state == _UNLISTED:
            text = "网关有此批次，但其中没有这个号码，请与网关核对。"
            note_wait(list(group), text=text, waits_for_person=True)
        else:
            receipt_at = now if state else None
            move(
                list(group),
                Dispatch.SENT,
                text="没有答复，经查询已由网关接收。",
                remote_id=look.remote_id,
                sent_at=now,
                receipt=state,
                receipt_at=receipt_at,
            )


_UNLISTED = "unlisted"


def _state_of(row: DigestDelivery, look: Found) -> str:
    return str(look.states.get(row.subscription.address, _UNLISTED))


def _settle_missing(rows: list[DigestDelivery], look: Look) -> None:
    looks, now = rows[0].looks + 1, timezone.now()
    is_missing = isinstance(look, NotThere) and looks >= _LOOKS_BEFORE_REPEAT
    if is_missing and rows[0].attempts >= MOST_ATTEMPTS:
        move(rows, Dispatch.FAILED, code="missing", text="多次发送，网关都没有收到。")
    elif is_missing:
        move(rows, Dispatch.QUEUED, text="经查询网关没有收到，重新发送。", looks=0)
    elif isinstance(look, NotThere):
        note_wait(rows, text="网关尚无此批次，再查一次。", looks=looks, next_at=now + first_look())
    elif looks >= MOST_LOOKS:
        text = "网关一直没有给出结果，请与网关核对。"
        note_wait(rows, text=text, looks=looks, waits_for_person=True)
    elif isinstance(look, NoAnswer):
        note_wait(rows, text=look.text, code=look.code, looks=looks, next_at=now + backoff(looks))
