"""The calendar of campaigns: what the product ships (`calendar.toml`) and what the centre added, the same on every site."""

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from legal_education.cluster.models import ExtraCampaign

_FILE = Path(__file__).parent / "calendar.toml"
_OWN = "own-"
MonthDay = tuple[int, int]


@dataclass(frozen=True)
class Campaign:
    """A campaign: its key, name, first and last day of each year (or of `only_year`), and when people are told."""

    key: str
    name: str
    first: MonthDay
    last: MonthDay
    lead_days: int
    report_days: int
    about: str
    only_year: int | None = None

    def occurs_in(self, year: int) -> bool:
        """Whether there is one in that year."""
        return self.only_year in (None, year)

    def in_year(self, year: int) -> "Occurrence":
        """The campaign of that year."""
        return Occurrence(self, year, _day_of(year, self.first), _day_of(year, self.last))


@dataclass(frozen=True)
class Occurrence:
    """A campaign of one year."""

    campaign: Campaign
    year: int
    starts_on: date
    ends_on: date

    @property
    def name(self) -> str:
        """`2026年宪法宣传周`."""
        return f"{self.year}年{self.campaign.name}"

    @property
    def reminds_from(self) -> date:
        """The day on which editors are reminded."""
        return self.starts_on - timedelta(days=self.campaign.lead_days)

    @property
    def reports_by(self) -> date:
        """The last day on which its activities are entered in time."""
        return self.ends_on + timedelta(days=self.campaign.report_days)


def _day_of(year: int, month_day: MonthDay) -> date:
    month, day = month_day
    return date(year, month, min(day, monthrange(year, month)[1]))


@cache
def list_shipped() -> tuple[Campaign, ...]:
    """Those of the product. Raises KeyError or ValueError for a file that lacks something."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["campaign"]
    return tuple(
        Campaign(
            row["key"], row["name"], _read_day(row["from"]), _read_day(row["to"]),
            row["lead_days"], row["report_days"], row["about"],
        )
        for row in rows
    )  # fmt: skip


def _read_day(text: str) -> MonthDay:
    month, day = (int(part) for part in text.split("-"))
    return month, day


def list_campaigns() -> list[Campaign]:
    """All, in the order of the year. One query."""
    return sorted([*list_shipped(), *(_make(row) for row in ExtraCampaign.objects.all())], key=lambda each: each.first)


def _make(row: ExtraCampaign) -> Campaign:
    first, last = row.first_day, row.last_day
    return Campaign(
        f"{_OWN}{row.pk}", row.name, (first.month, first.day), (last.month, last.day),
        row.lead_days, row.report_days, row.about, None if row.is_yearly else first.year,
    )  # fmt: skip


def find_campaign(key: str) -> Campaign | None:
    """The campaign with that key; None for one that the centre took out since."""
    return next((each for each in list_campaigns() if each.key == key), None)


def name_campaigns() -> dict[str, str]:
    """Names by key."""
    return {each.key: each.name for each in list_campaigns()}


def list_due(day: date) -> list[Occurrence]:
    """Campaigns that editors have to prepare on that day: the lead has begun, the campaign is not over."""
    found = [
        each.in_year(year) for each in list_campaigns() for year in (day.year, day.year + 1) if each.occurs_in(year)
    ]
    due = [each for each in found if each.reminds_from <= day <= each.ends_on]
    return sorted(due, key=lambda each: each.starts_on)


def find_next(day: date) -> Occurrence | None:
    """The campaign that runs on that day, or the one that comes next within a year."""
    found = [
        each.in_year(year) for each in list_campaigns() for year in (day.year, day.year + 1) if each.occurs_in(year)
    ]
    return min((each for each in found if each.ends_on >= day), key=lambda each: each.starts_on, default=None)
