"""The search server's index made anew: the whole catalogue beside the index that serves, then in its place."""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from .base import EngineProblem
from .elastic_client import READER_TIMEOUT, writing
from .elastic_documents import Entry, make_documents, query, read_entries
from .elastic_index import CHUNK, SETTINGS, alias_name, count_documents, create, next_alias, send
from .elastic_repair import IndexAhead, repair_alias

_SENDERS = 3
_REBUILD_LOCK = 0x5345_4152_4348
_WHILE_LOADING = {"number_of_replicas": 0, "auto_expand_replicas": "false", "refresh_interval": "-1"}
_WHEN_LOADED = {name: SETTINGS[name] for name in ("auto_expand_replicas", "refresh_interval")}


class RebuildUnderWay(EngineProblem):
    """Another process is rebuilding the index."""


def repair() -> int:
    """Put right whatever differs, after the server was down or lost something. Returns how many entries that were.

    Where there is no index, or one of a database that was put back since, it is made anew. Raises EngineProblem.
    """
    with writing() as client:
        try:
            if client.indices.exists_alias(name=alias_name()):
                return repair_alias(client, alias_name())
        except IndexAhead:
            pass
    return rebuild()


def rebuild(advance: Callable[[int], None] = lambda count: None) -> int:
    """Make a new index of the whole catalogue beside the one that serves, then let it take its place. Returns its entries.

    `advance` is told of each number of entries loaded. Writers meanwhile write to both. A rebuild that is killed leaves the
    serving index alone; the next one removes what it left. Raises EngineProblem, RebuildUnderWay.
    """
    with _rebuild_lock(), writing() as client:
        _remove_leftovers(client)
        name = create(client, {next_alias(): {}}, SETTINGS | _WHILE_LOADING)
        is_serving = False
        try:
            _load(client, advance)
            client.indices.put_settings(index=name, settings=_WHEN_LOADED)
            # What changed since its chunk was read, and was not written by a job yet.
            repair_alias(client, next_alias())
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
    if not query("SELECT pg_try_advisory_lock(%s)", [_REBUILD_LOCK])[0][0]:
        raise RebuildUnderWay("another process is rebuilding the index")
    try:
        yield
    finally:
        query("SELECT pg_advisory_unlock(%s)", [_REBUILD_LOCK])


def _remove_leftovers(client: Elasticsearch) -> None:
    """Indices of rebuilds that were killed: ours by name, and not serving. (And what a deletion made by mistake.)"""
    ours = re.compile(rf"{re.escape(alias_name())}-\d{{20}}")
    serving = _list_serving(client)
    for name in client.indices.get_alias(index=f"{alias_name()}-*"):
        if (ours.fullmatch(name) or name == next_alias()) and name not in serving:
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
        {"remove": {"index": name, "alias": next_alias()}},
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
            documents = list(make_documents(entries))
            waiting.append((len(entries), senders.submit(send, client, next_alias(), documents)))
            if len(waiting) > _SENDERS:
                _await_first(waiting, advance)
        while waiting:
            _await_first(waiting, advance)


def _await_first(waiting: deque[tuple[int, Future[None]]], advance: Callable[[int], None]) -> None:
    count, future = waiting.popleft()
    future.result()
    advance(count)


def _read_chunks() -> Iterator[list[Entry]]:
    after = 0
    while entries := read_entries("WHERE e.id > %s ORDER BY e.id LIMIT %s", [after, CHUNK]):
        yield entries
        after = entries[-1].id
