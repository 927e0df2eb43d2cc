"""Visits that were counted and not yet written, in a bounded memory."""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date

logger = logging.getLogger(__name__)

MOST_PLACES = MOST_VISITORS = 20_000
"""Of each kind, in each process: some megabytes at most, and far more than comes between two writes."""


@dataclass(frozen=True)
class Place:
    """A page of a host on a day (of the cluster's time zone), before anybody knows whether there is such a page."""

    day: date
    host: str
    path: str


@dataclass(frozen=True)
class Visitor:
    """Who opened a page, as far as can be told without cookies. Never written down."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class Counted:
    """What one write takes: how often each place was opened, and by whom."""

    views: dict[Place, int] = field(default_factory=dict)
    visitors: list[tuple[Place, Visitor]] = field(default_factory=list)


class Batch:
    """Counts from any thread; `take` empties it. What does not fit drives out what was counted first."""

    def __init__(self, most_places: int = MOST_PLACES, most_visitors: int = MOST_VISITORS) -> None:
        self._limits = (most_places, most_visitors)
        self._lock = threading.Lock()
        self._views: OrderedDict[Place, int] = OrderedDict()
        self._visitors: OrderedDict[tuple[Place, Visitor], None] = OrderedDict()
        self._dropped = 0

    def add(self, place: Place, visitor: Visitor | None) -> None:
        """Count one view, and the visitor where there is one."""
        most_places, most_visitors = self._limits
        with self._lock:
            self._views[place] = self._views.get(place, 0) + 1
            if visitor is not None:
                self._visitors[place, visitor] = None
            if len(self._views) > most_places:
                self._dropped += self._views.popitem(last=False)[1]
            if len(self._visitors) > most_visitors:
                self._visitors.popitem(last=False)

    def take(self) -> Counted:
        """All that was counted since the last time; what had to be dropped is told to the log."""
        with self._lock:
            taken = Counted(dict(self._views), list(self._visitors))
            dropped, self._dropped = self._dropped, 0
            self._views.clear()
            self._visitors.clear()
        if dropped:
            logger.warning("%d views were dropped: more came than fits between two writes", dropped)
        return taken
