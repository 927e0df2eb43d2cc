"""How long the digest waits. DIGEST_MINUTE_SECONDS makes its minutes short for tests."""

from datetime import timedelta

from django.conf import settings


def minute() -> timedelta:
    """A minute of the digest."""
    return timedelta(seconds=settings.DIGEST_MINUTE_SECONDS)


def request_seconds() -> float:
    """How long one request to the gateway may take: 10 seconds, and no less than half a second where minutes are short."""
    return max(0.5, minute().total_seconds() / 6)


def first_look() -> timedelta:
    """How long to wait before the gateway is asked what became of a message without an answer, and asked again."""
    return minute() / 2


def backoff(attempt: int) -> timedelta:
    """Wait before the next attempt: 5 s, 10 s, 20 s … a quarter of an hour."""
    return min(minute() / 12 * 2 ** min(attempt, 12), minute() * 15)
