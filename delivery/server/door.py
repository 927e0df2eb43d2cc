"""Answers from the page cache at the door of the process: without Django, WSGI or a thread."""

import itertools
import os
import secrets

from delivery.cache.answers import Variant, is_unchanged
from delivery.cache.store import PageStore
from delivery.server.heads import Asked, read_head
from tenants.requests import read_request_id

Parts = tuple[bytes, ...]


class Door:
    """What the store holds whole and packed goes out as bytes; everything else is for the layers behind."""

    def __init__(self, store: PageStore) -> None:
        self._store = store
        self._prefix, self._numbers = f"{os.getpid():x}{secrets.token_hex(6)}", itertools.count(1)

    def answer(self, data: bytes, address: str, general: bytes) -> Parts | None:
        """The answer to the bytes that came on an idle connection; None for what the door leaves alone.

        `general`: the fields that the server puts on each answer (`Date`), with their line ends.
        """
        asked = read_head(data, address)
        if asked is None or not self._store.is_open:
            return None
        page = self._store.get(asked.question.key)
        if page is None or (asked.question.has_strange and page.status_code != 200):
            return None
        variant = page.made(asked.accepts)
        if variant is None:  # it is packed by a thread that may take its time
            return None
        own = b"%bX-Request-ID: %b\r\n\r\n" % (general, self._id_of(asked).encode())
        return _write(asked, variant, own)

    def _id_of(self, asked: Asked) -> str:
        given = read_request_id(asked.request_id) if asked.request_id else ""
        return given or f"{self._prefix}-{next(self._numbers):x}"


def _write(asked: Asked, variant: Variant, own: bytes) -> Parts:
    if asked.condition and variant.unchanged_head and is_unchanged(asked.condition, variant.etag):
        return (variant.unchanged_head, own)
    if asked.is_head:
        return (variant.hit_head, own)
    return (variant.hit_head + own, variant.body)
