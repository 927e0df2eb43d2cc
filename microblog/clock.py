"""How long an hour is. Limits of the platforms count in hours and days; MICROBLOG_HOUR_SECONDS makes them short for tests."""

from datetime import timedelta

from django.conf import settings


def hour() -> timedelta:
    """An hour of the platforms."""
    return timedelta(seconds=settings.MICROBLOG_HOUR_SECONDS)


def day() -> timedelta:
    """A day of the platforms."""
    return 24 * hour()


def request_seconds() -> float:
    """How long one request may take, in seconds: 10, and no less than 2 where hours are short."""
    return max(2.0, hour().total_seconds() / 360)


def first_look() -> timedelta:
    """How long to wait before a platform is asked what became of a post: Weibo's lists lag one to two minutes."""
    return hour() / 20


def backoff(attempt: int) -> timedelta:
    """Wait before the next attempt, after `attempt` that were refused for a while: 5 s, 10 s, 20 s … a quarter of an hour."""
    return min(hour() / 720 * 2 ** min(attempt, 12), hour() / 4)
