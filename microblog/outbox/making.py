"""Deliveries of a post: made, replaced and called back in the transaction of its publication."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.requests import current_origin
from microblog.adapters.base import get_adapter
from microblog.models import Account, AccountState, Delivery, MicroPost
from microblog.outbox.quiet import end_of_quiet
from microblog.outbox.steps import note, record_birth, step
from microblog.outbox.texts import Composed, compose, make_key
from microblog.outbox.waking import wake
from site_core.dispatching import Dispatch

_NOT_YET = (Dispatch.DRAFT, Dispatch.APPROVED, Dispatch.QUEUED)
_UNDER_WAY = (Dispatch.SENDING, Dispatch.UNKNOWN)


@transaction.atomic
def make_deliveries(page: MicroPost, revision: Any = None, actor: Any = None) -> list[Delivery]:
    """One row for each account that the post goes to, unless this account has just this already. Safe to repeat."""
    accounts = page.accounts.exclude(state=AccountState.CLOSED)
    made = [_make(page, account, revision, actor) for account in accounts]
    return [each for each in made if each is not None]


def _make(page: MicroPost, account: Account, revision: Any, actor: Any) -> Delivery | None:
    composed = compose(page, account)
    earlier = Delivery.objects.select_for_update(of=("self",)).filter(account=account, item=page.origin_key)
    newest = earlier.exclude(state=Dispatch.WITHDRAWN).order_by("-id").first()
    if newest is not None and newest.content_hash == composed.content_hash and newest.state != Dispatch.FAILED:
        return None
    revision_id = revision.pk if revision is not None else 0
    if earlier.filter(revision_id=revision_id).exists():
        return None
    for row in earlier.filter(state__in=_NOT_YET):
        step(row, Dispatch.WITHDRAWN, text="尚未发送，由修改后的新稿代替。", acting_user=actor)
    was_sent = newest is not None and newest.state in (Dispatch.SENT, *_UNDER_WAY)
    delivery = _build(page, account, composed, revision_id)
    delivery.state, delivery.next_at, text = _first_state(page, account, is_repeat=was_sent)
    delivery.save()
    record_birth(delivery, text=text, acting_user=actor)
    if delivery.state in (Dispatch.APPROVED, Dispatch.QUEUED):
        wake(account, at=delivery.next_at)
    return delivery


def _build(page: MicroPost, account: Account, composed: Composed, revision_id: int) -> Delivery:
    address = current_origin().address if current_origin() else ""
    return Delivery(
        account=account,
        page=page,
        item=page.origin_key,
        revision_id=revision_id,
        key=make_key(account, page.origin_key, revision_id),
        title=composed.title,
        text=composed.text,
        link=composed.link,
        media=composed.media,
        content_hash=composed.content_hash,
        operator_address=address or "",
    )


def _first_state(page: MicroPost, account: Account, *, is_repeat: bool) -> tuple[Dispatch, Any, str]:
    now = timezone.now()
    if is_repeat:
        return Dispatch.DRAFT, now, "此前已向平台发送过；修改后的文字是否再发一条，请人工确认。"
    if not account.is_sending:
        return Dispatch.APPROVED, now, "帐号尚未启用，启用后自动发送。"
    quiet = end_of_quiet(page, now)
    if quiet is not None:
        return Dispatch.APPROVED, quiet, "免打扰时段，时段结束后自动发送。"
    return Dispatch.QUEUED, now, ""


@transaction.atomic
def call_back(page: MicroPost, actor: Any = None) -> None:
    """The post is no longer public: what was not sent is not sent, what was sent is to be withdrawn where that is possible."""
    for row in Delivery.objects.select_for_update(of=("self",)).filter(item=page.origin_key).order_by("id"):
        if row.state in (*_NOT_YET, Dispatch.FAILED):
            step(row, Dispatch.WITHDRAWN, text="本站已撤下此条，不再发送。", acting_user=actor)
        elif row.state in (Dispatch.SENT, *_UNDER_WAY) and not row.is_withdrawal_wanted:
            is_there = row.state == Dispatch.SENT or row.is_accepted
            next_at = timezone.now() if is_there else row.next_at
            note(row, "本站已撤下此条，正在从平台撤回。", is_withdrawal_wanted=True, next_at=next_at, acting_user=actor)
            wake(row.account)


def validate_for(page: MicroPost, account: Account) -> list[Any]:
    """What the account's platform would refuse of the post as it is."""
    from microblog.outbox.connecting import connect
    from microblog.outbox.texts import make_tentative

    return list(get_adapter(account.platform).validate(connect(account), make_tentative(page, account)))
