"""What a beacon says, and which beacons are refused. Nothing here asks the database."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from site_core.media.addresses import find_host

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST = 2048
_LONGEST_PATH = 1024
_LONGEST_AGENT = 256
_FORM = "application/x-www-form-urlencoded"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BeaconRefused(Exception):
    """A request that is no beacon of a page of ours; with the status to answer with."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Beacon:
    """A page that was opened: host in lower case, path without query, browser; who does not wish to be recognised is anonymous."""

    host: str
    path: str
    user_agent: str
    is_anonymous: bool
    is_early: bool
    """Fetched before anybody looks at it."""


def read_beacon(environ: "WSGIEnvironment") -> Beacon:
    """The beacon of the request. Raises BeaconRefused: 400, 403, 405, 411, 413 or 415."""
    if environ["REQUEST_METHOD"] != "POST":
        raise BeaconRefused(405, "method")
    host = find_host(environ)
    if host is None or not _is_from_own_page(environ, host):
        raise BeaconRefused(403, "origin")
    fields = _read_fields(environ)
    return Beacon(
        host=host,
        path=_read_path(fields.get("path", [""])[0]),
        user_agent=environ.get("HTTP_USER_AGENT", "")[:_LONGEST_AGENT],
        is_anonymous="anonymous" in fields or "1" in (environ.get("HTTP_SEC_GPC"), environ.get("HTTP_DNT")),
        is_early="prefetch" in environ.get("HTTP_SEC_PURPOSE", ""),
    )


def _is_from_own_page(environ: "WSGIEnvironment", host: str) -> bool:
    """By what browsers say of where a request comes from. Ports may differ: a proxy in front does not pass them on."""
    site = environ.get("HTTP_SEC_FETCH_SITE", "")
    origin = environ.get("HTTP_ORIGIN", "")
    if site not in ("", "same-origin"):
        return False
    if not origin:
        return bool(site)
    try:
        return (urlsplit(origin).hostname or "") == host
    except ValueError:
        return False


def _read_fields(environ: "WSGIEnvironment") -> dict[str, list[str]]:
    try:
        return parse_qs(_read_body(environ), max_num_fields=4)
    except ValueError as error:  # not in ASCII, or too many fields
        raise BeaconRefused(400, "form") from error


def _read_body(environ: "WSGIEnvironment") -> str:
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != _FORM:
        raise BeaconRefused(415, "content type")
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise BeaconRefused(411, "length")
    if len(length) > len(str(LARGEST)) or int(length) > LARGEST:
        raise BeaconRefused(413, "size")
    return str(environ["wsgi.input"].read(int(length)).decode("ascii"))


def _read_path(sent: str) -> str:
    """The path as Django knows it, without query and fragment."""
    path = re.split("[?#]", sent, maxsplit=1)[0]
    try:
        path = unquote(path, errors="strict")
    except UnicodeDecodeError as error:
        raise BeaconRefused(400, "path") from error
    if not path.startswith("/") or len(path) > _LONGEST_PATH or _CONTROL.search(path):
        raise BeaconRefused(400, "path")
    return path
