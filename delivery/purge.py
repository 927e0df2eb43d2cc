"""Purging: what tags name was changed, so every page made of them goes, in every process and on every machine.

It is said inside the transaction of the change and heard when that is committed, or never (PostgreSQL's NOTIFY).
Whoever works outside of the database (edge nodes, the mirror) finds the same tags in `ChangedTag`, as durable as the change.
"""

from collections.abc import Callable, Iterable, Iterator

from django.db import connection

CHANNEL = "delivery"
EVERYTHING = "*"
"""The tag that every page carries."""
_LONGEST_PAYLOAD = 7900  # PostgreSQL allows 8000 bytes
SEPARATOR = " "

Consumer = Callable[[tuple[str, ...]], None]
_consumers: list[Consumer] = []


class PurgeOutsideTransaction(RuntimeError):
    """Pages were to be purged where nothing holds that and the change together."""


def add_consumer(consumer: Consumer) -> Consumer:
    """Call it with the tags of each purge, inside its transaction. A second time the same one is refused."""
    if consumer in _consumers:
        raise ValueError(f"{consumer!r} is a consumer already")
    _consumers.append(consumer)
    return consumer


def purge(*tags: str) -> None:
    """Drop every page that carries one of the tags once the running transaction is committed."""
    if not connection.in_atomic_block:
        raise PurgeOutsideTransaction(f"purge {tags[:3]}: change what readers see inside transaction.atomic()")
    send(tags)


def send(tags: Iterable[str]) -> None:
    """As `purge`, also after a statement that was committed by itself: then it is heard at once."""
    distinct = tuple(dict.fromkeys(tags))
    if not distinct:
        return
    with connection.cursor() as cursor:
        for payload in pack(distinct, _LONGEST_PAYLOAD):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
    for consumer in _consumers:
        consumer(distinct)


def pack(tags: Iterable[str], longest: int) -> Iterator[str]:
    """Lines that hold the tags, each of so many bytes at most."""
    part: list[str] = []
    length = 0
    for tag in tags:
        size = len(tag.encode()) + 1
        if part and length + size > longest:
            yield SEPARATOR.join(part)
            part, length = [], 0
        part.append(tag)
        length += size
    if part:
        yield SEPARATOR.join(part)


def unpack(payload: str) -> tuple[str, ...]:
    """The tags of a payload."""
    return tuple(payload.split(SEPARATOR))
