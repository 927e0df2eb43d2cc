"""The mirror as one WARC 1.1 file, as libraries and archives keep websites."""

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from delivery.mirror.addresses import NOT_FOUND, parse_address
from delivery.mirror.folder import MirrorFolder
from delivery.mirror.index import Entry, MirrorIndex
from tenants.models import Organisation

_REASONS = {200: "OK", 301: "Moved Permanently"}
_SOFTWARE = "judicial-site-cluster mirror"


@dataclass(frozen=True)
class Archive:
    """A WARC file: responses in it, bytes, and the SHA-256 of the file in hexadecimal."""

    responses: int
    size: int
    sha256: str


def write_warc(site: Organisation, folder: MirrorFolder, path: Path) -> Archive:
    """All that the mirror holds, at its real addresses; the file takes its place when it is whole. Raises OSError."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with folder.lock(), MirrorIndex(folder.index_path) as index, fresh.open("wb") as file:
            count = _WarcFile(file, index.fact("root_url")).write(site, folder, index)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    with path.open("rb") as file:
        return Archive(count, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


class _WarcFile:
    def __init__(self, file: BinaryIO, root_url: str) -> None:
        self._writer, self._root_url = WARCWriter(file, gzip=True, warc_version="1.1"), root_url

    def write(self, site: Organisation, folder: MirrorFolder, index: MirrorIndex) -> int:
        """What it is about, then every address; returns how many."""
        host = self._root_url.partition("://")[2]
        facts = {"software": _SOFTWARE, "format": "WARC File Format 1.1", "isPartOf": host, "description": site.name}
        self._writer.write_record(self._writer.create_warcinfo_record(f"{host.partition(':')[0]}.warc.gz", facts))
        count = 0
        for entry, headers, at in index.list_written():
            if entry.address != NOT_FOUND.text:
                self._write_response(folder, entry, headers, at)
                count += 1
        return count

    def _write_response(
        self, folder: MirrorFolder, entry: Entry, headers: tuple[tuple[str, str], ...], at: datetime
    ) -> None:
        path = folder.root / entry.file
        # What stands in a redirect's file is the mirror's own; the site answered without a body.
        is_redirect = entry.status == 301
        size = 0 if is_redirect else path.stat().st_size
        http = StatusAndHeaders(
            f"{entry.status} {_REASONS.get(entry.status, '')}".strip(),
            [*headers, ("Content-Length", str(size))],
            protocol="HTTP/1.1",
        )
        with _open(path, is_empty=is_redirect) as payload:
            record = self._writer.create_warc_record(
                self._root_url + parse_address(entry.address).url,
                "response",
                payload=payload,
                length=size,
                http_headers=http,
                warc_headers_dict={"WARC-Date": _moment(at)},
            )
            self._writer.write_record(record)


def _open(path: Path, *, is_empty: bool) -> Any:
    return io.BytesIO() if is_empty else path.open("rb")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
