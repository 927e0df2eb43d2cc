"""What follows from a platform's answer: each outcome has one consequence for the delivery, and some for its account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from microblog.clock import backoff, day, first_look, hour
from microblog.models import Connection, Delivery
from microblog.outbox.steps import note, step
from microblog.outcomes import (
    Accepted,
    Duplicate,
    Limited,
    Misconfigured,
    NotThere,
    Outcome,
    Reconciliation,
    Refused,
    Retry,
    Sent,
    Unauthorised,
    Unknowable,
    Unknown,
)
from microblog.standing import change_connection
from site_core.dispatching import Dispatch

MOST_ATTEMPTS = 12
MOST_LOOKS = 2
_NOT_FOUND = "已向平台核实：没有发出，重新发送。"
DUPLICATE = "duplicate"


def settle(delivery: Delivery, outcome: Outcome) -> None:
    """What an attempt to send came to. The delivery is SENDING."""
    _SENT_RESULTS[type(outcome)](delivery, outcome)


def settle_follow_up(delivery: Delivery, outcome: Reconciliation) -> None:
    """What became of a post that the platform had accepted. The delivery is SENDING."""
    if isinstance(outcome, Retry | Limited | Unknown | Unauthorised | Misconfigured):
        _trouble(delivery, outcome)
        note(delivery, outcome.text, code=outcome.code, next_at=timezone.now() + first_look())
    elif isinstance(outcome, Unknowable):
        step(delivery, Dispatch.UNKNOWN, text=outcome.text, waits_for_person=True, is_accepted=False)
    elif isinstance(outcome, NotThere):
        step(delivery, Dispatch.QUEUED, text="平台上没有此稿，重新发送。", progress={}, is_accepted=False)
    else:
        settle(delivery, outcome)


def settle_look(delivery: Delivery, outcome: Reconciliation) -> None:
    """What the platform says of a post whose fate is unknown. The delivery is UNKNOWN."""
    if isinstance(outcome, NotThere):
        _not_there(delivery, outcome)
    elif isinstance(outcome, Unknowable):
        note(delivery, outcome.text, waits_for_person=True)
    elif isinstance(outcome, Sent):
        _sent(delivery, outcome, "已向平台核实：已经发出。")
    elif isinstance(outcome, Accepted):
        step(delivery, Dispatch.SENDING, text="已向平台核实：平台已接收。")
        _accepted(delivery, outcome)
    elif isinstance(outcome, Refused):
        _failed(delivery, outcome)
    else:
        _trouble(delivery, outcome)
        note(delivery, outcome.text, code=outcome.code, next_at=timezone.now() + first_look())


def _not_there(delivery: Delivery, outcome: NotThere) -> None:
    looks = delivery.looks + 1
    if not outcome.is_certain and looks < MOST_LOOKS:
        note(
            delivery,
            "平台上尚未查到，稍后再查一次。",
            code=delivery.error_code,
            looks=looks,
            next_at=timezone.now() + first_look(),
        )
    elif delivery.progress.get(DUPLICATE):
        step(
            delivery,
            Dispatch.FAILED,
            text="平台认为内容与近期发文重复，又查不到已发的这一条。请修改文字后重新发布。",
            code=delivery.progress[DUPLICATE],
        )
    else:
        text = "再发一次不会重复（平台认得出同一条，或此前没有发出），重新发送。" if outcome.is_certain else _NOT_FOUND
        step(delivery, Dispatch.QUEUED, text=text, looks=0)


def _sent(delivery: Delivery, outcome: Sent, text: str = "") -> None:
    now = timezone.now()
    step(
        delivery,
        Dispatch.SENT,
        text=text,
        remote_id=outcome.remote_id,
        remote_url=outcome.url,
        sent_at=now,
        is_accepted=False,
    )
    note_post_of(delivery.account_id, now)


def note_post_of(account_id: int, at: Any) -> None:
    """The account has posted: it is not silent."""
    if not Connection.objects.filter(account_id=account_id, last_post_at__gte=at).exists():
        change_connection(account_id, last_post_at=at, problem="", problem_code="", problem_text="")


def _accepted(delivery: Delivery, outcome: Accepted) -> None:
    note(
        delivery,
        outcome.text or "平台已接收，等待结果。",
        is_accepted=True,
        progress={**delivery.progress, **outcome.progress},
        waits_for_person=outcome.waits_for_person,
        remote_id=outcome.remote_id,
        next_at=timezone.now() + outcome.after,
    )


def _retry(delivery: Delivery, outcome: Retry) -> None:
    if delivery.attempts >= MOST_ATTEMPTS:
        text = f"平台多次未能接收（{outcome.text}）。请稍后点“重新发送”。"
        step(delivery, Dispatch.FAILED, text=text, code=outcome.code)
        return
    wait = outcome.after or backoff(delivery.attempts)
    step(delivery, Dispatch.QUEUED, text=outcome.text, code=outcome.code, next_at=timezone.now() + wait)


def _limited(delivery: Delivery, outcome: Limited) -> None:
    _trouble(delivery, outcome)
    _wait_in_queue(delivery, outcome)


def _blocked(delivery: Delivery, outcome: Unauthorised | Misconfigured) -> None:
    _trouble(delivery, outcome)
    _wait_in_queue(delivery, outcome)


def _wait_in_queue(delivery: Delivery, outcome: Any) -> None:
    """Back to the head of the queue, without an attempt counted: nothing is wrong with the post."""
    attempts = max(delivery.attempts - 1, 0)
    step(delivery, Dispatch.QUEUED, text=outcome.text, code=outcome.code, attempts=attempts)


def _unknown(delivery: Delivery, outcome: Unknown) -> None:
    text = outcome.text or "平台没有答复，不知是否发出，正在核对。"
    step(delivery, Dispatch.UNKNOWN, text=text, code=outcome.code, looks=0, next_at=timezone.now() + first_look())


def _duplicate(delivery: Delivery, outcome: Duplicate) -> None:
    step(
        delivery,
        Dispatch.UNKNOWN,
        text="平台认为已有相同内容，正在核对是否已经发出。",
        code=outcome.code,
        looks=0,
        progress={**delivery.progress, DUPLICATE: outcome.code},
        next_at=timezone.now() + first_look(),
    )


def _failed(delivery: Delivery, outcome: Refused) -> None:
    step(delivery, Dispatch.FAILED, text=outcome.text, code=outcome.code, is_accepted=False)


_SENT_RESULTS: dict[type, Callable[[Delivery, Any], None]] = {
    Sent: _sent,
    Accepted: _accepted,
    Retry: _retry,
    Limited: _limited,
    Unknown: _unknown,
    Duplicate: _duplicate,
    Unauthorised: _blocked,
    Misconfigured: _blocked,
    Refused: _failed,
}


def _trouble(delivery: Delivery, outcome: Any) -> None:
    """What the outcome means for the whole account: a pause, or a stop until somebody has put it right."""
    if isinstance(outcome, Limited):
        length: timedelta = day() if outcome.is_daily else hour()
        until = outcome.until or timezone.now() + length
        Connection.objects.filter(account_id=delivery.account_id).update(paused_until=until)
    elif isinstance(outcome, Unauthorised | Misconfigured):
        problem = "auth" if isinstance(outcome, Unauthorised) else "config"
        change_connection(
            delivery.account_id, problem=problem, problem_code=outcome.code, problem_text=outcome.text[:300]
        )
