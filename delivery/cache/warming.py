"""Pages that many ask for are made again as soon as they were dropped, before the next reader comes."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from delivery.cache.answers import Stored
from delivery.cache.keys import PageKey

logger = logging.getLogger(__name__)

HOT_HITS = 3
"""Readers that a page must have had since it was made to count as hot."""
_MOST = 200
_LET_GO_SECONDS = 0.002
"""Between two pages, so that readers who wait for the same processor come first."""


class Warmer:
    """A thread that renders what it is given, the most wanted first. `refresh` renders one page and keeps it."""

    def __init__(self, refresh: Callable[[PageKey], bool]) -> None:
        self._refresh = refresh
        self._wanted: dict[PageKey, int] = {}
        self._held: dict[PageKey, int] = {}
        self._lock = threading.Lock()
        self._is_wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery-warmer", daemon=True)

    def start(self) -> None:
        """Work from now on."""
        self._thread.start()

    def want(self, dropped: Mapping[PageKey, Stored]) -> None:
        """These pages were dropped: those that were hot are made again."""
        hot = {key: page.hits for key, page in dropped.items() if page.hits >= HOT_HITS and page.status_code == 200}
        self._add(hot)

    def remember(self, held: Mapping[PageKey, Stored]) -> None:
        """The store was emptied and can keep nothing for now; what was hot is made again after `resume`."""
        hot = {key: page.hits for key, page in held.items() if page.hits >= HOT_HITS and page.status_code == 200}
        if hot:
            self._held = _best(hot)

    def resume(self) -> None:
        """The store keeps pages again."""
        held, self._held = self._held, {}
        self._add(held)

    def _add(self, hot: Mapping[PageKey, int]) -> None:
        if not hot:
            return
        with self._lock:
            self._wanted = _best({**self._wanted, **hot})
        self._is_wanted.set()

    def _run(self) -> None:
        while True:
            self._is_wanted.wait()
            key = self._take()
            if key is None:
                continue
            try:
                self._refresh(key)
            except Exception:
                # It is rendered again for whoever asks for it, who then sees what is wrong.
                logger.exception("%s%s could not be made again", key.host, key.path)
            time.sleep(_LET_GO_SECONDS)

    def _take(self) -> PageKey | None:
        with self._lock:
            if not self._wanted:
                self._is_wanted.clear()
                return None
            key = max(self._wanted, key=self._wanted.__getitem__)
            del self._wanted[key]
            return key


def _best(wanted: Mapping[PageKey, int]) -> dict[PageKey, int]:
    return dict(sorted(wanted.items(), key=lambda pair: -pair[1])[:_MOST])
