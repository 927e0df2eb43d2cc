"""How a reader wants pages: elder mode, size of type, contrast, traditional characters. The server writes it, in a cookie.

《互联网网站适老化通用设计规范》 wants this without any help of the browser or of a script: each choice is a link
(`?elder=1`, `?size=large`, `?contrast=dark`, `?script=hant`) that is answered with the same page in the new dress.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers

COOKIE = "reader"
_A_YEAR = 365 * 24 * 3600
# What may be chosen, and what is kept of it: '' is the usual.
_CHOICES = {
    "elder": {"1": "1", "0": ""},
    "size": {"large": "large", "huge": "huge", "normal": ""},
    "contrast": {"dark": "dark", "blue": "blue", "normal": ""},
    "script": {"hant": "hant", "hans": ""},
}
_NOT_PUBLIC = ("/admin/", "/api/", "/media/", "/static/", "/theme/", "/documents/", "/healthz", "/account/", "/_util/")


@dataclass(frozen=True)
class ReaderSettings:
    """What the reader chose; '' for the usual."""

    elder: str = ""
    size: str = ""
    contrast: str = ""
    script: str = ""

    @property
    def is_usual(self) -> bool:
        """Whether nothing was chosen."""
        return self == USUAL

    def to_cookie(self) -> str:
        """`elder.large.dark.hant`, shortened at its end."""
        return ".".join([*asdict(self).values()]).rstrip(".")


USUAL = ReaderSettings()


def read_cookie(text: str) -> ReaderSettings:
    """The settings of a cookie; what is not known counts as not chosen."""
    values = dict(zip(_CHOICES, text.split("."), strict=False))
    known = {name: value for name, value in values.items() if value in _CHOICES[name].values()}
    return ReaderSettings(**known)


def choose(settings: ReaderSettings, query: Mapping[str, str]) -> ReaderSettings:
    """The settings after what the query asks for."""
    asked = {name: options[value] for name, options in _CHOICES.items() if (value := query.get(name, "")) in options}
    return replace(settings, **asked)


def is_choice(name: str) -> bool:
    """Whether a parameter of this name is a choice of the reader's."""
    return name in _CHOICES


def is_public(path: str) -> bool:
    """Whether readers' settings apply at the path."""
    return not path.startswith(_NOT_PUBLIC)


class ReaderMiddleware:
    """Sets `request.reader`; answers a choice with a cookie and the same address without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page in the reader's dress, or the way to it."""
        if not is_public(request.path):
            request.reader = USUAL  # type: ignore[attr-defined] # read by views and templates
            return self.get_response(request)
        settings = read_cookie(request.COOKIES.get(COOKIE, ""))
        request.reader = settings  # type: ignore[attr-defined] # as above
        if request.method in {"GET", "HEAD"} and any(map(is_choice, request.GET)):
            return _redirect(request, choose(settings, request.GET))
        response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        return response


def _redirect(request: HttpRequest, settings: ReaderSettings) -> HttpResponse:
    rest = [(name, value) for name, values in request.GET.lists() if not is_choice(name) for value in values]
    # A path of two slashes would lead to another host.
    path = "/" + request.path.lstrip("/")
    response = HttpResponseRedirect(f"{path}?{urlencode(rest)}" if rest else path)
    response["Cache-Control"] = "no-store"
    if settings.is_usual:
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        secure = request.is_secure()
        response.set_cookie(COOKIE, settings.to_cookie(), max_age=_A_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response
