"""The page cache: a WSGI layer in front of Django, in each process."""

import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import close_old_connections

from delivery.cache.answers import BYPASS, CACHE_NAME, HIT, StartResponse, Stored, pass_on, send
from delivery.cache.keys import Environ, PageKey, Question, read_question
from delivery.cache.lifetime import expiry_of
from delivery.cache.rendering import Application, Rendered, render
from delivery.cache.store import PageStore
from tenants.requests import read_request_id

_WAIT_SECONDS = 15.0
_STORED = ("Cache-Status", f"{CACHE_NAME}; fwd=uri-miss; stored")
_MISSED = ("Cache-Status", f"{CACHE_NAME}; fwd=uri-miss")


@dataclass
class _Flight:
    """One rendering, and what waits for it."""

    begun: int
    is_done: threading.Event = field(default_factory=threading.Event)
    page: Stored | None = None


class PageCacheLayer:
    """Answers from the store; else lets one request render for all that want the same page."""

    def __init__(self, application: Application, store: PageStore) -> None:
        self._application = application
        self._store = store
        self._flights: dict[PageKey, _Flight] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        if not self._store.is_open:
            return self._pass(environ, start_response)
        question = read_question(environ)
        if question is None:
            return self._pass(environ, start_response)
        page = self._store.get(question.key)
        if page is not None and (not question.has_strange or page.status_code == 200):
            return self._answer(question.key, page, environ, start_response, HIT)
        return self._fetch(question, environ, start_response)

    def _pass(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Django's own answer, with a word of where it is from."""
        return pass_on(self._application, [BYPASS], environ, start_response)

    def _fetch(self, question: Question, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = question.key
        while True:
            flight, is_mine = self._join(key)
            if is_mine:
                made, page, is_kept = self._fly(key, flight, self._id_of(environ))
                if page is None or (question.has_strange and made.status != 200):
                    # It is not for all, or Django knows what to do with the parameters (an old address, say).
                    return self._pass(environ, start_response)
                return self._answer(key, page, environ, start_response, _STORED if is_kept else _MISSED)
            if not flight.is_done.wait(_WAIT_SECONDS) or flight.page is None:
                return self._pass(environ, start_response)
            if self._store.is_fresh(flight.page.tags, flight.begun):
                if question.has_strange and flight.page.status_code != 200:
                    return self._pass(environ, start_response)
                return self._answer(key, flight.page, environ, start_response, HIT)
            # What it was made of was purged while this reader waited: he must not see it.

    def _join(self, key: PageKey) -> tuple[_Flight, bool]:
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = _Flight(self._store.begin())
            return flight, True

    def _fly(self, key: PageKey, flight: _Flight, request_id: str) -> tuple[Rendered, Stored | None, bool]:
        try:
            made = render(self._application, key, request_id=request_id)
            if made.obstacle:
                return made, None, False
            page = Stored(made, expires=expiry_of(made))
            is_kept = self._store.put(key, page, flight.begun)
            flight.page = page
            return made, page, is_kept
        finally:
            with self._lock:
                self._flights.pop(key, None)
            flight.is_done.set()

    def refresh(self, key: PageKey) -> bool:
        """Render the page for those who will come; whether it was kept. For a thread of its own: it leaves no connection open."""
        flight, is_mine = self._join(key)
        if not is_mine:
            return False
        try:
            return self._fly(key, flight, uuid.uuid4().hex)[2]
        finally:
            close_old_connections()

    def _id_of(self, environ: Environ) -> str:
        return read_request_id(environ.get("HTTP_X_REQUEST_ID", "")) or uuid.uuid4().hex

    def _answer(
        self, key: PageKey, page: Stored, environ: Environ, start_response: StartResponse, source: tuple[str, str]
    ) -> Iterable[bytes]:
        variant, grown = page.variant(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if grown:
            self._store.grow(key, page, grown)
        own = [source, ("X-Request-ID", self._id_of(environ))]
        return send(page, variant, own, environ, start_response)
