"""What a reader asks and what he gets: value objects between the address, the search and the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from search.engines.base import Field

Sort = Literal["relevance", "date"]

SITE, ALL = "site", "all"
"""Scopes: this site, the whole cluster. Any other scope is the schema name of one site."""

HITS_PER_PAGE = 10
LAST_PAGE = 1000


@dataclass(frozen=True)
class Question:
    """What the address asks: `text` as typed (cut to length), scope, filters, order and page (from 1)."""

    text: str = ""
    scope: str = SITE
    facets: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    field: Field = "all"
    sort: Sort = "relevance"
    page: int = 1
    notices: tuple[str, ...] = ()
    """What of the address was not understood and left aside, in the reader's language."""


@dataclass(frozen=True)
class Copy:
    """Another page with the same content: on another site, or another version of the law."""

    title: str
    url: str
    site: str


@dataclass(frozen=True)
class Hit:
    """One result. `title` is plain; `title_html` and `summary_html` are safe HTML with <mark>; urls are absolute."""

    entry: int
    title: str
    title_html: str
    summary_html: str
    url: str
    part_label: str
    part_url: str
    site: str
    schema: str
    is_here: bool
    page_type: str
    type_label: str
    column: str
    kind: str
    published: datetime | None
    number: str
    validity: str
    source: str
    same_as: Sequence[Copy] = ()


@dataclass(frozen=True)
class FacetValue:
    """One value of a filter: what it is called, how many entries it has, and the address with it chosen or, if it is, without."""

    value: str
    label: str
    count: int
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class Facet:
    """A filter with its values, most frequent first."""

    name: str
    label: str
    values: Sequence[FacetValue]


@dataclass(frozen=True)
class ServiceCard:
    """A service guide on top of the hits: what is needed, where, when, and the buttons."""

    title: str
    url: str
    site: str
    summary: str
    elements: Sequence[tuple[str, str]]
    online_url: str
    booking_url: str


@dataclass(frozen=True)
class Recommendation:
    """A page that the centre puts on top (a best bet)."""

    title: str
    url: str
    summary: str


@dataclass(frozen=True)
class Page:
    """A page of the results for the pager: its number, and the query string that leads to it."""

    number: int
    query: str
    is_current: bool = False


@dataclass(frozen=True)
class Answer:
    """Everything that the page of results shows."""

    question: Question
    hits: Sequence[Hit] = ()
    total: int = 0
    """Entries that match; `COUNTED_EXACTLY + 1` stands for more."""
    facets: Sequence[Facet] = ()
    correction: str = ""
    """Other words that the reader may have meant; never searched in place of his own without saying so."""
    correction_query: str = ""
    is_corrected: bool = False
    """Whether the hits are those of the correction, since his own words found nothing."""
    also_searched: Sequence[str] = ()
    """Terms that were searched along with his words (synonyms, full names of laws)."""
    cards: Sequence[ServiceCard] = ()
    recommendations: Sequence[Recommendation] = ()
    related: Sequence[str] = ()
    pages: Sequence[Page] = ()
    notices: Sequence[str] = ()
    is_refused: bool = False
    engine: str = ""

    @property
    def total_text(self) -> str:
        """The total as it is shown: exact, or 10000+."""
        from search.engines.base import COUNTED_EXACTLY

        return f"{COUNTED_EXACTLY}+" if self.total > COUNTED_EXACTLY else str(self.total)
