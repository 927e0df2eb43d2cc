"""Addresses of a site as its mirror knows them: which links lead to one, and which file stands for it.

The file is found by the address alone, by rules that `deploy/nginx-mirror.conf` knows as well: a page is `index.html` in
the folder of its path; parameters are folders below it in the order of their names (`page=2/year=2024`), which no slug can be.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit

from delivery.cache.keys import PageKey, make_environ, read_question

STATIC, MEDIA, DOCUMENTS, CODE = "/static/", "/media/images/", "/documents/", "/share/qr.svg"
_DOCUMENT = re.compile(r"/documents/[1-9][0-9]{0,9}/[^/]+\Z")
_CODE_PATH = re.compile(r"/(?:[\w-]+/)*\Z", re.ASCII)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")
_LONGEST_SEGMENT = 255  # bytes, NAME_MAX
_LONGEST_FILE = 1000  # bytes, far below PATH_MAX with room for the folder


class AddressRefused(ValueError):
    """No file may stand for the address."""


@dataclass(frozen=True)
class Address:
    """A path as people read it (not percent-encoded), and a query in canonical order."""

    path: str
    query: str = ""

    @property
    def text(self) -> str:
        """`path?query`, by which the index knows it."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """As it stands in a request."""
        path = quote(self.path)
        return f"{path}?{self.query}" if self.query else path

    @property
    def is_asset(self) -> bool:
        """Whether it is a file that lies somewhere already: static, or a public picture."""
        return self.path.startswith((STATIC, MEDIA)) or self == ICON


NOT_FOUND = Address("/no-such-page/")
"""Asked for to have the site's page for what does not exist."""
ICON = Address("/favicon.ico")
_OWN_NAMES = {NOT_FOUND: "404.html"}


def parse_address(text: str) -> Address:
    """The address of an index's text."""
    path, _, query = text.partition("?")
    return Address(path, query)


def key_of(address: Address, root_url: str) -> PageKey:
    """What to ask the application, for the site at `root_url`."""
    scheme, _, host = root_url.partition("://")
    return PageKey(scheme, host, address.path.encode().decode("latin-1"), address.query, "")


def read_link(link: str, base: Address, root_url: str) -> Address | None:
    """Where a link on the page `base` leads, if that belongs into the mirror; None for all else."""
    try:
        parts = urlsplit(urljoin(root_url + quote(base.path), link.strip()))
        path = unquote(parts.path or "/", errors="strict")
    except (ValueError, UnicodeDecodeError):
        return None
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != root_url.partition("://")[2]:
        return None
    found = _read_path(path, parts.query, root_url)
    return found if found is not None and find_file(found) else None


def _read_path(path: str, query: str, root_url: str) -> Address | None:
    if path.startswith((STATIC, MEDIA)) or _DOCUMENT.match(path):
        return Address(path)
    if path == CODE:
        named = parse_qs(query).get("path", [""])[0]
        return Address(path, urlencode({"path": named})) if _CODE_PATH.match(named) else None
    question = read_question(make_environ(key_of(Address(path), root_url), query=query))
    if question is None:
        return None
    # One without a slash at its end is answered by the way to the one that has it.
    is_open = not path.endswith("/") and "." not in path.rpartition("/")[2]
    return Address(f"{path}/" if is_open else path, question.key.query)


def find_file(address: Address) -> str | None:
    """Name of the file below the mirror's folder; None where none may stand for the address."""
    try:
        return file_of(address)
    except AddressRefused:
        return None


def file_of(address: Address) -> str:
    """Name of the file below the mirror's folder. Raises AddressRefused for what could leave it or hide in it."""
    if address in _OWN_NAMES:
        return _OWN_NAMES[address]
    segments = address.path.removeprefix("/").split("/")
    if address.path == CODE:
        segments = ["share", "qr", *parse_qs(address.query)["path"][0].strip("/").split("/"), "code.svg"]
        segments = [segment for segment in segments if segment]
    elif segments[-1] == "":
        segments = [*segments[:-1], *filter(None, address.query.split("&")), "index.html"]
    elif address.query:
        raise AddressRefused(address.text)
    _check(segments, address)
    return "/".join(segments)


def _check(segments: list[str], address: Address) -> None:
    sizes = [len(segment.encode(errors="replace")) for segment in segments]
    is_bad = any(segment in ("", "..") or segment.startswith(".") or _UNSAFE.search(segment) for segment in segments)
    # Parameters alone are folders with an equals sign: a path that has one could take their place.
    is_disguised = "=" in address.path and not address.path.startswith((STATIC, MEDIA, DOCUMENTS))
    if is_bad or is_disguised or max(sizes) > _LONGEST_SEGMENT or sum(sizes) + len(sizes) > _LONGEST_FILE:
        raise AddressRefused(address.text[:200])
    if not address.path.startswith("/"):
        raise AddressRefused(address.text[:200])
