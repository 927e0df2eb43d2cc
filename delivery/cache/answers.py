"""A page in store: its bytes in each encoding, made once, and the headers that go with them."""

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import brotli

from delivery.cache.keys import Environ
from delivery.cache.rendering import Application, Rendered

_DROPPED = frozenset(
    {"content-length", "vary", "etag", "x-request-id", "cache-control", "content-encoding", "connection"}
)
_COMPRESSED = (
    "text/",
    "application/json",
    "application/xml",
    "application/rss+xml",
    "image/svg+xml",
    "application/javascript",
)
_SMALLEST = 500
_OVERHEAD = 2000
"""Bytes that an entry takes beside its pages: headers, tags, keys."""
Headers = list[tuple[str, str]]
CACHE_NAME = "sitecluster"
HIT = ("Cache-Status", f"{CACHE_NAME}; hit")
BYPASS = ("Cache-Status", f"{CACHE_NAME}; fwd=bypass")
_UNCHANGED = "304 Not Modified"
StartResponse = Callable[..., Any]


class Variant:
    """One encoding of a page: body, entity tag, and headers but for those that each answer has of its own.

    `hit_head` and `unchanged_head` are what the door sends before those: status and headers as they go over the wire.
    """

    __slots__ = ("body", "etag", "headers", "hit_head", "length", "size", "unchanged_head")

    def __init__(self, body: bytes, etag: str, headers: Headers, encoding: str, status: str) -> None:
        self.body, self.etag, self.length = body, etag, str(len(body))
        self.headers = [*headers, ("ETag", etag)]
        if encoding:
            self.headers.append(("Content-Encoding", encoding))
        self.hit_head = _write_head(status, [*self.headers, ("Content-Length", self.length), HIT])
        self.unchanged_head = _write_head(_UNCHANGED, [*self.headers, HIT]) if status.startswith("200") else b""
        self.size = len(body) + len(self.hit_head) + len(self.unchanged_head)


class Stored:
    """An answer that any reader with the same key may have. `expires` is a monotonic time, 0 for never."""

    __slots__ = (
        "_encodings",
        "_lock",
        "expires",
        "hits",
        "is_compressible",
        "plain",
        "size",
        "status",
        "status_code",
        "tags",
    )

    def __init__(self, made: Rendered, *, expires: float = 0.0) -> None:
        self.status_code = made.status
        self.status = f"{made.status} {made.reason}"
        self.tags = made.tags
        self.expires = expires
        self.hits = 0
        self.is_compressible = len(made.body) >= _SMALLEST and made.header("content-type").startswith(_COMPRESSED)
        headers = _keep_headers(made, self.is_compressible)
        self.plain = Variant(made.body, _entity_tag(made.body, ""), headers, "", self.status)
        self.size = self.plain.size + _OVERHEAD + 60 * len(made.tags)
        self._encodings: dict[str, Variant] = {}
        self._lock = threading.Lock()

    def is_over(self) -> bool:
        """Whether its time has passed."""
        return bool(self.expires) and time.monotonic() >= self.expires

    def made(self, accepted: str) -> Variant | None:
        """The variant for an Accept-Encoding header, if it is made already."""
        if not self.is_compressible:
            return self.plain
        encoding = choose_encoding(accepted)
        return self._encodings.get(encoding) if encoding else self.plain

    def variant(self, accepted: str) -> tuple[Variant, int]:
        """The variant for an Accept-Encoding header, and by how many bytes the store has grown."""
        encoding = choose_encoding(accepted) if accepted and self.is_compressible else ""
        if not encoding:
            return self.plain, 0
        found = self._encodings.get(encoding)
        return (found, 0) if found else self._encode(encoding)

    def _encode(self, encoding: str) -> tuple[Variant, int]:
        with self._lock:
            if encoding in self._encodings:
                return self._encodings[encoding], 0
            body = _ENCODERS[encoding](self.plain.body)
            headers = [pair for pair in self.plain.headers if pair[0] != "ETag"]
            made = Variant(body, _entity_tag(self.plain.body, f"-{encoding}"), headers, encoding, self.status)
            self._encodings[encoding] = made
            return made, made.size


def _write_head(status: str, headers: Headers) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), ""]
    return "\r\n".join(lines).encode("latin-1")


def _entity_tag(body: bytes, suffix: str) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}{suffix}"'


def _keep_headers(made: Rendered, is_compressible: bool) -> Headers:
    """Headers of Django's answer, and ours: browsers ask again each time, and are told 304 while nothing changed."""
    kept = [pair for pair in made.headers if pair[0].lower() not in _DROPPED]
    control = made.header("cache-control") if "immutable" in made.header("cache-control") else "no-cache"
    vary = ", ".join(["Accept-Encoding"] * is_compressible + ["Cookie"])
    return [*kept, ("Cache-Control", control), ("Vary", vary)]


_ENCODERS: dict[str, Any] = {
    "br": lambda body: brotli.compress(body, quality=6),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}


def choose_encoding(accepted: str) -> str:
    """`br`, `gzip` or '' for an Accept-Encoding header."""
    if ";" not in accepted:
        return "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
    offered = dict(_read_weights(accepted))
    best = max(_ENCODERS, key=lambda name: offered.get(name, 0.0))
    return best if offered.get(best, 0.0) > 0 else ""


def _read_weights(accepted: str) -> Iterable[tuple[str, float]]:
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        _, _, number = weight.partition("q=")
        try:
            yield name.strip(), float(number) if number else 1.0
        except ValueError:
            yield name.strip(), 0.0


def is_unchanged(condition: str, etag: str) -> bool:
    """Whether an If-None-Match header names the entity tag."""
    if condition.strip() == "*":
        return True
    return any(each.strip().removeprefix("W/") == etag for each in condition.split(","))


def send(
    page: Stored, variant: Variant, own: Headers, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer with the variant and the answer's own headers: whole, without its body to HEAD, or that nothing changed."""
    condition = environ.get("HTTP_IF_NONE_MATCH")
    if condition and page.status_code == 200 and is_unchanged(condition, variant.etag):
        start_response(_UNCHANGED, variant.headers + own)
        return []
    start_response(page.status, [*variant.headers, ("Content-Length", variant.length), *own])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [variant.body]


def pass_on(
    application: Application, added: Headers, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    """The application's own answer to the request as it came, with further headers."""

    def start(status: str, headers: Headers, *rest: Any) -> Any:
        return start_response(status, [*headers, *added], *rest)

    return application(environ, start)
