"""Spans of days, by the cluster's calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

WEEK, MONTH, YEAR = "7", "30", "365"
CHOICES = {WEEK: "近 7 天", MONTH: "近 30 天", YEAR: "近一年"}


class Unit(Enum):
    """What one step of a chart is; the value is how a first day of one is written."""

    DAY = "%Y-%m-%d"
    MONTH = "%Y-%m"


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included, and the steps in which it is shown."""

    first: date
    last: date
    unit: Unit = Unit.DAY

    def __iter__(self) -> Iterator[date]:
        """The first day of each step, in order."""
        day = self.first
        while day <= self.last:
            yield day
            day = day + timedelta(days=1) if self.unit is Unit.DAY else _next_month(day)

    def label(self, step: date) -> str:
        """The step in words."""
        return step.strftime(self.unit.value)

    def step_of(self, day: date) -> date:
        """The first day of the step in which the day stands."""
        return day if self.unit is Unit.DAY else max(day.replace(day=1), self.first)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def find_period(choice: str, today: date) -> tuple[str, Period]:
    """The choice (one of CHOICES, else a month), and its days, the last of which is today. A year is shown by months."""
    choice = choice if choice in CHOICES else MONTH
    if choice == YEAR:
        first = date(today.year - 1 + today.month // 12, today.month % 12 + 1, 1)
        return choice, Period(first, today, Unit.MONTH)
    return choice, Period(today - timedelta(days=int(choice) - 1), today)


def year_period(year: int) -> Period:
    """A whole year, by months."""
    return Period(date(year, 1, 1), date(year, 12, 31), Unit.MONTH)
