"""Hours and days of the platforms, and windows of them that hold so many requests and no more."""

import os
from collections import defaultdict, deque
from time import monotonic

HOUR = float(os.environ.get("MICROBLOG_HOUR_SECONDS", "3600"))
DAY = 24 * HOUR
MINUTE = HOUR / 60


class Window:
    """At most `limit` in any `seconds`, for each key."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._taken: dict[str, deque[float]] = defaultdict(deque)

    def _current(self, key: str) -> "deque[float]":
        taken, oldest = self._taken[key], monotonic() - self.seconds
        while taken and taken[0] <= oldest:
            taken.popleft()
        return taken

    def is_full(self, key: str) -> bool:
        """Whether one more would be too many."""
        return len(self._current(key)) >= self.limit

    def take(self, key: str) -> None:
        """Count one."""
        self._current(key).append(monotonic())

    def left(self, key: str) -> int:
        """How many more there may be now."""
        return max(0, self.limit - len(self._current(key)))

    def seconds_until_room(self, key: str) -> float:
        """How long until one more fits; 0 for now."""
        taken = self._current(key)
        if len(taken) < self.limit:
            return 0.0
        return max(0.0, taken[len(taken) - self.limit] + self.seconds - monotonic())
