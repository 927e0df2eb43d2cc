"""Django's word: an answer with `X-Accel-Redirect` names the file to send in its place."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

# Of Django's response these describe the body that is dropped.
_BODY_HEADERS = frozenset(
    (
        "content-length",
        "content-encoding",
        "content-range",
        "accept-ranges",
        "etag",
        "last-modified",
        "transfer-encoding",
    )
)


class DjangosWord:
    """A `start_response` that keeps back a 200 with `X-Accel-Redirect`, and lets everything else pass."""

    def __init__(self, start_response: "StartResponse") -> None:
        self._start_response = start_response
        self.is_spoken = False
        self.headers: Headers | None = None

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        self.is_spoken = True
        said = Headers(headers)
        if "X-Accel-Redirect" not in said:
            self.headers = None
            return (
                self._start_response(status, headers, exc_info) if exc_info else self._start_response(status, headers)
            )
        if status.startswith("200"):
            self.headers = said
            return _drop
        # An error or a 304 that still carries the header: Django's answer stands, and the inner path stays
        # inside.
        del said["X-Accel-Redirect"]
        return self._start_response(status, said.to_wsgi_list())


def _drop(_piece: bytes) -> None:
    """The `write` of a response whose body is not sent."""


def started(body: Iterable[bytes]) -> Iterable[bytes]:
    """`body` driven up to its first piece, since PEP 3333 lets an application speak as late as that."""
    pieces = iter(body)
    first = next(pieces, b"")
    close = getattr(body, "close", None)
    return ClosingIterator(chain((first,), pieces), [close] if close else None)


def kept_headers(headers: Headers) -> Headers:
    """Django's headers for the file. Without a word on caching a protected file is nobody else's."""
    kept = Headers(
        [
            (name, value)
            for name, value in headers
            if not name.lower().startswith("x-accel-") and name.lower() not in _BODY_HEADERS
        ]
    )
    kept.setdefault("Cache-Control", "private, no-cache")
    return kept
