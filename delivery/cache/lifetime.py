"""How long a page holds while nothing is changed: for ever, but for what depends on the date, and for what is not there."""

import time

from django.utils import timezone

from delivery.cache.rendering import Rendered

NOT_FOUND_SECONDS = 60.0


def seconds_of(made: Rendered) -> float:
    """Seconds that the page may be kept; 0 for any number."""
    limits = [NOT_FOUND_SECONDS] if made.status == 404 else []
    if made.until is not None:
        limits.append(max(0.001, (made.until - timezone.now()).total_seconds()))
    return min(limits, default=0.0)


def expiry_of(made: Rendered) -> float:
    """The monotonic time at which the page is over; 0 for never."""
    seconds = seconds_of(made)
    return time.monotonic() + seconds if seconds else 0.0
