"""What a page is made of: whatever is read while it renders records a tag here. Nothing happens while nobody listens.

Tags: page:<schema>:<id>, column:… (its list), beside:… (its neighbours), image:…, document:…, nav:<schema>, settings:…,
sitemap:…, missing:… (whatever is not there), theme:<name>, cross:<key>, and for every
table without tags of its own table:<schema>:<table> (`delivery` notes those by itself).

The other direction stands here too: who changes what a tag names says so with `changed`, whatever floor it is on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone


@dataclass
class Reading:
    """What was read: tags, until when it holds (None: until a tag changes), and why it may not be kept, if so."""

    tags: set[str] = field(default_factory=set)
    until: datetime | None = None
    obstacles: set[str] = field(default_factory=set)


_current: ContextVar[Reading | None] = ContextVar("reading", default=None)


def record(tag: str) -> None:
    """Note that the page being rendered shows what the tag names."""
    reading = _current.get()
    if reading is not None:
        reading.tags.add(tag)


def hold_until(moment: datetime) -> None:
    """Note that the page being rendered is another one from that moment on, though nothing is changed."""
    reading = _current.get()
    if reading is not None and (reading.until is None or moment < reading.until):
        reading.until = moment


def hold_for_today() -> None:
    """Note that the page being rendered depends on today's date."""
    if _current.get() is not None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        hold_until(timezone.make_aware(datetime.combine(tomorrow, time.min)))


def refuse_to_keep(reason: str) -> None:
    """Note that the page being rendered must not be kept for another reader."""
    reading = _current.get()
    if reading is not None:
        reading.obstacles.add(reason)


def is_listening() -> bool:
    """Whether somebody wants to know what is read."""
    return _current.get() is not None


@contextmanager
def listen() -> Iterator[Reading]:
    """Collect what is recorded in the block."""
    reading = Reading()
    token = _current.set(reading)
    try:
        yield reading
    finally:
        _current.reset(token)


Receiver = Callable[[tuple[str, ...]], None]
_receivers: list[Receiver] = []


def subscribe(receiver: Receiver) -> Receiver:
    """Call the receiver, in the transaction of the change, with the tags that changed. Twice the same one is refused."""
    if receiver in _receivers:
        raise ValueError(f"{receiver!r} is subscribed already")
    _receivers.append(receiver)
    return receiver


def changed(*tags: str) -> None:
    """Say that what the tags name was changed: in the transaction that changes it, or right after a statement of its own."""
    if tags:
        for receiver in _receivers:
            receiver(tags)


_own_tags: set[str] = set()
_not_for_readers: set[str] = set()


def has_own_tags(*tables: str) -> None:
    """Whoever reads these tables records what it read: a tag of the whole table would say too much."""
    _own_tags.update(tables)


def is_not_for_readers(*prefixes: str) -> None:
    """No reader's page is made of tables whose names begin so: one that is must not be kept."""
    _not_for_readers.update(prefixes)


def tables_with_own_tags() -> frozenset[str]:
    """What was said with `has_own_tags`."""
    return frozenset(_own_tags)


def tables_not_for_readers() -> tuple[str, ...]:
    """What was said with `is_not_for_readers`."""
    return tuple(sorted(_not_for_readers))
