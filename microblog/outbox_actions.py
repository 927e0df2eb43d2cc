"""What a person decides about a delivery: again, not at all, or what the platform would not tell. States change by `outbox.steps`.

While something may be under way for the account nothing is decided about it: the worker's turn is held to the end of the
transaction (`outbox.turns.hold_turn`).
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone

from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from microblog.models import AccountState, Delivery
from microblog.outbox.settling import DUPLICATE, note_post_of
from microblog.outbox.steps import note, step
from microblog.outbox.turns import hold_turn
from microblog.outbox.waking import wake
from microblog.permissions import user_can_decide, user_can_retry
from site_core.dispatching import Dispatch

register_action_labels(
    {
        "microblog.delivery_retried": "重新发送微博",
        "microblog.delivery_cancelled": "取消发送微博",
        "microblog.draft_confirmed": "确认再次发送微博",
        "microblog.delivery_found_sent": "核对：微博已经发出",
        "microblog.delivery_found_unsent": "核对：微博没有发出",
        "microblog.delivery_given_up": "放弃发送微博",
        "microblog.withdrawal_settled": "核对：平台上的微博撤回情况",
    }
)
register_detail_labels({"remote_url": "平台上的地址", "is_gone": "已从平台删除"})
GIVEN_UP = "given_up"
"""Error code of what a person gave up without knowing whether it was sent: only who may decide sends it again."""
_CANCELLABLE = (Dispatch.DRAFT, Dispatch.APPROVED, Dispatch.QUEUED, Dispatch.FAILED)
_LONGEST_ADDRESS = 500


class DecisionRefused(ValueError):
    """It cannot be decided so, or not now; the text is for the reader."""


@transaction.atomic
def retry_delivery(delivery: Delivery, *, acting_user: Any) -> Delivery:
    """Send a failed delivery again. Raises DecisionRefused."""
    row = _lock(delivery)
    _authorise(user_can_decide(acting_user) if row.error_code == GIVEN_UP else user_can_retry(acting_user))
    if row.state != Dispatch.FAILED:
        raise DecisionRefused("只有发送失败的才能重新发送。")
    newer = Delivery.objects.filter(account_id=row.account_id, item=row.item, pk__gt=row.pk)
    if newer.exclude(state=Dispatch.WITHDRAWN).exists():
        raise DecisionRefused("这一条已有修改后的新稿，不再发送旧稿。")
    _refuse_closed(row)
    # How far it had come stays: what the platform holds of it is not made a second time.
    progress = {name: value for name, value in row.progress.items() if name != DUPLICATE}
    step(row, Dispatch.QUEUED, text="人工重新发送。", attempts=0, looks=0, progress=progress, acting_user=acting_user)
    return _finish(row, "microblog.delivery_retried", acting_user)


@transaction.atomic
def cancel_delivery(delivery: Delivery, *, acting_user: Any) -> Delivery:
    """Do not send what waits or has failed. Raises DecisionRefused."""
    _authorise(user_can_retry(acting_user))
    row = _lock(delivery)
    if row.state not in _CANCELLABLE:
        raise DecisionRefused("已经开始发送，不能取消。")
    step(row, Dispatch.WITHDRAWN, text="人工取消，不再发送。", acting_user=acting_user)
    return _finish(row, "microblog.delivery_cancelled", acting_user)


@transaction.atomic
def confirm_draft(delivery: Delivery, *, acting_user: Any) -> Delivery:
    """Send the changed words of a post that was sent before as one more post. Raises DecisionRefused."""
    _authorise(user_can_decide(acting_user))
    row = _lock(delivery)
    if row.state != Dispatch.DRAFT:
        raise DecisionRefused("这一条已经处理。")
    _refuse_closed(row)
    step(row, Dispatch.QUEUED, text="人工确认，再发一条。", acting_user=acting_user)
    return _finish(row, "microblog.draft_confirmed", acting_user)


def is_undecided(delivery: Delivery) -> bool:
    """Whether a person may say what became of it: its fate is unknown, or the platform waits for somebody there."""
    is_waiting_there = delivery.state == Dispatch.SENDING and delivery.is_accepted and delivery.waits_for_person
    return delivery.state == Dispatch.UNKNOWN or is_waiting_there


@transaction.atomic
def settle_as_sent(delivery: Delivery, remote_url: str, *, acting_user: Any, remote_id: str = "") -> Delivery:
    """It stands on the platform, at that address. Raises DecisionRefused, ValidationError for what is no address."""
    row = _lock_undecided(delivery, acting_user)
    remote_url = remote_url.strip()
    URLValidator(schemes=["http", "https"], message="请填写平台上这一条的地址，以 http:// 或 https:// 开头。")(
        remote_url
    )
    if len(remote_url) > _LONGEST_ADDRESS:
        raise ValidationError("地址过长。")
    now = timezone.now()
    step(
        row,
        Dispatch.SENT,
        text="人工核对：已在平台上发出。",
        remote_url=remote_url,
        remote_id=remote_id.strip() or row.remote_id,
        sent_at=now,
        is_accepted=False,
        acting_user=acting_user,
    )
    note_post_of(row.account_id, now)
    return _finish(row, "microblog.delivery_found_sent", acting_user, {"remote_url": remote_url})


@transaction.atomic
def settle_as_unsent(delivery: Delivery, *, acting_user: Any) -> Delivery:
    """It does not stand on the platform: send it again, unless the post was withdrawn here meanwhile. Raises DecisionRefused."""
    row = _lock_undecided(delivery, acting_user)
    _refuse_closed(row)
    step(
        row,
        Dispatch.QUEUED,
        text="人工核对：没有发出，重新发送。",
        attempts=0,
        looks=0,
        progress={},
        is_accepted=False,
        acting_user=acting_user,
    )
    return _finish(row, "microblog.delivery_found_unsent", acting_user)


@transaction.atomic
def give_up(delivery: Delivery, *, acting_user: Any) -> Delivery:
    """Leave it as it is: nobody will look for it or send it again. Raises DecisionRefused."""
    row = _lock_undecided(delivery, acting_user)
    text = "人工放弃：不再核对，也不再发送。"
    step(row, Dispatch.FAILED, text=text, code=GIVEN_UP, is_accepted=False, acting_user=acting_user)
    return _finish(row, "microblog.delivery_given_up", acting_user)


@transaction.atomic
def settle_withdrawal(delivery: Delivery, *, is_gone: bool, acting_user: Any) -> Delivery:
    """The platform would not take it back: it was deleted there by hand, or stays. Raises DecisionRefused."""
    _authorise(user_can_decide(acting_user))
    row = _lock(delivery)
    if row.state != Dispatch.SENT or not row.waits_for_person:
        raise DecisionRefused("这一条已经处理。")
    if is_gone:
        step(row, Dispatch.WITHDRAWN, text="人工核对：已在平台上删除。", acting_user=acting_user)
    else:
        note(row, "人工决定：保留在平台上。", waits_for_person=False, acting_user=acting_user)
    return _finish(row, "microblog.withdrawal_settled", acting_user, {"is_gone": is_gone})


def _lock(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_for_update(of=("self",)).select_related("account").get(pk=delivery.pk)


def _lock_undecided(delivery: Delivery, acting_user: Any) -> Delivery:
    _authorise(user_can_decide(acting_user))
    if not hold_turn(delivery.account):
        raise DecisionRefused("正在为此帐号发送或核对，请稍后再试。")
    row = _lock(delivery)
    if not is_undecided(row):
        raise DecisionRefused("这一条已经有了结果。")
    return row


def _refuse_closed(delivery: Delivery) -> None:
    if delivery.account.state == AccountState.CLOSED:
        raise DecisionRefused("帐号已注销，不能发送。")


def _authorise(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied


def _finish(delivery: Delivery, action: str, acting_user: Any, detail: dict[str, Any] | None = None) -> Delivery:
    record(action, delivery, acting_user, detail)
    wake(delivery.account)
    return delivery
