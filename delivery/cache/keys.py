"""What a stored page is known by. A page is made from its key alone, so nothing else a reader sends can get into it."""

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from site_core.paths import list_personal
from site_core.reader import COOKIE as READER_COOKIE
from site_core.reader import is_choice, read_cookie

Environ = dict[str, Any]

_NEVER = (
    *("/admin/", "/api/", "/account", "/search/", "/leave/", "/share/", "/documents/", "/media/", "/static/"),
    *("/_util/", "/invitation/", "/healthz", "/visit/"),
)
_PARAMETERS = {
    "page": re.compile(r"[1-9][0-9]{0,4}\Z"),
    "year": re.compile(r"[12][0-9]{3}\Z"),
    "validity": re.compile(r"\w{1,8}\Z"),
    "topic": re.compile(r"\w{1,20}\Z"),
    "speciality": re.compile(r"\w{1,20}\Z"),
    "kind": re.compile(r"[a-z_]{1,30}\Z"),
    "region": re.compile(r"[0-9]{1,12}\Z"),
    "scope": re.compile(r"all\Z"),
}
"""Parameters that lists know. A list that is searched for words (`q`) is another one for every reader: it is not kept."""
_PERSONAL = frozenset({settings.SESSION_COOKIE_NAME, "messages"})
_SEARCHED = "q"
LONGEST_PATH = 500
LONGEST_QUERY = 300


class PageKey(NamedTuple):
    """Scheme, host with port, path as WSGI has it, canonical query, and the reader's settings as in the cookie."""

    scheme: str
    host: str
    path: str
    query: str
    reader: str


class Question(NamedTuple):
    """A request as the cache sees it; `has_strange` says that the query holds parameters that no page knows."""

    key: PageKey
    has_strange: bool


@cache
def never_kept() -> tuple[str, ...]:
    """Beginnings of the paths that the cache has nothing to do with: the system's own, and what apps declared personal."""
    return (*_NEVER, *list_personal())


def read_question(environ: Environ) -> Question | None:
    """What the request asks for; None for what the cache has nothing to do with."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    path = environ["PATH_INFO"]
    if path.startswith(never_kept()) or len(path) > LONGEST_PATH:
        return None
    reader = ""
    if "HTTP_COOKIE" in environ:
        cookies = _read_cookies(environ["HTTP_COOKIE"])
        if not _PERSONAL.isdisjoint(cookies):
            return None
        reader = _read_reader(cookies.get(READER_COOKIE, ""))
    query, has_strange = "", False
    if environ["QUERY_STRING"]:
        canonical = _read_query(environ["QUERY_STRING"])
        if canonical is None:
            return None
        query, has_strange = canonical
    host = environ.get("HTTP_HOST", "").lower()
    return Question(PageKey(scheme_of(environ), host, path, query, reader), has_strange)


@lru_cache(256)
def _read_reader(cookie: str) -> str:
    """The reader's settings as they stand in a key: there are some dozens, and reading them costs more than all the rest."""
    return read_cookie(cookie).to_cookie()


def scheme_of(environ: Environ) -> str:
    """Scheme of the request, as the proxies that we trust saw it."""
    proxies = settings.ALLOWED_PROXIES
    if proxies and environ.get("REMOTE_ADDR", "") in proxies:
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "")
        if forwarded in ("http", "https"):
            return str(forwarded)
    return str(environ["wsgi.url_scheme"])


def _read_cookies(text: str) -> dict[str, str]:
    """Names and values as Django reads them."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, sign, value in pairs if sign}


def _read_query(text: str) -> tuple[str, bool] | None:
    """The known parameters in one order, the last of each, and whether there were others; None where readers choose or search."""
    if len(text) > LONGEST_QUERY:
        return "", True
    pairs = parse_qsl(text, keep_blank_values=True)
    names = {name for name, _ in pairs}
    if _SEARCHED in names or any(map(is_choice, names)):
        return None
    last = dict(pairs)
    known = {name: value for name, value in last.items() if name in _PARAMETERS and _PARAMETERS[name].match(value)}
    strange = len(known) < len(last)
    return urlencode(sorted(known.items())), strange


def make_environ(key: PageKey, *, query: str | None = None, request_id: str = "") -> Environ:
    """A request for just what the key says: no header, cookie or address of whoever asked first."""
    import io
    import sys

    host, _, port = key.host.partition(":")
    environ: Environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": key.path,
        "QUERY_STRING": key.query if query is None else query,
        "SERVER_NAME": host,
        "SERVER_PORT": port or ("443" if key.scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": key.host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": key.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if key.reader:
        environ["HTTP_COOKIE"] = f"{READER_COOKIE}={key.reader}"
    if request_id:
        environ["HTTP_X_REQUEST_ID"] = request_id
    return environ
