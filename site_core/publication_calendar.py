"""A month of publications: what was published, what will be, and what expires, day by day."""

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from site_core.dashboard_selectors import list_expiring, list_published, list_scheduled

EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True)
class Event:
    """Something of a day: the page, the moment, and what happens (`published`, `scheduled`, `expires`)."""

    page_id: int
    title: str
    at: datetime
    kind: str


@dataclass
class Day:
    """A day of the calendar; `is_of_month` is false for those that only fill the week."""

    date: date
    is_of_month: bool
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday, and the months beside it."""

    first: date
    weeks: list[list[Day]]

    @property
    def previous(self) -> date:
        """First day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        """First day of the month after."""
        return (self.first + timedelta(days=32)).replace(day=1)


def read_month(text: str) -> date:
    """First day of the month `2026-11`; of this month for anything else."""
    try:
        found = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return timezone.localdate().replace(day=1)
    return found if EARLIEST <= found.year <= LATEST else timezone.localdate().replace(day=1)


def get_month(first: date) -> Month:
    """The month that begins on the day, with its events. Three queries."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = _midnight(weeks[0][0]), _midnight(weeks[-1][-1] + timedelta(days=1))
    by_day: defaultdict[date, list[Event]] = defaultdict(list)
    for event in sorted(_list_events(start, end), key=lambda each: each.at):
        by_day[timezone.localdate(event.at)].append(event)
    days = [[Day(day, day.month == first.month, by_day[day]) for day in week] for week in weeks]
    return Month(first, days)


def _list_events(start: datetime, end: datetime) -> list[Event]:
    lists = (
        ("published", list_published(start, end)),
        ("scheduled", list_scheduled(start, end)),
        ("expires", list_expiring(start, end)),
    )
    return [Event(each.page_id, each.title, each.at, kind) for kind, found in lists for each in found]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
