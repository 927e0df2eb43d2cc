"""PostgreSQL as an engine: terms in `tsvector` columns under GIN, bounded sets of candidates, plans forced for common words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import combinations, zip_longest
from typing import Any

from django.db import connection, transaction
from django.db.utils import Error
from django.utils import timezone

from search.engines.base import (
    CANDIDATES,
    COUNTED_EXACTLY,
    FACETS,
    Alternative,
    EngineProblem,
    Filters,
    Request,
    Retrieval,
    TermGroup,
)

_ENTRY = "public.search_catalogueentry"
_PART = "public.search_cataloguepart"
_COLUMNS = {
    "site": "e.site_id",
    "kind": "e.column_kind",
    "year": "e.year",
    "type": "e.page_type",
    "validity": "e.validity",
    "topic": "e.topic",
}
_HEADS = CANDIDATES // 2
_MOST_HEADS_RANKED = 30_000
_MOST_PARTS_READ, _MOST_PARTS_READ_NARROW = 6_000, 30_000
_FIRST_BY_LEVEL = 40
_MOST_COMBINATIONS = 16
_WEIGHTS = "{0.1, 0.2, 0.5, 1.0}"  # of D (body), C (summary), B (keywords), A (title)
_SLOWEST_MS = 3000
_COMMON_RARITY = 1.2
"""Below it a word stands in a third of all entries: which of its many parts fit best says nothing any more."""


@dataclass(frozen=True)
class _Condition:
    """A piece of SQL on `e` with its parameters."""

    sql: str
    params: tuple[Any, ...] = ()


class PostgresEngine:
    """The engine that is always there; the other one's answers are checked against its rows."""

    name = "postgresql"

    def retrieve(self, request: Request) -> Retrieval:
        """Candidates by title and by parts, total and facets, in three statements."""
        with _prepared() as cursor:
            total, facets, first = _count(cursor, request) if request.is_counted else (0, {}, [])
            heads = _find_heads(cursor, request)
            fitting = _find_fitting(cursor, request)
        mixed = [each for pair in zip_longest(heads, fitting) for each in pair if each is not None]
        return Retrieval(list(dict.fromkeys([*mixed, *first])), total, facets)

    def list_by_date(self, request: Request, start: int, count: int) -> list[int]:
        """Ids of matching entries, newest first, the newest of each fold."""
        condition = _join(_match(request), *_narrow(request), *_leave_out(request))
        with _prepared() as cursor:
            cursor.execute(
                "WITH found AS MATERIALIZED (SELECT e.id, e.published_at, e.fold_key"  # noqa: S608 - own pieces, values as parameters
                f" FROM {_ENTRY} e WHERE {condition.sql}),"
                " leads AS (SELECT DISTINCT ON (fold_key) id, published_at FROM found"
                " ORDER BY fold_key, published_at DESC NULLS LAST, id DESC)"
                " SELECT id FROM leads ORDER BY published_at DESC NULLS LAST, id DESC OFFSET %s LIMIT %s",
                [*condition.params, start, count],
            )
            return [row[0] for row in cursor.fetchall()]


def list_matching(request: Request, entries: Sequence[int]) -> set[int]:
    """Those of the entries that match: engines offer some that hold only most of what is asked for. Raises EngineProblem."""
    condition = _join(_match(request), *_narrow(request))
    with _prepared() as cursor:
        cursor.execute(
            f"SELECT e.id FROM {_ENTRY} e WHERE e.id = ANY(%s) AND {condition.sql}",  # noqa: S608 - own pieces, values as parameters
            [list(entries), *condition.params],
        )
        return {row[0] for row in cursor.fetchall()}


def stands_in_one_part(groups: Sequence[TermGroup], sites: Sequence[int]) -> bool:
    """Whether one part, or one title, on these sites holds all needed groups. Raises EngineProblem."""
    needed = [group for group in _needed(groups) if any(each.terms for each in group.alternatives)]
    if not needed:
        return False
    query = _all_of(needed, None)
    with _prepared() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {_PART} p JOIN {_ENTRY} e ON e.id = p.entry_id"  # noqa: S608 - own pieces, values as parameters
            " WHERE p.terms @@ %s::tsquery AND e.site_id = ANY(%s))"
            f" OR EXISTS (SELECT 1 FROM {_ENTRY} e WHERE e.head_terms @@ %s::tsquery AND e.site_id + 0 = ANY(%s))",
            [query, list(sites), query, list(sites)],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def _prepared() -> Iterator[Any]:
    """A cursor whose plans use the indexes, and that gives up in time. Raises EngineProblem for what the database refuses."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),"
                f" set_config('statement_timeout', '{_SLOWEST_MS}', true)"
            )
            yield cursor
    except Error as error:
        raise EngineProblem(f"postgresql: {error}") from error


def _count(cursor: Any, request: Request) -> tuple[int, Mapping[str, Sequence[tuple[str, int]]], list[int]]:
    """Total, facets, and the first few by level and date, all from one bounded set of matching rows."""
    condition = _join(_match(request), *_narrow(request))
    columns = ", ".join(f"{column} AS {name}" for name, column in _COLUMNS.items())
    counts = " UNION ALL ".join(
        f"SELECT '{name}', {name}::text, count(*) FROM found WHERE {name}::text <> '' GROUP BY {name}"  # noqa: S608 - own names
        for name in FACETS
    )
    cursor.execute(
        f"WITH found AS MATERIALIZED (SELECT e.id, e.level, e.published_at, {columns} FROM {_ENTRY} e"  # noqa: S608 - own pieces, values as parameters
        f" WHERE {condition.sql} LIMIT {COUNTED_EXACTLY + 1})"
        f" SELECT 'total', '', count(*) FROM found UNION ALL {counts} UNION ALL (SELECT 'first', id::text, 0 FROM found"
        f" ORDER BY level DESC, published_at DESC NULLS LAST LIMIT {_FIRST_BY_LEVEL})",
        condition.params,
    )
    facets: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    total, first = 0, []
    for name, value, number in cursor.fetchall():
        if name == "total":
            total = number
        elif name == "first":
            first.append(int(value))
        else:
            facets[name].append((value, number))
    facets["site"] = _name_sites(facets["site"])
    return total, {name: sorted(values, key=lambda each: (-each[1], each[0])) for name, values in facets.items()}, first


def _name_sites(values: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    from tenants.models import Organisation

    found = {int(value): count for value, count in values}
    names = dict(Organisation.objects.filter(pk__in=found).values_list("pk", "schema_name"))
    return [(names[key], count) for key, count in found.items()]


def _find_heads(cursor: Any, request: Request) -> list[int]:
    """Entries by title, keywords, summary and what the body is about: all groups if there are enough, else most."""
    if request.field in ("text", "number") or not request.groups:
        return []
    labels = ":A" if request.field == "title" else ""
    narrowed = _join(*_narrow(request))
    ranked = _any_of(request.groups, labels)
    found: list[int] = []
    for query in dict.fromkeys(
        [_all_of(request.groups, None, labels), _all_of(request.groups, _half(request), labels)]
    ):
        cursor.execute(
            f"SELECT id FROM (SELECT e.id, e.level, e.head_terms FROM {_ENTRY} e"  # noqa: S608 - own pieces, values as parameters
            f" WHERE e.head_terms @@ %s::tsquery AND {narrowed.sql} LIMIT {_MOST_HEADS_RANKED}) AS heads"
            f" ORDER BY ts_rank(%s::real[], head_terms, %s::tsquery) + level * 0.004 DESC, id DESC LIMIT {_HEADS}",
            [query, *narrowed.params, _WEIGHTS, ranked],
        )
        found += [row[0] for row in cursor.fetchall()]
        if len(found) >= _HEADS // 2:
            break
    return list(dict.fromkeys(found))


def _half(request: Request) -> int:
    return max(1, (len(_needed(request.groups)) + 1) // 2)


def _find_fitting(cursor: Any, request: Request) -> list[int]:
    """Entries of which one part holds all that is needed, those with most of such parts first."""
    needed = _needed(request.groups)
    if request.field in ("title", "number") or not needed or max(each.rarity for each in needed) < _COMMON_RARITY:
        return []
    narrowed = _join(*_narrow(request))
    is_narrow = bool(request.filters.facets or request.filters.since or request.filters.until)
    # Parts first, bounded and by themselves: left to the planner, it walks through all parts of all entries.
    cursor.execute(
        f"WITH fitting AS MATERIALIZED (SELECT entry_id FROM {_PART} WHERE terms @@ %s::tsquery LIMIT %s)"  # noqa: S608 - own pieces, values as parameters
        f" SELECT e.id FROM fitting JOIN {_ENTRY} e ON e.id = fitting.entry_id WHERE {narrowed.sql}"
        " GROUP BY e.id, e.part_count ORDER BY count(*) / sqrt(e.part_count + 10.0) DESC, e.id DESC"
        f" LIMIT {CANDIDATES - _HEADS}",
        [
            _all_of(request.groups, request.least),
            _MOST_PARTS_READ_NARROW if is_narrow else _MOST_PARTS_READ,
            *narrowed.params,
        ],
    )
    return [row[0] for row in cursor.fetchall()]


def _match(request: Request) -> _Condition:
    """What an entry must hold to be a hit."""
    pieces = []
    if _needed(request.groups) and request.field == "text":
        pieces.append(_match_text(request))
    elif request.groups and request.field != "number":
        column = "e.head_terms" if request.field == "title" else "e.all_terms"
        labels = ":A" if request.field == "title" else ""
        pieces.append(_Condition(f"{column} @@ %s::tsquery", (_all_of(request.groups, request.least, labels),)))
    pieces += [_Condition("e.numbers @> %s::jsonb", (f'["{number}"]',)) for number in request.numbers]
    if not pieces:
        return _Condition("FALSE")
    return _Condition(
        "(" + " OR ".join(each.sql for each in pieces) + ")", tuple(value for each in pieces for value in each.params)
    )


def _match_text(request: Request) -> _Condition:
    """In the parts alone: each needed group in one of them, or so many of the groups as the request wants."""
    needed = _needed(request.groups)
    held = f"(e.id IN (SELECT entry_id FROM {_PART} WHERE terms @@ %s::tsquery))::int"  # noqa: S608 - own name
    least = len(needed) if request.least is None else max(1, min(request.least, len(needed)))
    some = _Condition("e.all_terms @@ %s::tsquery", (_all_of(request.groups, request.least),))
    sums = _Condition(
        "(" + " + ".join([held] * len(needed)) + ") >= %s", (*(group_query(group) for group in needed), least)
    )
    return _Condition(f"({some.sql} AND {sums.sql})", (*some.params, *sums.params))


def _narrow(request: Request) -> list[_Condition]:
    # The sum keeps the index of sites out of the plan: the terms' indexes find, the rest only sifts.
    return [_Condition("e.site_id + 0 = ANY(%s)", (list(request.sites),)), *_filter(request.filters)]


def _leave_out(request: Request) -> Iterator[_Condition]:
    if request.shown:
        yield _Condition("e.fold_key <> ALL(%s)", (list(request.shown),))


def _filter(filters: Filters) -> Iterator[_Condition]:
    for name, value in filters.facets.items():
        if name == "site":
            yield _Condition(
                "e.site_id = (SELECT id FROM public.tenants_organisation WHERE schema_name = %s)", (value,)
            )
        elif name == "year":
            yield _Condition("e.year = %s", (int(value),))
        else:
            yield _Condition(f"{_COLUMNS[name]} = %s", (value,))
    if filters.since:
        yield _Condition("e.published_at >= %s", (_start_of(filters.since),))
    if filters.until:
        yield _Condition("e.published_at < %s", (_start_of(filters.until + timedelta(days=1)),))


def _start_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _join(*conditions: _Condition) -> _Condition:
    return _Condition(
        " AND ".join(each.sql for each in conditions), tuple(value for each in conditions for value in each.params)
    )


def _needed(groups: Sequence[TermGroup]) -> list[TermGroup]:
    return [group for group in groups if group.is_needed]


def _all_of(groups: Sequence[TermGroup], least: int | None, labels: str = "") -> str:
    """The text of a `tsquery` for all needed groups, or for so many of them: one of their combinations."""
    needed = _needed(groups)
    if least is None or least >= len(needed):
        return " & ".join(group_query(group, labels) for group in needed)
    rarest = sorted(needed, key=lambda each: -each.rarity)
    chosen = list(combinations(rarest, max(1, least)))[:_MOST_COMBINATIONS]
    return " | ".join("(" + " & ".join(group_query(group, labels) for group in some) + ")" for some in chosen)


def _any_of(groups: Sequence[TermGroup], labels: str = "") -> str:
    return " | ".join(group_query(group, labels) for group in groups)


def group_query(group: TermGroup, labels: str = "") -> str:
    """The text of a `tsquery` for one group: any of its alternatives."""
    return "(" + " | ".join(_alternative_query(each, labels) for each in group.alternatives if each.terms) + ")"


def _alternative_query(alternative: Alternative, labels: str) -> str:
    quoted = ("'" + term.replace("\\", "\\\\").replace("'", "''") + "'" + labels for term in alternative.terms)
    return "(" + " & ".join(quoted) + ")"
