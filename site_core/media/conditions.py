"""Conditions and ranges of a request (RFC 9110), where werkzeug 3.1 reads them otherwise."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug.http import is_resource_modified, parse_date, parse_etags, parse_range_header

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ZERO_SUFFIX = re.compile(r"bytes[ \t]*=[ \t]*-0+[ \t]*", re.IGNORECASE)


class Described(Protocol):
    """What the conditions ask of a file: `size` in bytes, `etag` without quotes, `modified` in whole seconds."""

    @property
    def size(self) -> int: ...

    @property
    def etag(self) -> str: ...

    @property
    def modified(self) -> datetime: ...


def is_precondition_failed(environ: "WSGIEnvironment", stored: Described) -> bool:
    """RFC 9110 §13.1.1, §13.1.4. werkzeug 3.1 denies `If-Match: *` and does not know If-Unmodified-Since."""
    if wanted := environ.get("HTTP_IF_MATCH"):
        tags = parse_etags(wanted)
        return not (tags.star_tag or tags.is_strong(stored.etag))
    since = parse_date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))
    return since is not None and stored.modified > since


def conditions_of(environ: "WSGIEnvironment", stored: Described) -> dict[str, Any]:
    """The conditional headers of the request in the form that werkzeug 3.1 answers as RFC 9110 says."""
    names = ("REQUEST_METHOD", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
    asked = {name: environ[name] for name in names if name in environ}
    if _is_range_wanted(environ, asked, stored):
        wanted = _single_range(environ["HTTP_RANGE"], stored.size)
        asked |= {"HTTP_RANGE": wanted} if wanted else {}
    return asked


def _is_range_wanted(environ: "WSGIEnvironment", asked: dict[str, Any], stored: Described) -> bool:
    """By itself werkzeug gives ranges to HEAD (§14.2 has GET only), and 206 where 304 is due (§13.2.2)."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_RANGE" not in environ:
        return False
    if not is_resource_modified(asked, f'"{stored.etag}"', last_modified=stored.modified):
        return False
    return _is_same_for_range(environ.get("HTTP_IF_RANGE"), stored)


def _is_same_for_range(condition: str | None, stored: Described) -> bool:
    """If-Range, §13.1.5: strong tag or exactly this date. werkzeug takes weak tags and any later date."""
    if condition is None:
        return True
    date = parse_date(condition)
    return date == stored.modified if date else condition.strip() == f'"{stored.etag}"'


def _single_range(header: str, size: int) -> str | None:
    """One range of bytes that werkzeug reads rightly, or None for the whole file.

    None for other units and malformed ranges (§14.2; werkzeug says 416), and for several ranges at once: a
    server may answer those in full, and no reader of pictures, audio or PDF needs them. A suffix longer than
    the file is the whole file (§14.1.2; werkzeug says 416), a suffix of nothing is 416.
    """
    if _ZERO_SUFFIX.fullmatch(header):
        return header
    parsed = parse_range_header(header)
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return None
    start = parsed.ranges[0][0]
    return f"bytes={max(0, size + start)}-" if start < 0 else header
