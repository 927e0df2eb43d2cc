"""Jobs that take an account's turn: at once, in the transaction that gave it something to do, or at a later moment."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from microblog.models import Account


def wake(account: Account, *, at: datetime | None = None) -> None:
    """Queue the account's turn. Not queued only once: a job that waits already may be taken up before this is committed."""
    from microblog.tasks import take_turn

    seconds = _seconds_until(at)
    take_turn.defer(account_id=account.pk, schedule_in={"seconds": seconds} if seconds else None)


def come_again(account_id: int, at: datetime) -> None:
    """Queue the next turn, unless one waits for the same second."""
    from microblog.tasks import take_turn

    seconds = _seconds_until(at)
    lock = f"microblog-{account_id}-{int(at.timestamp())}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        take_turn.defer(
            account_id=account_id, queueing_lock=lock, schedule_in={"seconds": seconds} if seconds else None
        )


def _seconds_until(at: datetime | None) -> int:
    left = (at - timezone.now()) if at else timedelta()
    return max(0, round(left.total_seconds()))
