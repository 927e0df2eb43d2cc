"""What the search asks of an engine, and what it gets: value objects, and the interface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

FACETS = ("site", "kind", "year", "type", "validity", "topic")
"""Names of the filters with counts: site (schema), column kind, year, page type, validity and topic of documents."""

COUNTED_EXACTLY = 10_000
"""Counts are exact up to this many; beyond, `Retrieval.total` is one more."""

CANDIDATES = 150
"""How many entries an engine offers to be ranked; whoever is not among them comes after, by date."""

Field = Literal["all", "title", "text", "number"]


class EngineProblem(RuntimeError):
    """The engine did not answer in time, or not as it must. The caller asks the other one."""


@dataclass(frozen=True)
class Alternative:
    """One way to meet a group: terms that must all be there, and how much it is worth (the words as typed: 1)."""

    text: str
    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class TermGroup:
    """One idea of the query, met by any of its alternatives; `rarity` is its inverse document frequency (0 and up)."""

    alternatives: tuple[Alternative, ...]
    rarity: float = 1.0
    is_needed: bool = True
    """False for a word that helps to order, but whose absence is no reason to leave a page out."""


@dataclass(frozen=True, eq=False)
class Filters:
    """What narrows the result: facets by name (each value one of those that count), and dates of publication."""

    facets: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True)
class Request:
    """One question to an engine. `sites` are ids of organisations: those alone that the reader may see from here."""

    groups: tuple[TermGroup, ...]
    sites: tuple[int, ...]
    numbers: tuple[str, ...] = ()
    """Document and decree numbers in their one form: an entry that carries one of them is found whatever its words."""
    phrases: tuple[str, ...] = ()
    """Exact phrases, normalised: they must stand in the title or in one part word for word."""
    field: Field = "all"
    filters: Filters = NO_FILTERS
    least: int | None = None
    """How many of the needed groups must be met; None for all."""
    shown: tuple[str, ...] = ()
    """Keys of folds that stand on pages before: `list_by_date` leaves them out."""
    is_counted: bool = True
    """False where candidates alone are wanted: total and facets may then be 0 and empty."""


@dataclass(frozen=True)
class Retrieval:
    """An engine's answer: ids of entries that may be among the best, how many match in all, counts of each facet's values.

    `candidates` come in the engine's own order, best first, at most about `CANDIDATES`; `ranking` has the last word.
    `total` is `COUNTED_EXACTLY + 1` where there are more; facets then may count the first `COUNTED_EXACTLY` alone.
    """

    candidates: Sequence[int]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


class Engine(Protocol):
    """Both engines answer the same questions over the same catalogue."""

    name: str

    def retrieve(self, request: Request) -> Retrieval:
        """Candidates for the best places, total and facets. Raises EngineProblem."""

    def list_by_date(self, request: Request, start: int, count: int) -> list[int]:
        """Ids of matching entries, newest first, from `start`; of one fold the newest alone. Raises EngineProblem."""
