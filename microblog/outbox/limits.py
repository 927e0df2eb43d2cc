"""The platforms' limits: requests are counted before they are made, in any hour and any day, never by the clock's hour."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from microblog.adapters.base import Adapter, LimitReached
from microblog.clock import day, hour
from microblog.cluster.models import AddressUse
from microblog.models import Account, ApiCall

ADDRESS_LIMITS = {"weibo": 15_000}
"""Requests an hour from one address (domain §7.1), for all sites of the cluster together."""
_SLICES = 60


def make_counter(account: Account, adapter: Adapter) -> "Counter":
    """What counts and refuses the account's requests."""
    return Counter(
        account, account.hourly_limit or adapter.hourly_limit, account.daily_limit or adapter.daily_limit, adapter
    )


class Counter:
    """Counts each request of one account. Called right before it; `settle` right after it.

    A request counts from when it ended, since the platform may have got it that late: no window of its own, wherever it
    begins, then holds more than the limit.
    """

    def __init__(self, account: Account, hourly: int, daily: int, adapter: Adapter) -> None:
        self._account, self._hourly, self._daily = account, hourly, daily
        self._counts_all = adapter.counts_all_requests
        self._running: int | None = None

    def __call__(self, is_post: bool) -> None:
        """Count a request. Raises LimitReached where it may not be made yet."""
        self.settle()
        now = timezone.now()
        until = self.find_wait(now, is_post=is_post)
        if until is not None:
            raise until
        use_address(self._account.platform, now)
        self._running = ApiCall.objects.create(account=self._account, at=now, is_post=is_post).pk

    def settle(self) -> None:
        """The request that was counted last is over."""
        if self._running is not None:
            ApiCall.objects.filter(pk=self._running).update(at=timezone.now())
            self._running = None

    def find_wait(self, now: datetime, *, is_post: bool) -> LimitReached | None:
        """When the next request may be made; None for now."""
        if is_post and (until := self._wait_for(now, self._hourly, hour(), posts_only=True)):
            return LimitReached(until)
        if is_post or self._counts_all:
            until = self._wait_for(now, self._daily, day(), posts_only=not self._counts_all)
            if until:
                return LimitReached(until, is_daily=True)
        return None

    def _wait_for(self, now: datetime, limit: int, window: timedelta, *, posts_only: bool) -> datetime | None:
        if not limit:
            return None
        calls = ApiCall.objects.filter(account=self._account, at__gt=now - window)
        if posts_only:
            calls = calls.filter(is_post=True)
        # The one that has to leave the window before there is room.
        oldest = calls.order_by("-at").values_list("at", flat=True)[limit - 1 : limit].first()
        return oldest + window if oldest else None


def use_address(platform: str, now: datetime) -> None:
    """Count a request of the cluster's address. Raises LimitReached where the platform would take no more this hour."""
    limit = ADDRESS_LIMITS.get(platform)
    if limit is None:
        return
    length = hour() / _SLICES
    piece = int(now.timestamp() // length.total_seconds())
    uses = AddressUse.objects.filter(platform=platform, slice__gte=piece - _SLICES)
    if sum(uses.values_list("requests", flat=True)) >= limit:
        raise LimitReached(now + length)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO microblog_cluster_addressuse (platform, slice, requests) VALUES (%s, %s, 1)"
            " ON CONFLICT (platform, slice) DO UPDATE SET requests = microblog_cluster_addressuse.requests + 1",
            [platform, piece],
        )


def forget_old_calls() -> int:
    """Drop what no window reaches any more."""
    dropped, _ = ApiCall.objects.filter(at__lt=timezone.now() - day() * 2).delete()
    return dropped
