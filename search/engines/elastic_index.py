"""The search server's index: what it holds, how it follows the catalogue, how it is made anew and put right.

The catalogue in PostgreSQL is the truth. Every write carries the entry's version, so that late and repeated ones do no harm.
"""

import math
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.helpers import streaming_bulk
from elasticsearch_dsl import Document, Float, Index, InnerDoc, Integer, Keyword, Long, MetaField, Nested, Text

from .base import EngineProblem
from .elastic_client import READER_TIMEOUT, writing

LISTED_BY_DATE = 20_000
"""How deep a list by date may be paged."""

_CHUNK = 200
_PAGE = 5_000
_MOST_BYTES = 8 * 1024 * 1024
_SENDERS = 3
_MOST_PARTS = 10_000  # the server's limit of nested documents; `all` knows the terms of the rest
_REBUILD_LOCK = 0x5345_4152_4348
_CONFLICT = 409


class IndexMissing(EngineProblem):
    """There is no index behind the alias."""


class IndexAhead(EngineProblem):
    """The index has versions that the catalogue has not reached: the database was put back. Only `rebuild` helps."""


class RebuildUnderWay(EngineProblem):
    """Another process is rebuilding the index."""


def _terms(**options: Any) -> Any:
    # What matters of a term is that it is there: no frequencies, no positions, no lengths.
    return Text(analyzer="whitespace", norms=False, index_options="docs", **options)


class PartDocument(InnerDoc):
    """A part; short ones that hold all the words are better than long ones, so its length is kept (norms)."""

    number = Integer(index=False)
    terms = Text(analyzer="whitespace", index_options="docs", similarity="BM25")


class EntryDocument(Document):
    """An entry of the catalogue. The head's fields grow: each holds the terms of its weight and of all better ones.

    That is since a term has its best weight alone: words of which one half stands in the title would be met nowhere else.
    """

    entry_id = Long()
    page_id = Long()
    version = Long()
    site_id = Keyword()
    site = Keyword()
    kind = Keyword()
    year = Keyword()
    type = Keyword()
    validity = Keyword()
    topic = Keyword()
    numbers = Keyword(doc_values=False)
    fold_key = Keyword()
    # Microseconds, as in PostgreSQL: the server's dates have milliseconds, and both engines must list in one order.
    published_at = Long()
    level = Integer()
    title_length = Integer()
    # 1/√(parts + 10): many parts that fit tell less of a page that has very many.
    part_weight = Float(index=False)
    title = _terms()
    names = _terms()
    summary = _terms()
    head = _terms()
    all = _terms()
    parts = Nested(PartDocument)

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(enabled=False)


SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    # How long the server remembers the version of what was deleted: an older write that comes later is refused.
    "gc_deletes": "1h",
    "max_result_window": LISTED_BY_DATE,
}
_WHILE_LOADING = {"number_of_replicas": 0, "auto_expand_replicas": "false", "refresh_interval": "-1"}
_WHEN_LOADED = {name: SETTINGS[name] for name in ("auto_expand_replicas", "refresh_interval")}


def alias_name() -> str:
    """The alias that readers ask: another one by ELASTICSEARCH_INDEX where clusters or tests share a server."""
    return getattr(settings, "ELASTICSEARCH_INDEX", "catalogue")


def _next_alias() -> str:
    return f"{alias_name()}-next"


# --- Writing -----------------------------------------------------------------------------------------------------------


def ensure_index() -> bool:
    """Make an empty index behind the alias if there is none; whether one was made. It answers readers at once: fill it."""
    with writing() as client:
        if client.indices.exists_alias(name=alias_name()):
            return False
        _create(client, {alias_name(): {}}, SETTINGS)
        return True


def write_entries(entry_ids: Sequence[int]) -> int:
    """Put the entries as they stand in the catalogue; ids that it has not are passed over. Returns how many it has.

    Raises EngineProblem, IndexMissing.
    """
    written = 0
    for start in range(0, len(entry_ids), _CHUNK):
        rows = _read_entries("WHERE e.id = ANY(%s)", [list(entry_ids[start : start + _CHUNK])])
        _send_everywhere(list(_make_documents(rows)))
        written += len(rows)
    return written


def remove(keys: Sequence[tuple[str, int, int]]) -> None:
    """Delete documents by schema, page id and the version of their removal, which is above the entry's last one.

    Raises EngineProblem, IndexMissing.
    """
    _send_everywhere([_make_removal(schema, page_id, version, "external") for schema, page_id, version in keys])


def is_there() -> bool:
    """Whether an index stands behind the alias. Raises EngineProblem."""
    with writing() as client:
        return bool(client.indices.exists_alias(name=alias_name()))


def refresh() -> None:
    """Let readers see what is written now, and not within a second."""
    with writing() as client:
        client.indices.refresh(index=alias_name())


def count_documents() -> int:
    """How many entries the index has. Raises EngineProblem."""
    with writing() as client:
        return int(client.count(index=alias_name())["count"])


def _send_everywhere(actions: Sequence[dict[str, Any]]) -> None:
    """To the index that is being built, if there is one, then to the one that serves.

    In this order nothing is lost when the first takes the place of the second meanwhile: the second request then finds it.
    """
    if not actions:
        return
    with writing() as client:
        # Asked first, since a versioned deletion in an index that does not exist makes one, `require_alias` or not.
        targets = [alias for alias in (_next_alias(), alias_name()) if client.indices.exists_alias(name=alias)]
        if not targets:
            raise IndexMissing(f"there is no index behind {alias_name()}")
        for alias in targets:
            with suppress(IndexMissing) if alias == _next_alias() else nullcontext():
                _send(client, alias, actions)


def _send(client: Elasticsearch, alias: str, actions: Iterable[dict[str, Any]]) -> None:
    # require_alias: a server that has lost its index must say so, not make one of its own invention.
    outcomes = streaming_bulk(
        client,
        actions,
        index=alias,
        require_alias=True,
        chunk_size=_CHUNK,
        max_chunk_bytes=_MOST_BYTES,
        raise_on_error=False,
    )
    for is_done, outcome in outcomes:
        if not is_done:
            _judge(next(iter(outcome.values())))


def _judge(outcome: dict[str, Any]) -> None:
    """A conflict means that something newer is there; an unknown document needs no deletion. All else is a problem."""
    error = outcome.get("error")
    if error is None or outcome["status"] == _CONFLICT:
        return
    kind = IndexMissing if error.get("type") == "index_not_found_exception" else EngineProblem
    raise kind(f"{outcome.get('_id')}: {error.get('type')}: {error.get('reason')}"[:300])


# --- Reading the catalogue ---------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    id: int
    site: str
    site_id: int
    page_id: int
    version: int
    kind: str
    year: int | None
    type: str
    validity: str
    topic: str
    numbers: list[str]
    fold_key: str
    published_at: int | None
    level: int
    part_count: int
    title: str
    names: str
    summary: str
    head: str
    all: str


def _joined(vector: str) -> str:
    return f"array_to_string(tsvector_to_array({vector}), ' ')"


_ENTRIES = f"""
    SELECT e.id, o.schema_name, e.site_id, e.page_id, e.version, e.column_kind, e.year, e.page_type, e.validity, e.topic,
           ARRAY(SELECT jsonb_array_elements_text(e.numbers)), e.fold_key, (extract(epoch FROM e.published_at) * 1000000)::bigint,
           e.level, e.part_count,
           {_joined("ts_filter(e.head_terms, '{a}')")}, {_joined("ts_filter(e.head_terms, '{a,b}')")},
           {_joined("ts_filter(e.head_terms, '{a,b,c}')")}, {_joined("e.head_terms")}, {_joined("e.all_terms")}
      FROM search_catalogueentry e JOIN tenants_organisation o ON o.id = e.site_id
"""  # noqa: S608 - nothing in it comes from outside
_PARTS = f"""
    SELECT entry_id, number, {_joined("terms")} FROM search_cataloguepart
     WHERE entry_id = ANY(%s) AND number < {_MOST_PARTS} ORDER BY entry_id, number
"""  # noqa: S608 - nothing in it comes from outside


def _query(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _read_entries(condition: str, values: Sequence[Any]) -> list[_Entry]:
    return [_Entry(*row) for row in _query(f"{_ENTRIES} {condition}", values)]


def _make_documents(entries: Sequence[_Entry]) -> Iterator[dict[str, Any]]:
    """Bulk actions that put these entries with their parts."""
    rows = _query(_PARTS, [[entry.id for entry in entries]])
    parts = {
        entry_id: [{"number": number, "terms": terms} for _, number, terms in group]
        for entry_id, group in groupby(rows, key=lambda row: row[0])
    }
    for entry in entries:
        yield {
            "_op_type": "index",
            "_id": f"{entry.site}:{entry.page_id}",
            "version": entry.version,
            "version_type": "external",
            "_source": _make_source(entry, parts.get(entry.id, [])),
        }


def _make_source(entry: _Entry, parts: list[dict[str, Any]]) -> dict[str, Any]:
    source = entry._asdict()
    source["entry_id"] = source.pop("id")
    source["site_id"] = str(entry.site_id)
    source["title_length"] = entry.title.count(" ") + 1
    source["part_weight"] = 1 / math.sqrt(source.pop("part_count") + 10)
    source["parts"] = parts
    return {
        name: value for name, value in source.items() if value not in ("", None, [])
    }  # what is empty counts nowhere


def _make_removal(schema: str, page_id: int, version: int, version_type: str) -> dict[str, Any]:
    return {"_op_type": "delete", "_id": f"{schema}:{page_id}", "version": version, "version_type": version_type}


# --- Making it anew ----------------------------------------------------------------------------------------------------


def rebuild(advance: Callable[[int], None] = lambda count: None) -> int:
    """Make a new index of the whole catalogue beside the one that serves, then let it take its place. Returns its entries.

    `advance` is told of each number of entries loaded. Writers meanwhile write to both. A rebuild that is killed leaves the
    serving index alone; the next one removes what it left. Raises EngineProblem, RebuildUnderWay.
    """
    with _rebuild_lock(), writing() as client:
        _remove_leftovers(client)
        name = _create(client, {_next_alias(): {}}, SETTINGS | _WHILE_LOADING)
        is_serving = False
        try:
            _load(client, advance)
            client.indices.put_settings(index=name, settings=_WHEN_LOADED)
            _repair(client, _next_alias())  # what changed since its chunk was read, and was not written by a job yet
            _let_serve(client, name)
            is_serving = True
        finally:
            if not is_serving:
                with suppress(EngineProblem), writing() as cleaner:
                    cleaner.indices.delete(index=name, ignore_unavailable=True)
        return count_documents()


@contextmanager
def _rebuild_lock() -> Iterator[None]:
    """Held by the session, so that it ends with a process that is killed."""
    if not _query("SELECT pg_try_advisory_lock(%s)", [_REBUILD_LOCK])[0][0]:
        raise RebuildUnderWay("another process is rebuilding the index")
    try:
        yield
    finally:
        _query("SELECT pg_advisory_unlock(%s)", [_REBUILD_LOCK])


def _create(client: Elasticsearch, aliases: dict[str, Any], chosen: dict[str, Any]) -> str:
    name = f"{alias_name()}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    index = Index(name)
    index.document(EntryDocument)
    index.settings(**{f"index.{option}": value for option, value in chosen.items()})
    index.aliases(**aliases)
    client.indices.create(index=name, **index.to_dict())
    return name


def _remove_leftovers(client: Elasticsearch) -> None:
    """Indices of rebuilds that were killed: ours by name, and not serving. (And what a deletion made by mistake.)"""
    ours = re.compile(rf"{re.escape(alias_name())}-\d{{20}}")
    serving = _list_serving(client)
    for name in client.indices.get_alias(index=f"{alias_name()}-*"):
        if (ours.fullmatch(name) or name == _next_alias()) and name not in serving:
            client.indices.delete(index=name, ignore_unavailable=True)


def _list_serving(client: Elasticsearch) -> list[str]:
    """What answers to the alias: one index of ours, none, or one of that very name that was made by mistake."""
    try:
        return list(client.indices.get_alias(index=alias_name()))
    except NotFoundError:
        return []


def _let_serve(client: Elasticsearch, name: str) -> None:
    """Let the new index take the old one's place at once; the old one goes when its last readers have their answers."""
    old = _list_serving(client)
    actions: list[dict[str, Any]] = [_take_away(each) for each in old]
    actions += [
        {"add": {"index": name, "alias": alias_name()}},
        {"remove": {"index": name, "alias": _next_alias()}},
    ]
    client.indices.update_aliases(actions=actions)
    if old:
        time.sleep(READER_TIMEOUT)
        client.indices.delete(index=old, ignore_unavailable=True)


def _take_away(serving: str) -> dict[str, Any]:
    """An index that bears the alias's own name has to go before there can be an alias."""
    if serving == alias_name():
        return {"remove_index": {"index": serving}}
    return {"remove": {"index": serving, "alias": alias_name()}}


def _load(client: Elasticsearch, advance: Callable[[int], None]) -> None:
    """Read chunk by chunk in this thread, whose database connection it is; send in a few others."""
    waiting: deque[tuple[int, Future[None]]] = deque()
    with ThreadPoolExecutor(_SENDERS) as senders:
        for entries in _read_chunks():
            documents = list(_make_documents(entries))
            waiting.append((len(entries), senders.submit(_send, client, _next_alias(), documents)))
            if len(waiting) > _SENDERS:
                _await_first(waiting, advance)
        while waiting:
            _await_first(waiting, advance)


def _await_first(waiting: deque[tuple[int, Future[None]]], advance: Callable[[int], None]) -> None:
    count, future = waiting.popleft()
    future.result()
    advance(count)


def _read_chunks() -> Iterator[list[_Entry]]:
    after = 0
    while entries := _read_entries("WHERE e.id > %s ORDER BY e.id LIMIT %s", [after, _CHUNK]):
        yield entries
        after = entries[-1].id


# --- Putting it right --------------------------------------------------------------------------------------------------


class _Known(NamedTuple):
    """What the catalogue has of an entry, or the index of a document."""

    entry_id: int
    schema: str
    page_id: int
    version: int


@dataclass(frozen=True)
class Differences:
    """Entries that the index lacks or has too old, by id; documents that the catalogue has not; documents ahead of it."""

    missing: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    extra: tuple[tuple[str, int, int], ...] = ()
    ahead: tuple[int, ...] = ()

    def __add__(self, other: "Differences") -> "Differences":
        return Differences(
            self.missing + other.missing,
            self.stale + other.stale,
            self.extra + other.extra,
            self.ahead + other.ahead,
        )

    def __len__(self) -> int:
        return len(self.missing) + len(self.stale) + len(self.extra) + len(self.ahead)


def compare() -> Differences:
    """How the index differs from the catalogue; a write that is on its way is a difference too. Raises EngineProblem."""
    with writing() as client:
        return sum(_compare_windows(client, alias_name()), Differences())


def repair() -> int:
    """Put right whatever differs, after the server was down or lost something. Returns how many entries that were.

    Where there is no index, or one of a database that was put back since, it is made anew. Raises EngineProblem.
    """
    with writing() as client:
        try:
            if client.indices.exists_alias(name=alias_name()):
                return _repair(client, alias_name())
        except IndexAhead:
            pass
    return rebuild()


def _repair(client: Elasticsearch, alias: str) -> int:
    repaired = 0
    for found in _compare_windows(client, alias):
        write_entries(found.missing + found.stale)
        # Exactly what was seen goes: a document written since has a higher version.
        _send_everywhere([_make_removal(*key, "external_gte") for key in found.extra])
        _require_not_ahead(found.ahead)
        repaired += len(found)
    return repaired


def _require_not_ahead(entry_ids: Sequence[int]) -> None:
    """The catalogue was read after the index, so an entry that is behind its document has gone back in time."""
    if entry_ids:
        raise IndexAhead(f"{len(entry_ids)} documents are newer than their entries")


def _compare_windows(client: Elasticsearch, alias: str) -> Iterator[Differences]:
    """Compare in order of the entries' ids, as far at a time as a page of either reaches."""
    client.indices.refresh(index=alias)
    after = 0
    is_last = False
    while not is_last:
        documents = _list_documents(client, alias, after)
        rows = _list_rows(after)
        ends = [page[-1].entry_id for page in (documents, rows) if len(page) == _PAGE]
        is_last = not ends
        after = min(ends, default=0)
        yield _find_differences(_up_to(after, documents), _up_to(after, rows))


def _up_to(last: int, known: Sequence[_Known]) -> dict[int, _Known]:
    return {one.entry_id: one for one in known if not last or one.entry_id <= last}


def _list_documents(client: Elasticsearch, alias: str, after: int) -> list[_Known]:
    answer = client.search(
        index=alias,
        query={"range": {"entry_id": {"gt": after}}},
        sort=["entry_id", "site", "page_id", "version"],  # the last three so that they come along
        size=_PAGE,
        source=False,
        stored_fields="_none_",
        track_total_hits=False,
    )
    return [_Known(*hit["sort"]) for hit in answer["hits"]["hits"]]


def _list_rows(after: int) -> list[_Known]:
    sql = """
        SELECT e.id, o.schema_name, e.page_id, e.version
          FROM search_catalogueentry e JOIN tenants_organisation o ON o.id = e.site_id
         WHERE e.id > %s ORDER BY e.id LIMIT %s
    """
    return [_Known(*row) for row in _query(sql, [after, _PAGE])]


def _find_differences(documents: dict[int, _Known], rows: dict[int, _Known]) -> Differences:
    both = documents.keys() & rows.keys()
    return Differences(
        missing=tuple(sorted(rows.keys() - documents.keys())),
        stale=tuple(sorted(key for key in both if documents[key].version < rows[key].version)),
        extra=tuple(documents[key][1:] for key in sorted(documents.keys() - rows.keys())),
        ahead=tuple(sorted(key for key in both if documents[key].version > rows[key].version)),
    )
