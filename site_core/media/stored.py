"""A stored file: found without following anything out of its store, described and sent as HTTP has it."""

import logging
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zlib import crc32

from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from site_core.uploads import CONTENT_TYPES

from .answers import plain
from .conditions import conditions_of, is_precondition_failed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024
# What a picture or video needs to show itself when opened by its address, and nothing else: no script, no
# frame.
MEDIA_CSP = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
_LONGEST_SEGMENT = 255  # bytes, NAME_MAX
_LONGEST_PATH = 4000  # bytes, below PATH_MAX with room for the root
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")


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
        if is_precondition_failed(environ, self):
            response.close()
            return plain(412)
        try:
            asked = conditions_of(environ, self)
            return response.make_conditional(asked, accept_ranges=True, complete_length=self.size)
        except RequestedRangeNotSatisfiable:
            response.close()
            return plain(416, **{"Content-Range": f"bytes */{self.size}", "Accept-Ranges": "bytes"})


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
