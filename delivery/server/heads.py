"""Reads the heads of plain requests: what the door can answer at once. Anything else is left to the server's own parser.

It takes a part of HTTP alone: one whole request of origin form, without a body, in ASCII, each field that counts once. So
nothing is taken here that the parser would understand in another way (RFC 9112, section 11.2: request smuggling).
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from delivery.cache.keys import Environ, Question, read_question

LONGEST_HEAD = 4096
_REMEMBERED = 1024
"""Heads that are read once: browsers ask for pictures, robots and checks for pages, with the same words again and again."""
_HEAD = re.compile(rb"(GET|HEAD) (/(?!/)[!\"$-~]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+:[\t -~]*\r\n)+)\r\n")
_FIELD = re.compile(rb"([A-Za-z0-9-]+):([\t -~]*)\r\n")
_READ = {
    b"host": "HTTP_HOST",
    b"cookie": "HTTP_COOKIE",
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"x-request-id": "HTTP_X_REQUEST_ID",
    b"x-forwarded-proto": "HTTP_X_FORWARDED_PROTO",
}
_REFUSED = frozenset(
    (b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer", b"range", b"authorization")
)
_KEEPS = b"keep-alive"


class Asked(NamedTuple):
    """A plain request: what it is for, and what its answer depends on beside the page."""

    question: Question
    is_head: bool
    accepts: str
    condition: str
    request_id: str


@lru_cache(_REMEMBERED)
def read_head(data: bytes, address: str) -> Asked | None:
    """The request that these bytes are, all of them and nothing more; None for what the door leaves alone.

    `address` is the peer's, which decides whether it is trusted to say what scheme its reader used.
    """
    found = _HEAD.fullmatch(data) if len(data) <= LONGEST_HEAD else None
    if found is None:
        return None
    method, target, fields = found.groups()
    environ = _read_target(target)
    if environ is None or not _read_fields(fields, environ):
        return None
    environ |= {"REQUEST_METHOD": method.decode(), "REMOTE_ADDR": address, "wsgi.url_scheme": "http"}
    question = read_question(environ)
    if question is None:
        return None
    read = [environ.get(name, "") for name in ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_X_REQUEST_ID")]
    return Asked(question, method == b"HEAD", *read)


def _read_target(target: bytes) -> Environ | None:
    """Path and query as WSGI has them; None for a path that is no text."""
    path, _, query = target.partition(b"?")
    if b"%" in path:
        path = unquote_to_bytes(path)
        try:
            path.decode()
        except UnicodeDecodeError:
            return None
    return {"PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query.decode()}


def _read_fields(fields: bytes, environ: Environ) -> bool:
    """Put the fields that count into the environ; whether the request is a plain one."""
    for written, value in _FIELD.findall(fields):
        name = written.lower()
        key = _READ.get(name)
        if key is not None:
            if key in environ:
                return False
            environ[key] = value.strip(b" \t").decode()
        elif name in _REFUSED or (name == b"connection" and value.strip(b" \t").lower() != _KEEPS):
            return False
    return "HTTP_HOST" in environ
