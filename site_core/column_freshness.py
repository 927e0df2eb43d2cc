"""Whether columns are kept up to date, by the thresholds of the national inspection (国办秘函〔2019〕19号, V3 and V4)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from site_core.column_kinds import ColumnKind

DUE_SOON_DAYS = 3
HOME_RED_DAYS, HOME_AMBER_DAYS = 14, 10
MOST_NEWS, MOST_OTHERS, MOST_EMPTY = 5, 10, 5
"""So many neglected columns of news, notices and policies; of others; and so many empty ones fail the whole site."""

_FIRST_LEVEL = 3
_COUNTED_AS_NEWS = {ColumnKind.NEWS, ColumnKind.POLICY}


class Freshness(StrEnum):
    """The state of a column, the worst first."""

    OVERDUE = "overdue"
    EMPTY = "empty"
    DUE_SOON = "due_soon"
    FRESH = "fresh"
    STATIC = "static"


@dataclass(frozen=True)
class ColumnState:
    """A column, the day of its last publication (None for an empty one), and the day by which the next one is due."""

    pk: int
    title: str
    kind: str
    depth: int
    update_days: int
    latest: date | None
    today: date

    @property
    def due_on(self) -> date | None:
        """Last day of the term; None where nothing is due."""
        if not self.latest or not self.update_days:
            return None
        return self.latest + timedelta(days=min(self.update_days, (date.max - self.latest).days))

    @property
    def days_left(self) -> int:
        """Days until it is due, negative when they have passed; 0 where nothing is due."""
        return (self.due_on - self.today).days if self.due_on else 0

    @property
    def days_over(self) -> int:
        """Days since it was due."""
        return max(0, -self.days_left)

    @property
    def freshness(self) -> Freshness:
        """What the column's state is called."""
        if self.latest is None:
            return Freshness.EMPTY
        if not self.update_days:
            return Freshness.STATIC
        if self.days_left < 0:
            return Freshness.OVERDUE
        return Freshness.DUE_SOON if self.days_left <= DUE_SOON_DAYS else Freshness.FRESH

    @property
    def is_counted_as_news(self) -> bool:
        """Whether neglect counts among V4's first five: news, and notices and policies of the first level."""
        is_policy_below = self.kind == ColumnKind.POLICY and self.depth > _FIRST_LEVEL
        return self.kind in _COUNTED_AS_NEWS and not is_policy_below


@dataclass(frozen=True)
class Standing:
    """How near the site is to failing the inspection: counts of neglected and empty columns, and days since its last item."""

    news: int
    others: int
    empty: int
    home_days: int | None

    @property
    def has_failed(self) -> bool:
        """Whether the columns fail the site."""
        return self.news >= MOST_NEWS or self.others >= MOST_OTHERS or self.empty >= MOST_EMPTY

    @property
    def home_state(self) -> Freshness:
        """Of the home page: overdue from the fifteenth day without anything new, amber from the tenth."""
        if self.home_days is None:
            return Freshness.EMPTY
        if self.home_days > HOME_RED_DAYS:
            return Freshness.OVERDUE
        return Freshness.DUE_SOON if self.home_days >= HOME_AMBER_DAYS else Freshness.FRESH


def judge(columns: list[ColumnState]) -> Standing:
    """The site's standing by its columns; the newest item of any counts as that of the home page."""
    overdue = [each for each in columns if each.freshness == Freshness.OVERDUE]
    news = sum(each.is_counted_as_news for each in overdue)
    empty = sum(each.freshness == Freshness.EMPTY for each in columns)
    days = [(each.today - each.latest).days for each in columns if each.latest]
    return Standing(news, len(overdue) - news, empty, min(days) if days else None)
