"""Writes to the digest by people of the site: authorised, atomic, in the ledger. No address ever stands there."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from legal_education.digest.models import ChannelRun, DigestDelivery, DigestIssuePage, Sending, Subscription
from legal_education.digest.permissions import user_can_manage_subscribers, user_can_test
from legal_education.digest.sending.steps import move
from legal_education.digest.sending.waking import wake
from legal_education.digest.subscribing import end_subscription
from site_core.dispatching import Dispatch

register_action_labels(
    {
        "digest.sending_begun": "手机报开始发送",
        "digest.decided": "处理手机报发送结果",
        "digest.subscription_ended": "代为退订手机报",
        "digest.exported": "导出手机报订阅名单（地址已隐去）",
        "digest.tested": "手机报试发",
    }
)
register_detail_labels({"audience": "受众", "readers": "订阅人数", "deliveries": "发送记录", "decision": "处理"})

RESEND, CONFIRM, GIVE_UP = "resend", "confirm", "give_up"
DECISIONS = {RESEND: "重新发送", CONFIRM: "确认已送达", GIVE_UP: "不再发送"}
_AFTER = {RESEND: Dispatch.QUEUED, CONFIRM: Dispatch.SENT}
_ALLOWED = {
    Dispatch.UNKNOWN: frozenset({RESEND, CONFIRM, GIVE_UP}),
    Dispatch.FAILED: frozenset({RESEND}),
}


class DecisionRefused(ValueError):
    """What was decided does not fit the deliveries; the text is for the person."""


@transaction.atomic
def decide(sending: Sending, ids: Iterable[int], decision: str, *, acting_user: Any) -> int:
    """Let a person say what becomes of deliveries of unknown fate, or failed. Returns how many. Raises DecisionRefused."""
    if not user_can_manage_subscribers(acting_user):
        raise PermissionDenied
    if decision not in DECISIONS:
        raise DecisionRefused("请选择如何处理。")
    rows = list(DigestDelivery.objects.select_for_update(of=("self",)).filter(sending=sending, pk__in=list(ids)))
    if not rows:
        raise DecisionRefused("请先勾选发送记录。")
    if any(decision not in _ALLOWED.get(Dispatch(row.state), frozenset()) for row in rows):
        raise DecisionRefused("所选记录的状态已经变化，或不能这样处理，请刷新后再试。")
    if decision == GIVE_UP:
        move(rows, Dispatch.FAILED, code="decided", text="人工决定不再发送。", acting_user=acting_user)
    else:
        _move(rows, decision, acting_user)
    detail = {"decision": DECISIONS[decision], "deliveries": len(rows)}
    record("digest.decided", sending, acting_user, detail)
    return len(rows)


def _move(rows: list[DigestDelivery], decision: str, acting_user: Any) -> None:
    now = timezone.now()
    times = {"next_at": now, "attempts": 0, "looks": 0} if decision == RESEND else {"sent_at": now}
    move(rows, _AFTER[decision], text=f"人工{DECISIONS[decision]}。", acting_user=acting_user, **times)
    if decision == RESEND:
        for run_id in {row.run_id for row in rows}:
            ChannelRun.objects.filter(pk=run_id).update(is_done=False, next_at=now)
            wake(run_id)


@transaction.atomic
def end_for_reader(subscription: Subscription, *, acting_user: Any) -> Subscription:
    """End a subscription because its reader asked the site to."""
    if not user_can_manage_subscribers(acting_user):
        raise PermissionDenied
    ended = end_subscription(subscription)
    record("digest.subscription_ended", ended, acting_user)
    return ended


@transaction.atomic
def note_export(count: int, *, acting_user: Any) -> None:
    """Say in the ledger that the list was taken away."""
    if not user_can_manage_subscribers(acting_user):
        raise PermissionDenied
    record("digest.exported", None, acting_user, {"readers": count})


@transaction.atomic
def ask_for_test(page: DigestIssuePage, *, acting_user: Any) -> None:
    """Queue the draft as a mail to the person."""
    from legal_education.digest.tasks import send_test

    if not user_can_test(acting_user):
        raise PermissionDenied
    send_test.defer(page_id=page.pk, user_id=acting_user.pk)
    record("digest.tested", page, acting_user)
