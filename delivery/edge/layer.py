"""What stands in front of Django where Varnish keeps the pages: it keeps nothing and tells Varnish what may be kept.

It renders what the page cache would render, from the key alone, and takes the place of that cache.
"""

import uuid
from collections.abc import Iterable

from delivery.cache.answers import BYPASS, CACHE_NAME, StartResponse, Stored, pass_on, send
from delivery.cache.keys import Environ, Question, read_question
from delivery.cache.rendering import Application, Rendered, render
from delivery.cache.store import PageStore
from delivery.edge.headers import keeping_headers, refusing_headers
from tenants.requests import read_request_id

_RENDERED = ("Cache-Status", f"{CACHE_NAME}; fwd=uri-miss")


class EdgeLayer:
    """Answers with the page and its tags. `store` holds no page: it knows which tags were purged, and whether purges are heard."""

    def __init__(self, application: Application, store: PageStore) -> None:
        self._application = application
        self._store = store

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        question = read_question(environ)
        if question is None or not self._store.is_open:
            return self._pass(environ, start_response)
        begun = self._store.begin()
        request_id = read_request_id(environ.get("HTTP_X_REQUEST_ID", "")) or uuid.uuid4().hex
        made = render(self._application, question.key, request_id=request_id)
        if made.obstacle or _is_left_to_django(question, made):
            return self._pass(environ, start_response)
        page = Stored(made)
        own = [_RENDERED, ("X-Request-ID", request_id)]
        # Last of all: what is purged after this, Varnish is told to drop after it got the answer.
        own += keeping_headers(made) if self._store.is_fresh(made.tags, begun) else refusing_headers()
        # Uncompressed: Varnish packs it once, and keeps it so.
        return send(page, page.plain, own, environ, start_response)

    def _pass(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Django's own answer, for this reader alone."""
        return pass_on(self._application, [BYPASS, *refusing_headers()], environ, start_response)


def _is_left_to_django(question: Question, made: Rendered) -> bool:
    """Parameters that no page knows, at an address that is none without them: an old one, perhaps."""
    return question.has_strange and made.status != 200
