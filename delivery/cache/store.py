"""The pages that a process holds: bounded by bytes, the least recently read go first, and a tag drops what carries it.

A page is put in only if none of its tags was purged since it began to be rendered: the store counts purges, remembers the
latest, and refuses what began before its memory does.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from delivery.cache.answers import Stored
from delivery.cache.keys import PageKey
from delivery.purge import EVERYTHING

_REMEMBERED = 50_000
_NOT_FOUND_SHARE = 0.05
"""Part of the store that answers of 404 may take: whoever asks for what is not there must not push out what is."""


@dataclass(frozen=True)
class StoreState:
    """Pages, bytes and tags held; whether the store is open."""

    pages: int
    bytes: int
    tags: int
    is_open: bool


class PageStore:
    """All methods may be called from any thread. A closed store holds nothing and takes nothing."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._pages: OrderedDict[PageKey, Stored] = OrderedDict()
        self._by_tag: defaultdict[str, set[PageKey]] = defaultdict(set)
        self._bytes = 0
        self._missing: OrderedDict[PageKey, None] = OrderedDict()
        self._missing_bytes = 0
        self._purges = 0
        self._purged_at: OrderedDict[str, int] = OrderedDict()
        self._forgotten = 0
        self._is_open = False

    @property
    def is_open(self) -> bool:
        """Whether purges are heard, so that pages may be kept."""
        return self._is_open

    def state(self) -> StoreState:
        """How full it is."""
        return StoreState(len(self._pages), self._bytes, len(self._by_tag), self._is_open)

    def open(self) -> None:
        """From now on every purge is heard."""
        with self._lock:
            self._begin_anew()
            self._is_open = True

    def close(self) -> dict[PageKey, Stored]:
        """Purges may be missed: empty it, and take nothing until it is opened. Returns what was held."""
        with self._lock:
            held = dict(self._pages)
            self._begin_anew()
            self._is_open = False
        return held

    def _begin_anew(self) -> None:
        self._pages.clear()
        self._by_tag.clear()
        self._missing.clear()
        self._bytes = self._missing_bytes = 0
        self._purges += 1
        self._purged_at.clear()
        self._forgotten = self._purges

    def begin(self) -> int:
        """The moment that a rendering begins, for `put` and `is_fresh`."""
        return self._purges

    def is_fresh(self, tags: Iterable[str], begun: int) -> bool:
        """Whether the store is open and nothing of this was purged since then."""
        with self._lock:
            return self._is_open and self._is_fresh(tags, begun)

    def _is_fresh(self, tags: Iterable[str], begun: int) -> bool:
        return begun >= self._forgotten and all(self._purged_at.get(tag, 0) <= begun for tag in tags)

    def get(self, key: PageKey) -> Stored | None:
        """The page of that key, if it is held and its time has not passed."""
        found = self._pages.get(key)
        if found is None:
            return None
        if found.expires and found.is_over():
            self.drop([key])
            return None
        try:
            self._pages.move_to_end(key)
        except KeyError:  # dropped a moment ago, after this reader asked
            return None
        found.hits += 1
        return found

    def put(self, key: PageKey, page: Stored, begun: int) -> bool:
        """Keep the page, unless it is stale already or too large. Returns whether it was kept."""
        if page.size > self.limit // 4:
            return False
        with self._lock:
            if not self._is_open or not self._is_fresh(page.tags, begun):
                return False
            self._remove(key)
            self._pages[key] = page
            self._bytes += page.size
            for tag in page.tags:
                self._by_tag[tag].add(key)
            if page.status_code == 404:
                self._missing[key] = None
                self._missing_bytes += page.size
            self._make_room()
        return True

    def grow(self, key: PageKey, page: Stored, by: int) -> None:
        """A variant of so many bytes was made of the page."""
        with self._lock:
            if self._pages.get(key) is page:
                page.size += by
                self._bytes += by
                self._make_room()

    def purge(self, tags: Iterable[str]) -> dict[PageKey, Stored]:
        """Drop all pages with one of the tags; returns them."""
        with self._lock:
            self._purges += 1
            dropped: dict[PageKey, Stored] = {}
            for tag in tags:
                self._remember(tag)
                for key in list(self._by_tag.get(tag, ())):
                    page = self._remove(key)
                    if page is not None:
                        dropped[key] = page
        return dropped

    def drop(self, keys: Iterable[PageKey]) -> None:
        """Drop these pages."""
        with self._lock:
            for key in keys:
                self._remove(key)

    def _remember(self, tag: str) -> None:
        if tag == EVERYTHING:
            self._forgotten = self._purges
        self._purged_at.pop(tag, None)
        self._purged_at[tag] = self._purges
        if len(self._purged_at) > _REMEMBERED:
            self._forgotten = max(self._forgotten, self._purged_at.popitem(last=False)[1])

    def _remove(self, key: PageKey) -> Stored | None:
        page = self._pages.pop(key, None)
        if page is None:
            return None
        self._bytes -= page.size
        if key in self._missing:
            del self._missing[key]
            self._missing_bytes -= page.size
        for tag in page.tags:
            keys = self._by_tag.get(tag)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._by_tag[tag]
        return page

    def _make_room(self) -> None:
        while self._missing_bytes > self.limit * _NOT_FOUND_SHARE and len(self._missing) > 1:
            self._remove(next(iter(self._missing)))
        while self._bytes > self.limit and len(self._pages) > 1:
            self._remove(next(iter(self._pages)))
