"""The search server's index compared with the catalogue, and put right entry by entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from elasticsearch import Elasticsearch

from .base import EngineProblem
from .elastic_client import writing
from .elastic_documents import make_removal, query
from .elastic_index import alias_name, send_everywhere, write_entries

_PAGE = 5_000


class IndexAhead(EngineProblem):
    """The index has versions that the catalogue has not reached: the database was put back. Only `rebuild` helps."""


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


def repair_alias(client: Elasticsearch, alias: str) -> int:
    """Put right the index behind the alias. Returns how many entries differed. Raises EngineProblem, IndexAhead."""
    repaired = 0
    for found in _compare_windows(client, alias):
        write_entries(found.missing + found.stale)
        # Exactly what was seen goes: a document written since has a higher version.
        send_everywhere([make_removal(*key, "external_gte") for key in found.extra])
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
    return [_Known(*row) for row in query(sql, [after, _PAGE])]


def _find_differences(documents: dict[int, _Known], rows: dict[int, _Known]) -> Differences:
    both = documents.keys() & rows.keys()
    return Differences(
        missing=tuple(sorted(rows.keys() - documents.keys())),
        stale=tuple(sorted(key for key in both if documents[key].version < rows[key].version)),
        extra=tuple(documents[key][1:] for key in sorted(documents.keys() - rows.keys())),
        ahead=tuple(sorted(key for key in both if documents[key].version > rows[key].version)),
    )
