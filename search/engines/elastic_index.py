"""The search server's index: its names and settings, and how it follows the catalogue.

The catalogue in PostgreSQL is the truth. Every write carries the entry's version, so that late and repeated ones do no harm.
How the index is made anew is in `elastic_rebuild`, how it is compared and put right in `elastic_repair`.
"""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk
from elasticsearch_dsl import Index

from .base import EngineProblem
from .elastic_client import writing
from .elastic_documents import EntryDocument, make_documents, make_removal, read_entries

LISTED_BY_DATE = 20_000
"""How deep a list by date may be paged."""
CHUNK = 200
"""Entries that are read and sent at a time."""
_MOST_BYTES = 8 * 1024 * 1024
_CONFLICT = 409


class IndexMissing(EngineProblem):
    """There is no index behind the alias."""


SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    # How long the server remembers the version of what was deleted: an older write that comes later is refused.
    "gc_deletes": "1h",
    "max_result_window": LISTED_BY_DATE,
}


def alias_name() -> str:
    """The alias that readers ask: another one by ELASTICSEARCH_INDEX where clusters or tests share a server."""
    return getattr(settings, "ELASTICSEARCH_INDEX", "catalogue")


def next_alias() -> str:
    """The alias of an index that is being built."""
    return f"{alias_name()}-next"


def create(client: Elasticsearch, aliases: dict[str, Any], chosen: dict[str, Any]) -> str:
    """Make an index with these aliases and settings. Returns its name."""
    name = f"{alias_name()}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    index = Index(name)
    index.document(EntryDocument)
    index.settings(**{f"index.{option}": value for option, value in chosen.items()})
    index.aliases(**aliases)
    client.indices.create(index=name, **index.to_dict())
    return name


def ensure_index() -> bool:
    """Make an empty index behind the alias if there is none; whether one was made. It answers readers at once: fill it."""
    with writing() as client:
        if client.indices.exists_alias(name=alias_name()):
            return False
        create(client, {alias_name(): {}}, SETTINGS)
        return True


def write_entries(entry_ids: Sequence[int]) -> int:
    """Put the entries as they stand in the catalogue; ids that it has not are passed over. Returns how many it has.

    Raises EngineProblem, IndexMissing.
    """
    written = 0
    for start in range(0, len(entry_ids), CHUNK):
        rows = read_entries("WHERE e.id = ANY(%s)", [list(entry_ids[start : start + CHUNK])])
        send_everywhere(list(make_documents(rows)))
        written += len(rows)
    return written


def remove(keys: Sequence[tuple[str, int, int]]) -> None:
    """Delete documents by schema, page id and the version of their removal, which is above the entry's last one.

    Raises EngineProblem, IndexMissing.
    """
    send_everywhere([make_removal(schema, page_id, version, "external") for schema, page_id, version in keys])


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


def send_everywhere(actions: Sequence[dict[str, Any]]) -> None:
    """To the index that is being built, if there is one, then to the one that serves.

    In this order nothing is lost when the first takes the place of the second meanwhile: the second request then finds it.
    """
    if not actions:
        return
    with writing() as client:
        # Asked first, since a versioned deletion in an index that does not exist makes one, `require_alias` or not.
        targets = [alias for alias in (next_alias(), alias_name()) if client.indices.exists_alias(name=alias)]
        if not targets:
            raise IndexMissing(f"there is no index behind {alias_name()}")
        for alias in targets:
            with suppress(IndexMissing) if alias == next_alias() else nullcontext():
                send(client, alias, actions)


def send(client: Elasticsearch, alias: str, actions: Iterable[dict[str, Any]]) -> None:
    """Send bulk actions to one index. Raises EngineProblem, IndexMissing."""
    # require_alias: a server that has lost its index must say so, not make one of its own invention.
    outcomes = streaming_bulk(
        client,
        actions,
        index=alias,
        require_alias=True,
        chunk_size=CHUNK,
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
