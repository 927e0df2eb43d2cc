"""What is best among the candidates: one judgement for both engines, with all its weights in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

from django.db import connection
from django.utils import timezone

from search.analysis.understanding import Understood
from search.analysis.vocabulary import get_vocabulary
from search.engines.base import TermGroup
from search.engines.postgres import group_query
from search.models import CatalogueEntry

_HEAD_FOR_BODY = 0.6


@dataclass(frozen=True)
class Weights:
    """How much each sign of fitness counts. Those of words are per unit of rarity, the others stand for themselves."""

    title: float = 1.6
    """A word in the title."""
    keyword: float = 1.1
    """A word in the summary, the keywords, or the name of the column."""
    body: float = 1.3
    """A word in the body, saturating with the number of parts that hold it."""
    together: float = 1.5
    """The most that stands in one part."""
    phrase: float = 1.0
    """The query word for word in the title."""
    coverage: float = 3.0
    """The share of the title that the query's words make up."""
    exact_title: float = 40.0
    named_law: float = 25.0
    number: float = 60.0
    level: float = 0.35
    """A step in the hierarchy of laws."""
    fresh: float = 0.8
    """Published today; half of it after `half_life_days`."""
    half_life_days: float = 400.0
    missing: float = 0.6
    """Taken off for each unit of rarity of a needed word that the entry lacks."""
    saturation: float = 1.3
    length: float = 0.35


WEIGHTS = Weights()

AUTHORITY = {
    "guide": 1.2,
    "document": 0.9,
    "law": 0.6,
    "home": 0.6,
    "column": 0.5,
    "topic": 0.4,
    "info": 0.3,
    "article": 0.2,
    "person": 0.2,
}
"""What a type of page is worth by itself."""


_JUDGED = (
    *("title", "title_key", "short_key", "summary", "keywords", "source", "column_title", "numbers", "fold_key"),
    *("part_count", "page_type", "level", "published_at"),
)
_SHOWN_OF_COPIES = ("site_id", "url_path")
"""All other columns would cost a fifth of the time of a search: hits are read again, whole, when their page is known."""


@dataclass(frozen=True)
class Ranked:
    """An entry with its place's reason."""

    entry: CatalogueEntry
    score: float


def rank(candidates: Sequence[int], query: Understood, *, sites: Sequence[int]) -> list[Ranked]:
    """The candidates, best first; what is no longer in the catalogue, or not on these sites, is left out."""
    found = CatalogueEntry.objects.filter(pk__in=list(candidates), site_id__in=list(sites))
    entries = list(found.only(*_JUDGED, *_SHOWN_OF_COPIES))
    bodies = _count_parts([entry.pk for entry in entries], query.groups)
    average = get_vocabulary().parts_an_entry
    ranked = [Ranked(entry, score(entry, query, bodies.get(entry.pk, _NOTHING), average)) for entry in entries]
    return sorted(ranked, key=lambda each: (-each.score, -each.entry.pk))


@dataclass(frozen=True)
class _Body:
    """Of an entry: parts that hold each group, and the most rarity that stands together in one part."""

    by_group: tuple[int, ...] = ()
    together: float = 0.0


_NOTHING = _Body()


def _count_parts(entries: list[int], groups: Sequence[TermGroup]) -> dict[int, _Body]:
    if not entries or not groups:
        return {}
    queries = [group_query(group) for group in groups]
    columns = ", ".join(f"terms @@ %s::tsquery AS g{place}" for place in range(len(queries)))
    counts = ", ".join(f"count(*) FILTER (WHERE g{place})" for place in range(len(queries)))
    sums = " + ".join(f"CASE WHEN g{place} THEN {group.rarity:.3f} ELSE 0 END" for place, group in enumerate(groups))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry_id, max({sums}), {counts} FROM (SELECT entry_id, {columns} FROM public.search_cataloguepart"  # noqa: S608 - own pieces, values as parameters
            " WHERE entry_id = ANY(%s) AND terms @@ %s::tsquery) AS held GROUP BY entry_id",
            [*queries, entries, " | ".join(queries)],
        )
        return {row[0]: _Body(tuple(row[2:]), float(row[1])) for row in cursor.fetchall()}


def score(entry: CatalogueEntry, query: Understood, body: _Body, average: float) -> float:
    """How well the entry answers the query; `average` is the number of parts of a usual entry."""
    weights = WEIGHTS
    keywords = f"{entry.keywords} {entry.summary} {entry.column_title} {entry.source}".lower()
    norm = _norm(entry.part_count / average)
    total = reached = wanted = in_head = 0.0
    for place, group in enumerate(query.groups):
        count = body.by_group[place] if place < len(body.by_group) else 0
        in_title = _best_in(group, entry.title_key)
        in_keywords = _best_in(group, keywords)
        in_body = count / (count + weights.saturation * norm) if count else 0.0
        # Who says it in the title need not say it again below; and all of it in the title stands together.
        in_body = max(in_body, _HEAD_FOR_BODY * max(in_title, in_keywords))
        in_head += group.rarity * max(in_title, in_keywords)
        gained = max(in_title * weights.title, in_keywords * weights.keyword) + in_body * weights.body
        total += group.rarity * gained
        if group.is_needed:
            wanted += group.rarity
            reached += group.rarity if in_title or in_keywords or count else 0.0
    total -= weights.missing * (wanted - reached)
    if len(query.groups) > 1:
        total += weights.together * max(body.together, in_head)
    return total + _score_title(entry, query) + _score_authority(entry)


def _norm(relative_length: float) -> float:
    return 1 - WEIGHTS.length + WEIGHTS.length * relative_length


def _best_in(group: TermGroup, text: str) -> float:
    return max((each.weight for each in group.alternatives if each.text in text), default=0.0)


def _score_title(entry: CatalogueEntry, query: Understood) -> float:
    weights, title = WEIGHTS, entry.title_key
    score = 0.0
    whole = query.titles[0] if query.titles else ""
    if whole and whole in (title, entry.short_key):
        score += weights.exact_title
    elif entry.short_key in query.titles:
        score += weights.named_law
    if set(query.numbers) & set(entry.numbers):
        score += weights.number
    if whole and len(whole) > 2 and whole in title:
        score += weights.phrase * log1p(len(whole))
    covered = sum(len(_longest_in(group, title)) for group in query.groups)
    return score + weights.coverage * min(1.0, covered / max(len(entry.short_key), 1))


def _longest_in(group: TermGroup, title: str) -> str:
    return max((each.text for each in group.alternatives if each.text in title), key=len, default="")


def _score_authority(entry: CatalogueEntry) -> float:
    score = AUTHORITY.get(entry.page_type, 0.0) + WEIGHTS.level * entry.level
    if entry.published_at and not entry.level:  # a law holds however old it is
        age = max(0.0, (timezone.now() - entry.published_at).total_seconds() / 86400)
        score += WEIGHTS.fresh * exp(-0.693 * age / WEIGHTS.half_life_days)
    return score
