"""Media in front of Django: public renditions by host, protected files on Django's word.

Public: `/media/<folder>/…` comes out of the store of the site that owns the Host header (leaks.md L17).
Protected: Django answers with `X-Accel-Redirect: /protected/<schema>/<path>` and the layer sends that file in
place of the body. Not here: who may read what (Django decides), and how hosts are looked up (`find_site` is
handed in where the layers are composed).
"""

import logging
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote, unquote
from zlib import crc32

from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import is_resource_modified, parse_date, parse_etags, parse_range_header
from werkzeug.security import safe_join
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from site_core.uploads import CONTENT_TYPES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

MEDIA_PREFIX = "/media/"
PROTECTED_PREFIX = "/protected/"
# Wagtail writes renditions to images/. Originals (original_images/) and documents/ are reached through Django
# alone.
PUBLIC_FOLDERS = ("images",)
CHUNK_BYTES = 64 * 1024
# A rendition's name carries the original's name, the filter and the focal point, but no hash of the bytes:
# after a picture is deleted, another one of the same name takes over its address. Hence a day, and never
# `immutable`; the strong ETag makes the check after that day a 304.
PUBLIC_CACHE_CONTROL = "public, max-age=86400"
# What a picture or video needs to show itself when opened by its address, and nothing else: no script, no
# frame.
MEDIA_CSP = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"

_HOST = re.compile(r"([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)\.?(?::[0-9]{1,5})?")
_LONGEST_HOST = 253 + len(".:65535")
_LONGEST_SEGMENT = 255  # bytes, NAME_MAX
_LONGEST_PATH = 4000  # bytes, below PATH_MAX with room for the root
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")
_ZERO_SUFFIX = re.compile(r"bytes[ \t]*=[ \t]*-0+[ \t]*", re.IGNORECASE)
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


@dataclass(frozen=True)
class SiteMedia:
    """A site's store: `root` is `var/media/<schema>`; `is_served` says whether the public may see it."""

    root: Path
    is_served: bool = True

    @property
    def schema(self) -> str:
        """The site's schema, which is the name of its folder."""
        return self.root.name


def protected_path(schema: str, name: str) -> str:
    """`X-Accel-Redirect` for `name`, relative to the store of `schema`, quoted as nginx wants it."""
    return PROTECTED_PREFIX + quote(f"{schema}/{name}")


class MediaLayer:
    """WSGI layer before Django; with `accel_by_server` the header passes, for nginx to act on."""

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        find_site: Callable[[str], SiteMedia | None],
        public_folders: tuple[str, ...] = PUBLIC_FOLDERS,
        accel_by_server: bool = False,
    ) -> None:
        self._app = app
        self._find_site = find_site
        self._public_folders = public_folders
        self._accel_by_server = accel_by_server

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI: public media from here, everything else from the application."""
        path = environ.get("PATH_INFO", "")
        if f"{path}/".startswith(MEDIA_PREFIX):
            return self._public(environ)(environ, start_response)
        if self._accel_by_server:
            return self._app(environ, start_response)
        return self._through_django(environ, start_response)

    def _public(self, environ: "WSGIEnvironment") -> Response:
        site = self._site_of(environ)
        if site is None or not site.is_served:
            return _plain(404)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _plain(405, Allow="GET, HEAD")
        found = self._find_public(site, environ["PATH_INFO"])
        if found is None:
            return _plain(404)
        return found.respond(environ, Headers({"Cache-Control": PUBLIC_CACHE_CONTROL}))

    def _site_of(self, environ: "WSGIEnvironment") -> SiteMedia | None:
        host = find_host(environ)
        return self._find_site(host) if host else None

    def _find_public(self, site: SiteMedia, path_info: str) -> "StoredFile | None":
        try:
            path = path_info.encode("latin-1").decode()  # PEP 3333: the bytes of the path, dressed as latin-1
        except UnicodeError:
            return None
        name = path.removeprefix(MEDIA_PREFIX)
        return find_file(site.root, name) if name.partition("/")[0] in self._public_folders else None

    def _through_django(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        word = _DjangosWord(start_response)
        body = self._app(environ, word)
        if not word.is_spoken:
            body = _started(body)
        if word.headers is None:
            return body
        if close := getattr(body, "close", None):
            close()  # ends the request in Django, and frees its database connection before the long part
        return self._protected(environ, word.headers)(environ, start_response)

    def _protected(self, environ: "WSGIEnvironment", headers: Headers) -> Response:
        target = headers["X-Accel-Redirect"]
        site = self._site_of(environ)
        schema, path = _parse_target(target)
        if site is None or schema != site.schema:
            logger.error("X-Accel-Redirect to %r refused on host %r", target, environ.get("HTTP_HOST"))
            return _plain(404)
        found = find_file(site.root, path)
        if found is None:
            logger.error("X-Accel-Redirect to %r: no such file", target)
            return _plain(404)
        return found.respond(environ, _kept_headers(headers))


def find_host(environ: "WSGIEnvironment") -> str | None:
    """The request's host in lower case, without port and trailing dot; None if missing or malformed."""
    header = environ.get("HTTP_HOST", "")
    match = _HOST.fullmatch(header) if len(header) <= _LONGEST_HOST else None
    return match[1].lower() if match else None


def find_file(root: Path, path: str) -> "StoredFile | None":
    """The regular file at `path` under `root`, opened; None if there is none that may be sent.

    No link below `root` is followed, wherever it leads: nothing in a store needs one. Hidden files do not
    exist.
    """
    top = os.path.realpath(root)
    joined = safe_join(top, path) if _is_plain(path) else None
    if joined is None or os.path.realpath(joined) != joined:
        return None
    try:
        # NONBLOCK: a pipe by that name must not hold the worker until someone writes to it.
        descriptor = os.open(joined, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        logger.exception("stored file cannot be opened")
        return None
    return StoredFile.take(descriptor, path)


def _is_plain(path: str) -> bool:
    segments = path.split("/")
    return (
        not _UNSAFE.search(path)
        and len(path.encode(errors="replace")) <= _LONGEST_PATH
        and not any(part == "" or part.startswith(".") for part in segments)
        and all(len(part.encode(errors="replace")) <= _LONGEST_SEGMENT for part in segments)
    )


@dataclass(frozen=True)
class StoredFile:
    """An open regular file with what HTTP says of it; whoever holds it sends or closes it."""

    file: BinaryIO
    name: str
    size: int
    mtime_ns: int

    @classmethod
    def take(cls, descriptor: int, path: str) -> "StoredFile | None":
        """Take over `descriptor`; None, and closed, where it is no regular file."""
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            return None
        return cls(os.fdopen(descriptor, "rb", buffering=0), path, status.st_size, status.st_mtime_ns)

    @property
    def etag(self) -> str:
        """Strong: any rewrite changes size or time, and equal files under two names stay apart."""
        return f"{self.size:x}-{self.mtime_ns:x}-{crc32(self.name.encode()):x}"

    @property
    def modified(self) -> datetime:
        """In whole seconds, as HTTP has them."""
        return datetime.fromtimestamp(self.mtime_ns // 1_000_000_000, UTC)

    def respond(self, environ: "WSGIEnvironment", headers: Headers) -> Response:
        """200, 206, 304, 412 or 416 with `headers`; the file is closed with the response."""
        extension = self.name.rpartition(".")[2].lower()
        headers.setdefault("Content-Type", CONTENT_TYPES.get(extension, "application/octet-stream"))
        headers.setdefault("Content-Security-Policy", MEDIA_CSP)
        headers["X-Content-Type-Options"] = "nosniff"
        response = Response(FileChunks(self.file, self.size), headers=headers, direct_passthrough=True)
        response.content_length = self.size
        response.set_etag(self.etag)
        response.last_modified = self.modified
        return self._conditional(environ, response)

    def _conditional(self, environ: "WSGIEnvironment", response: Response) -> Response:
        if _is_precondition_failed(environ, self):
            response.close()
            return _plain(412)
        try:
            asked = _asked(environ, self)
            return response.make_conditional(asked, accept_ranges=True, complete_length=self.size)
        except RequestedRangeNotSatisfiable:
            response.close()
            return _plain(416, **{"Content-Range": f"bytes */{self.size}", "Accept-Ranges": "bytes"})


class FileChunks:
    """The first `size` bytes of an open file in pieces of at most CHUNK_BYTES; seekable, for ranges.

    In place of the server's `wsgi.file_wrapper`, whose kinds differ in seeking, and which would run past the
    announced length if the file grew meanwhile.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._file.read(min(CHUNK_BYTES, max(0, self._size - self._file.tell())))
        if not piece:
            raise StopIteration
        return piece

    def seekable(self) -> bool:
        """Yes: what werkzeug asks before it seeks for a range."""
        return True

    def seek(self, offset: int) -> int:
        """Go to `offset` bytes from the start."""
        return self._file.seek(offset)

    def tell(self) -> int:
        """Bytes from the start."""
        return self._file.tell()

    def close(self) -> None:
        """Close the file; the server calls it at the end and when the reader goes away."""
        self._file.close()


def _is_precondition_failed(environ: "WSGIEnvironment", stored: StoredFile) -> bool:
    """RFC 9110 §13.1.1, §13.1.4. werkzeug 3.1 denies `If-Match: *` and does not know If-Unmodified-Since."""
    if wanted := environ.get("HTTP_IF_MATCH"):
        tags = parse_etags(wanted)
        return not (tags.star_tag or tags.is_strong(stored.etag))
    since = parse_date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))
    return since is not None and stored.modified > since


def _asked(environ: "WSGIEnvironment", stored: StoredFile) -> dict[str, Any]:
    """The conditional headers of the request in the form that werkzeug 3.1 answers as RFC 9110 says."""
    names = ("REQUEST_METHOD", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
    asked = {name: environ[name] for name in names if name in environ}
    if _is_range_wanted(environ, asked, stored):
        wanted = _single_range(environ["HTTP_RANGE"], stored.size)
        asked |= {"HTTP_RANGE": wanted} if wanted else {}
    return asked


def _is_range_wanted(environ: "WSGIEnvironment", asked: dict[str, Any], stored: StoredFile) -> bool:
    """By itself werkzeug gives ranges to HEAD (§14.2 has GET only), and 206 where 304 is due (§13.2.2)."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_RANGE" not in environ:
        return False
    if not is_resource_modified(asked, f'"{stored.etag}"', last_modified=stored.modified):
        return False
    return _is_same_for_range(environ.get("HTTP_IF_RANGE"), stored)


def _is_same_for_range(condition: str | None, stored: StoredFile) -> bool:
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


class _DjangosWord:
    """A `start_response` that keeps back a 200 with `X-Accel-Redirect`, and lets everything else pass."""

    def __init__(self, start_response: "StartResponse") -> None:
        self._start_response = start_response
        self.is_spoken = False
        self.headers: Headers | None = None

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        self.is_spoken = True
        said = Headers(headers)
        if "X-Accel-Redirect" not in said:
            self.headers = None
            return (
                self._start_response(status, headers, exc_info)
                if exc_info
                else self._start_response(status, headers)
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


def _started(body: Iterable[bytes]) -> Iterable[bytes]:
    """`body` driven up to its first piece, since PEP 3333 lets an application speak as late as that."""
    pieces = iter(body)
    first = next(pieces, b"")
    close = getattr(body, "close", None)
    return ClosingIterator(chain((first,), pieces), [close] if close else None)


def _parse_target(target: str) -> tuple[str, str]:
    """(schema, path) of an `X-Accel-Redirect`; empty strings for one that nginx would read otherwise."""
    try:
        plain = unquote(target, errors="strict")
    except UnicodeDecodeError:
        return "", ""
    if not plain.startswith(PROTECTED_PREFIX) or "?" in target or "#" in target or not target.isascii():
        return "", ""
    schema, _, path = plain.removeprefix(PROTECTED_PREFIX).partition("/")
    return schema, path


def _kept_headers(headers: Headers) -> Headers:
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


_REASONS = {
    404: "未找到",
    405: "不支持这种请求方式",
    412: "文件已有变化",
    416: "请求的范围超出文件",
}


def _plain(status: int, **headers: str) -> Response:
    """An error in one line that names no site; not for caches, since a 404 may soon be a picture."""
    response = Response(f"{status} {_REASONS[status]}\n", status, mimetype="text/plain")
    response.headers.extend({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} | headers)
    return response
