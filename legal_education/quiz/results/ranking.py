"""Ranking by person, region and unit, of the best attempt of each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Avg, Count, F, Q, QuerySet

from legal_education.quiz.models import Attempt, Quiz

SHOWN_PERSONS = 100
_KEPT_S = 20


@dataclass(frozen=True)
class PersonRow:
    """A person's place; who has as many points in the same time has the same place."""

    place: int
    name: str
    region: str
    unit: str
    score: int
    seconds: int


@dataclass(frozen=True)
class GroupRow:
    """A region's or a unit's place: by people who finished, then by their average."""

    place: int
    name: str
    people: int
    average: float
    full: int


class Ranking(NamedTuple):
    """The three lists."""

    persons: list[PersonRow]
    regions: list[GroupRow]
    units: list[GroupRow]


def list_best(quiz: Quiz) -> QuerySet[Attempt]:
    """The best attempt of each person, in the order of their places."""
    best = Attempt.objects.filter(quiz=quiz, is_best=True).select_related("participant")
    return best.order_by("-score", "seconds", "submitted_at", "pk")


def get_ranking(quiz: Quiz) -> Ranking:
    """As it stands now."""
    persons = list_persons(list_best(quiz)[:SHOWN_PERSONS])
    return Ranking(persons, list_groups(quiz, "region"), list_groups(quiz, "unit"))


def get_shown_ranking(quiz: Quiz) -> Ranking:
    """For readers: not older than some seconds, so that many who look do not cost more than one."""
    return cache.get_or_set(f"legal_quiz:ranking:{quiz.pk}", lambda: get_ranking(quiz), _KEPT_S)  # type: ignore[return-value] # never None


def list_persons(attempts: Iterable[Attempt]) -> list[PersonRow]:
    """Rows of attempts in their order, with masked names."""
    rows: list[PersonRow] = []
    for number, attempt in enumerate(attempts, 1):
        person, score, seconds = attempt.participant, attempt.score or 0, attempt.seconds or 0
        last = rows[-1] if rows else None
        place = last.place if last and (last.score, last.seconds) == (score, seconds) else number
        rows.append(PersonRow(place, person.masked_name, person.region, person.unit, score, seconds))
    return rows


def list_groups(quiz: Quiz, field: str) -> list[GroupRow]:
    """By `region` or `unit`; people without one are left out."""
    name = f"participant__{field}"
    found = (
        Attempt.objects.filter(quiz=quiz, is_best=True)
        .exclude(**{name: ""})
        .values(label=F(name))
        .annotate(
            people=Count("pk"),
            average=Avg("score"),
            full=Count("pk", filter=Q(score=F("full_score"))),
        )
        .order_by("-people", "-average", "label")
    )
    return _give_places([dict(row) for row in found])


def _give_places(found: Sequence[dict[str, Any]]) -> list[GroupRow]:
    rows: list[GroupRow] = []
    for number, row in enumerate(found, 1):
        average = round(float(row["average"]), 1)
        last = rows[-1] if rows else None
        place = last.place if last and (last.people, last.average) == (row["people"], average) else number
        rows.append(GroupRow(place, row["label"], row["people"], average, row["full"]))
    return rows
