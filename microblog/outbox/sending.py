"""The outbox is worked off, account by account: in the order of publication, one request after the other.

What is about to be sent is written down before (SENDING), so whoever finds such a row without having written it knows that a
worker died in the middle: the fate of that post is unknown, and it is looked for before anything is sent again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from microblog.adapters.base import Adapter, Connected, LimitReached, get_adapter
from microblog.clock import backoff, first_look, request_seconds
from microblog.models import Account, Delivery
from microblog.outbox.connecting import connect, get_connection
from microblog.outbox.limits import Counter, make_counter
from microblog.outbox.quiet import end_of_quiet
from microblog.outbox.settling import settle, settle_follow_up, settle_look
from microblog.outbox.steps import note, step
from microblog.outbox.texts import MediaMissing, make_outgoing
from microblog.outbox.turns import turn_of
from microblog.outcomes import Limited, NotWithdrawable, Outcome, Reconciliation, Refused, Unknown, Withdrawn
from site_core.dispatching import Dispatch, DispatchRefused
from tenants.current import current_site
from tenants.kinds import SiteState

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

MOST_IN_A_TURN = 20
_CLOSED_TO_READERS = (SiteState.SUSPENDED, SiteState.ARCHIVED)


def work_off(account_id: int) -> datetime | None:
    """Do what is due for the account. Returns when to come again; None: when somebody calls."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        return None
    with turn_of(account) as is_mine:
        if not is_mine:
            return timezone.now() + backoff(0)
        return _take_turn(account)


def _take_turn(account: Account) -> datetime | None:
    adapter = get_adapter(account.platform)
    _notice_orphans(account, adapter)
    for _ in range(MOST_IN_A_TURN):
        wait = _find_obstacle(account)
        if wait is not None:
            return wait.until
        work = find_due(account)
        if work is None:
            return find_next_time(account)
        _do(work, adapter)
    return timezone.now()


class _Wait:
    """Nothing is done for the account until then; None: until somebody has put it right."""

    def __init__(self, until: datetime | None) -> None:
        self.until = until


def _find_obstacle(account: Account) -> _Wait | None:
    connection = get_connection(account)
    # A site that nobody can read sends nobody there; each minute it is asked again.
    if not account.is_sending or connection.problem or current_site().state in _CLOSED_TO_READERS:
        return _Wait(None)
    if connection.paused_until and connection.paused_until > timezone.now():
        return _Wait(connection.paused_until)
    return None


def _notice_orphans(account: Account, adapter: Adapter) -> None:
    """Deliveries that a dead worker left in the middle. Its request may still be under way for as long as one can take."""
    for delivery in Delivery.objects.filter(account=account, state=Dispatch.SENDING, is_accepted=False).order_by("id"):
        since = delivery.sending_since or timezone.now()
        due = since + timedelta(seconds=request_seconds())
        due += timedelta() if adapter.can_repeat else first_look()
        step(delivery, Dispatch.UNKNOWN, text="发送时程序中断，不知是否发出，正在核对。", looks=0, next_at=due)


def _mine(account: Account) -> QuerySet[Delivery]:
    return Delivery.objects.filter(account=account)


def _withdrawals(account: Account) -> QuerySet[Delivery]:
    return _mine(account).filter(state=Dispatch.SENT, is_withdrawal_wanted=True)


def _accepted(account: Account) -> QuerySet[Delivery]:
    return _mine(account).filter(state=Dispatch.SENDING, is_accepted=True)


def _head(account: Account) -> Delivery | None:
    """The first that is not at its end: nothing that was published later overtakes it. What waits for a person holds up nobody."""
    waiting = Q(state__in=(Dispatch.APPROVED, Dispatch.QUEUED)) | Q(state=Dispatch.UNKNOWN, waits_for_person=False)
    return _mine(account).filter(waiting).order_by("id").first()


def find_due(account: Account) -> Delivery | None:
    """What is to be done now: what is to be withdrawn, what was accepted and not done, then the head of the queue."""
    now = timezone.now()
    for rows in (_withdrawals(account), _accepted(account)):
        found = rows.filter(next_at__lte=now).order_by("id").first()
        if found is not None:
            return found
    head = _head(account)
    return head if head is not None and head.next_at <= now else None


def find_next_time(account: Account) -> datetime | None:
    """When something will be due; None where nothing waits."""
    head = _head(account)
    times = [rows.aggregate(first=Min("next_at"))["first"] for rows in (_withdrawals(account), _accepted(account))]
    times.append(head.next_at if head else None)
    return min((each for each in times if each is not None), default=None)


def _do(delivery: Delivery, adapter: Adapter) -> None:
    if delivery.state == Dispatch.APPROVED and not _begin(delivery, Dispatch.QUEUED):
        return
    counter = make_counter(delivery.account, adapter)
    try:
        _DEEDS[delivery.state](delivery, adapter, connect(delivery.account, counter), counter)
    finally:
        counter.settle()


def _send(delivery: Delivery, adapter: Adapter, account: Connected, counter: Counter) -> None:
    if delivery.is_withdrawal_wanted:  # it was under way when the post was withdrawn here, and came back
        _begin(delivery, Dispatch.WITHDRAWN, text="本站已撤下此条，不再发送。", is_withdrawal_wanted=False)
        return
    now = timezone.now()
    quiet = end_of_quiet(delivery.page, now) if delivery.page else None
    if quiet is not None:  # it was held back before, and the night has come meanwhile
        note(delivery, "免打扰时段，时段结束后自动发送。", next_at=quiet)
        return
    wait = counter.find_wait(now, is_post=True)
    if wait is not None:  # known before anything is begun
        _pause(delivery, wait)
        return
    if not _begin(delivery, Dispatch.SENDING, attempts=delivery.attempts + 1, sending_since=now, is_accepted=False):
        return

    def save(progress: dict[str, object]) -> None:
        Delivery.objects.filter(pk=delivery.pk).update(progress=progress, sending_since=timezone.now())
        delivery.progress = progress

    def ask() -> Outcome:
        return adapter.publish(account, make_outgoing(delivery), dict(delivery.progress), save)

    settle(delivery, _ask(delivery, ask))


def _begin(delivery: Delivery, after: Dispatch, **fields: Any) -> bool:
    """Whether it is still there to be worked on: a person may cancel what waits, at any moment."""
    try:
        step(delivery, after, **fields)
    except DispatchRefused:
        logger.info("delivery %s was cancelled before it was begun", delivery.pk)
        return False
    return True


def _pause(delivery: Delivery, wait: LimitReached) -> None:
    text = "已达平台每日发文上限，到时自动发送。" if wait.is_daily else "已达平台每小时发文上限，到时自动发送。"
    note(delivery, text, code="limit", next_at=wait.until)


def _look(delivery: Delivery, adapter: Adapter, account: Connected, counter: Counter) -> None:
    since = delivery.sending_since or delivery.created_at

    def ask() -> Reconciliation:
        return adapter.reconcile(account, make_outgoing(delivery), dict(delivery.progress), since)

    settle_look(delivery, _ask(delivery, ask))


def _deal_with_sending(delivery: Delivery, adapter: Adapter, account: Connected, counter: Counter) -> None:
    if delivery.is_withdrawal_wanted and delivery.remote_id:
        _withdraw(delivery, adapter, account, counter)  # the platform has it, and readers do not see it yet
        return

    def save(progress: dict[str, object]) -> None:
        Delivery.objects.filter(pk=delivery.pk).update(progress=progress)
        delivery.progress = progress

    def ask() -> Reconciliation:
        return adapter.follow_up(account, make_outgoing(delivery), dict(delivery.progress), save)

    settle_follow_up(delivery, _ask(delivery, ask))


def _ask(delivery: Delivery, ask: Callable[[], Answer]) -> Answer | Limited | Refused | Unknown:
    """The adapter's answer. An error of ours after the request went out leaves its fate unknown, and is no reason to repeat it."""
    try:
        return ask()
    except LimitReached as wait:
        return Limited("limit", "已达平台调用上限，到时自动继续。", until=wait.until)
    except MediaMissing as problem:
        return Refused("media", str(problem))
    except Exception:
        logger.exception("delivery %s: the adapter failed", delivery.pk)
        return Unknown("程序出错，不知是否发出，正在核对。", code="internal")


def _withdraw(delivery: Delivery, adapter: Adapter, account: Connected, counter: Counter) -> None:
    try:
        result = adapter.withdraw(account, delivery.remote_id)
    except LimitReached as wait:
        note(delivery, "已达平台调用上限，到时撤回。", code="limit", next_at=wait.until)
        return
    if isinstance(result, Withdrawn):
        step(delivery, Dispatch.WITHDRAWN, text="已从平台撤回。", is_withdrawal_wanted=False)
    elif isinstance(result, NotWithdrawable):
        note(delivery, result.text, is_withdrawal_wanted=False, waits_for_person=True)
    else:
        wait_for = backoff(delivery.looks)
        note(delivery, result.text, code=result.code, looks=delivery.looks + 1, next_at=timezone.now() + wait_for)


_DEEDS: dict[str, Callable[[Delivery, Adapter, Connected, Counter], None]] = {
    Dispatch.QUEUED: _send,
    Dispatch.UNKNOWN: _look,
    Dispatch.SENDING: _deal_with_sending,
    Dispatch.SENT: _withdraw,
}
