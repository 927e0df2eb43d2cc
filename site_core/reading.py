"""What a page is made of: whatever is read while it renders records a tag here. Nothing happens while nobody listens.

Tags: page:<schema>:<id>, column:…, nav:…, settings:…, image:…, document:…, theme:<name>, cross:<key>.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_collected: ContextVar[set[str] | None] = ContextVar("reading_tags", default=None)


def record(tag: str) -> None:
    """Note that the page being rendered shows what the tag names."""
    tags = _collected.get()
    if tags is not None:
        tags.add(tag)


@contextmanager
def listen() -> Iterator[set[str]]:
    """Collect the tags that are recorded in the block."""
    tags: set[str] = set()
    token = _collected.set(tags)
    try:
        yield tags
    finally:
        _collected.reset(token)
