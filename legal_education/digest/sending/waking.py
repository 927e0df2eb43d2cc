"""Jobs that take a run's turn: at once, in the transaction that gave it something to do, or at a later moment."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued


def wake(run_id: int, *, at: datetime | None = None) -> None:
    """Queue the run's turn."""
    from legal_education.digest.tasks import take_turn

    seconds = _seconds_until(at)
    take_turn.defer(run_id=run_id, schedule_in={"seconds": seconds} if seconds else None)


def come_again(run_id: int, at: datetime) -> None:
    """Queue the next turn, unless one waits for the same second."""
    from legal_education.digest.tasks import take_turn

    seconds = _seconds_until(at)
    lock = f"digest-{run_id}-{int(at.timestamp())}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        take_turn.defer(run_id=run_id, queueing_lock=lock, schedule_in={"seconds": seconds} if seconds else None)


def _seconds_until(at: datetime | None) -> int:
    left = (at - timezone.now()) if at else timedelta()
    return max(0, round(left.total_seconds()))
