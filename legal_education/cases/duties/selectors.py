"""Reads of the list of duties."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone

from legal_education.audiences import Audience
from legal_education.cases.models import OVERDUE, STATE_LABELS, Duty, DutyState, judge_state
from legal_education.cluster.models import DutyStanding


@dataclass(frozen=True)
class ShownDuty:
    """A duty with its state on the day that it is shown."""

    duty: Duty
    state: str

    @property
    def state_label(self) -> str:
        """In words."""
        return STATE_LABELS[self.state]


@dataclass(frozen=True)
class PublicDuties:
    """What readers see: the year (None where there is nothing yet), all years, (unit, its duties), how many there are."""

    year: int | None
    years: list[int]
    units: list[tuple[str, list[ShownDuty]]]
    total: int


def list_years() -> list[int]:
    """Years that have duties, the latest first."""
    return list(Duty.objects.order_by("-year").values_list("year", flat=True).distinct())


def list_duties(*, year: int | None = None, state: str = "", words: str = "") -> list[ShownDuty]:
    """In the order of the list."""
    today = timezone.localdate()
    rows = Duty.objects.all()
    if year:
        rows = rows.filter(year=year)
    if words:
        rows = rows.filter(Q(unit__icontains=words) | Q(laws__icontains=words) | Q(form__icontains=words))
    overdue = ~Q(state=DutyState.DONE) & Q(deadline__lt=today)
    if state == OVERDUE:
        rows = rows.filter(overdue)
    elif state:
        rows = rows.filter(state=state).exclude(overdue)
    return [ShownDuty(row, judge_state(row.state, row.deadline, today)) for row in rows]


def list_public_duties(query: Any) -> PublicDuties:
    """The year that is asked for, else the latest."""
    years = list_years()
    asked = str(query.get("year", ""))
    year = next((each for each in years if str(each) == asked), years[0] if years else None)
    duties = list_duties(year=year) if year else []
    units = [(unit, list(each)) for unit, each in groupby(duties, key=lambda shown: shown.duty.unit)]
    return PublicDuties(year, years, units, len(duties))


def count_states(duties: list[ShownDuty]) -> dict[str, int]:
    """How many duties are in each state, in the order of `STATE_LABELS`, by label."""
    return {label: sum(each.state == state for each in duties) for state, label in STATE_LABELS.items()}


def count_by_unit(duties: list[ShownDuty]) -> dict[str, dict[str, int]]:
    """The same for each unit."""
    return {unit: count_states(list(each)) for unit, each in groupby(duties, key=lambda shown: shown.duty.unit)}


def count_by_audience(duties: list[ShownDuty]) -> dict[str, dict[str, int]]:
    """The same for each audience that has any."""
    found = {str(each.label): [shown for shown in duties if shown.duty.audience == each.value] for each in Audience}
    return {label: count_states(each) for label, each in found.items() if each}


@dataclass(frozen=True)
class SiteDuties:
    """A site's figures of a year, on the day that they are asked for: counts by state's label."""

    site: Any
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All duties."""
        return sum(self.counts.values())

    @property
    def percent(self) -> int:
        """Done, of a hundred."""
        return round(100 * self.counts[str(DutyState.DONE.label)] / self.total) if self.total else 0


def list_standing_years() -> list[int]:
    """Years for which any site has a list, the latest first."""
    return list(DutyStanding.objects.order_by("-year").values_list("year", flat=True).distinct())


def list_sites(year: int, today: date) -> list[SiteDuties]:
    """All live sites and those on trial that have a list of that year; two queries."""
    from tenants.kinds import SiteState

    serving = (SiteState.LIVE, SiteState.TRIAL)
    rows = DutyStanding.objects.filter(year=year, site__state__in=serving).select_related("site")
    return [
        SiteDuties(row.site, _count(row, today)) for row in rows.order_by("site__region_code", "site__kind", "site")
    ]


def _count(row: DutyStanding, today: date) -> dict[str, int]:
    counts = dict.fromkeys(STATE_LABELS, 0)
    counts[DutyState.DONE] = row.done
    for state, deadline, count in row.open_by_deadline:
        counts[judge_state(state, date.fromisoformat(deadline), today)] += count
    return {label: counts[state] for state, label in STATE_LABELS.items()}
