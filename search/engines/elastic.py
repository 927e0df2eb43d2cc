"""Elasticsearch or OpenSearch as an engine: one request with three searches, for heads, for parts, and for what is counted.

Queries are written as the server reads them, not through elasticsearch-dsl's objects: a long query has some hundred clauses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

from django.utils import timezone

from .base import CANDIDATES, COUNTED_EXACTLY, FACETS, Alternative, EngineProblem, Request, Retrieval, TermGroup
from .elastic_client import READER_TIMEOUT, RequestRefused, reading
from .elastic_index import alias_name

_HEADS = CANDIDATES // 2
_FIRST = 40
_MOST_VALUES = 1_000
_TITLE = {"title": 1.0}
_TITLE_AND_HEAD = {"title": 1.0, "head": 0.1}
_HEAD_FIELDS = {"title": 1.0, "names": 0.5, "summary": 0.2, "head": 0.1}
_MOST_CLAUSES = 1_000  # the server's limit is 1,024
_WORTH_OF_NUMBER = 1_000.0
_NOTHING: dict[str, Any] = {"match_none": {}}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COMMON_RARITY = 1.2
"""Below it a word stands in a third of all entries: which of its many parts fit best says nothing any more."""

_FIELD = {"all": "all", "title": "title"}

Query = dict[str, Any]


@dataclass(frozen=True)
class _Answer:
    """What the server says to one search."""

    ids: tuple[int, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


class ElasticEngine:
    """The engine of clusters that outgrow PostgreSQL. It knows no rows, only ids of entries and their terms."""

    name = "elasticsearch"

    def retrieve(self, request: Request) -> Retrieval:
        """Candidates by head and by parts, then some by level and date; total and facets. Raises EngineProblem."""
        heads, fitting, counted = _search([_search_heads(request), _search_parts(request), _search_all(request)])
        mixed = [entry_id for pair in zip_longest(heads.ids, fitting.ids) for entry_id in pair if entry_id is not None]
        candidates = list(dict.fromkeys([*list(dict.fromkeys(mixed))[:CANDIDATES], *counted.ids]))
        return Retrieval(candidates, min(counted.total, COUNTED_EXACTLY + 1), counted.facets)

    def list_by_date(self, request: Request, start: int, count: int) -> list[int]:
        """Ids of matching entries, newest first. Raises EngineProblem, beyond `LISTED_BY_DATE` too."""
        body = {
            "query": {
                "bool": {
                    "filter": [_match(request), *_narrow(request)],
                    "must_not": [{"terms": {"fold_key": list(request.shown)}}] if request.shown else [],
                }
            },
            "collapse": {"field": "fold_key"},
            "sort": [_NEWEST, {"entry_id": "desc"}],
            "from": start,
            "size": count,
            "track_total_hits": False,
        }
        return list(_search([body])[0].ids)


# --- The searches ------------------------------------------------------------------------------------------------------

_NEWEST = {"published_at": {"order": "desc", "missing": "_last"}}
_SKIPPED: Query = {"query": _NOTHING, "sort": [{"entry_id": "desc"}], "size": 0}


def _search_heads(request: Request) -> Query:
    """By title, keywords, summary and what the body is about; whoever carries one of the numbers before all others."""
    ways = [] if request.field in ("text", "number") or not request.groups else [_match_heads(request)]
    if request.numbers:
        ways.append(_constant(_carry(request.numbers), _WORTH_OF_NUMBER))
    if not ways:
        return _SKIPPED
    return {
        "query": {"bool": {"must": [_any_of(ways)], "filter": _narrow(request)}},
        "sort": ["_score", {"level": "desc"}, {"title_length": "asc"}, {"entry_id": "desc"}],
        "size": _HEADS,
        "track_total_hits": False,
    }


def _match_heads(request: Request) -> Query:
    """At least half of what the query's words are worth; each group counts by the best field that meets it."""
    fields = _choose_fields(request)
    enough = sum(group.rarity for group in request.groups) / 2
    last = list(fields)[-1]  # it holds the terms of all before it
    return {
        "bool": {
            "must": [_any_of(_value_group(group, fields) for group in request.groups)],
            "filter": [_worth_at_least(enough, request.groups, last)],
        }
    }


def _choose_fields(request: Request) -> Mapping[str, float]:
    """The fields of the head, fewer of them for a query so long that the server would refuse it with all."""
    if request.field == "title":
        return _TITLE
    terms = sum(len(each.terms) for group in request.groups for each in group.alternatives)
    # Once for each field, and once more for what the groups are worth together.
    choices = (_HEAD_FIELDS, _TITLE_AND_HEAD, _TITLE)
    return next((fields for fields in choices if terms * (len(fields) + 1) <= _MOST_CLAUSES), _TITLE)


def _search_parts(request: Request) -> Query:
    """Entries of which one part holds all that is needed: those with most and shortest such parts for their size first."""
    needed = _needed(request)
    if request.field in ("title", "number") or not needed or max(group.rarity for group in needed) < _COMMON_RARITY:
        return _SKIPPED
    fitting = {"nested": {"path": "parts", "score_mode": "sum", "query": _combine(request, "parts.terms")}}
    return {
        "query": {
            "function_score": {
                "query": {"bool": {"must": [fitting], "filter": _narrow(request)}},
                "field_value_factor": {"field": "part_weight", "missing": 0.3},
                "boost_mode": "multiply",
            }
        },
        "sort": ["_score", {"entry_id": "desc"}],
        "size": CANDIDATES,
        "track_total_hits": False,
    }


def _search_all(request: Request) -> Query:
    """All that match, counted; and the first of them by level and date."""
    return {
        "query": _filter_by([_match(request), *_narrow(request)]),
        "sort": [{"level": "desc"}, _NEWEST, {"entry_id": "desc"}],
        "size": _FIRST,
        "track_total_hits": COUNTED_EXACTLY + 1,
        "aggs": {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in FACETS},
    }


# --- What matches ------------------------------------------------------------------------------------------------------


def _match(request: Request) -> Query:
    """What an entry must hold to be a hit: the needed groups, or one of the numbers."""
    ways: list[Query] = []
    if request.field != "number" and _needed(request):
        ways.append(_match_text(request) if request.field == "text" else _combine(request, _FIELD[request.field]))
    if request.numbers:
        ways.append(_carry(request.numbers))
    return _any_of(ways) if ways else _NOTHING


def _match_text(request: Request) -> Query:
    """In the parts alone: each group in one of them, not all in the same."""
    needed = _needed(request)
    least = len(needed) if request.least is None else max(1, min(request.least, len(needed)))
    held = ({"nested": {"path": "parts", "query": _meet_group(group, "parts.terms")}} for group in needed)
    return _any_of(held, least)


def _narrow(request: Request) -> list[Query]:
    filters = request.filters
    narrowed: list[Query] = [{"terms": {"site_id": [str(site) for site in request.sites]}}]
    narrowed += [{"term": {name: value}} for name, value in filters.facets.items()]
    if filters.since:
        narrowed.append({"range": {"published_at": {"gte": _start_of(filters.since)}}})
    if filters.until:
        narrowed.append({"range": {"published_at": {"lt": _start_of(filters.until + timedelta(days=1))}}})
    return narrowed


def _start_of(day: date) -> int:
    """Microseconds since 1970 of the day's first moment, here."""
    return (timezone.make_aware(datetime.combine(day, time.min)) - _EPOCH) // timedelta(microseconds=1)


def _carry(numbers: Sequence[str]) -> Query:
    return {"terms": {"numbers": list(numbers)}}


def _needed(request: Request) -> list[TermGroup]:
    return [group for group in request.groups if group.is_needed]


def _combine(request: Request, field: str) -> Query:
    """The needed groups in one field: all, or as many as the request wants."""
    needed = _needed(request)
    least = len(needed) if request.least is None else max(1, min(request.least, len(needed)))
    return _any_of((_meet_group(group, field) for group in needed), least)


def _meet_group(group: TermGroup, field: str) -> Query:
    return _any_of(_meet(alternative, field) for alternative in group.alternatives)


def _meet(alternative: Alternative, field: str) -> Query:
    """All terms of the alternative stand in the field."""
    if not alternative.terms:
        return _NOTHING
    terms: list[Query] = [{"term": {field: term}} for term in alternative.terms]
    return terms[0] if len(terms) == 1 else {"bool": {"must": terms}}


def _value_group(group: TermGroup, fields: Mapping[str, float]) -> Query:
    """What the group is worth by the best of its alternatives in the best field that has it."""
    worth = [
        _constant(_meet(alternative, field), weight * alternative.weight * group.rarity)
        for alternative in group.alternatives
        for field, weight in fields.items()
    ]
    return {"dis_max": {"queries": worth}}


def _worth_at_least(enough: float, groups: Sequence[TermGroup], field: str) -> Query:
    """Groups met in the field are together as rare as that: for the server a least score, of a query with no other use."""
    rarities = _any_of(_constant(_meet_group(group, field), group.rarity) for group in groups)
    # Scores are of 32 bits: what is just enough must not fail by the last of them.
    return {"function_score": {"query": rarities, "min_score": enough * 0.999}}


def _constant(query: Query, boost: float) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}


def _any_of(queries: Iterator[Query] | Sequence[Query], least: int = 1) -> Query:
    clauses = list(queries)
    return {"bool": {"should": clauses, "minimum_should_match": least}} if len(clauses) != 1 else clauses[0]


def _filter_by(queries: Sequence[Query]) -> Query:
    return {"bool": {"filter": list(queries)}}


# --- Asking ------------------------------------------------------------------------------------------------------------

_ALWAYS = {"_source": False, "stored_fields": "_none_", "timeout": f"{int(READER_TIMEOUT * 900)}ms"}


def _search(bodies: Sequence[Query]) -> list[_Answer]:
    """Put the searches in one request; every sort ends with the entry's id, which thereby comes along. Raises EngineProblem."""
    searches = [line for body in bodies for line in ({}, _ALWAYS | body)]
    with reading() as client:
        answer = client.msearch(index=alias_name(), searches=searches)
        answers = [_read(each) for each in answer["responses"]]
        if len(answers) != len(bodies):
            raise EngineProblem(f"{len(answers)} answers to {len(bodies)} searches")
        return answers


def _read(answer: Mapping[str, Any]) -> _Answer:
    if "error" in answer:
        is_refused = answer["status"] == 400 or "too_many" in str(answer["error"])
        kind = RequestRefused if is_refused else EngineProblem
        raise kind(f"{answer['error']}"[:300])
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise EngineProblem("the search server has answered in part only")
    hits = answer["hits"]
    return _Answer(
        ids=tuple(int(hit["sort"][-1]) for hit in hits["hits"]),
        total=int(hits["total"]["value"]) if "total" in hits else 0,
        facets={name: _read_facet(facet) for name, facet in answer.get("aggregations", {}).items()},
    )


def _read_facet(facet: Mapping[str, Any]) -> list[tuple[str, int]]:
    counts = [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in facet["buckets"]]
    return sorted(counts, key=lambda each: (-each[1], each[0]))
