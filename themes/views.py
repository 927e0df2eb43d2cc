"""Style sheets and artwork: the same on every site, kept by browsers for ever."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from themes.art import PIECES, draw
from themes.palettes import CUSTOM, Palette
from themes.registry import Theme, find_palette, find_theme
from themes.selectors import find_site_look
from themes.stylesheets import compose

_FOR_EVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"  # an address of an older content: right, but not to be kept


@require_safe
@transaction.non_atomic_requests
def serve_style(request: HttpRequest, digest: str, theme: str, palette: str) -> HttpResponse:
    """The style sheet, compressed as the reader's browser accepts it. 404 for a look that does not exist."""
    sheet = compose(*_find(request, theme, palette))
    accepted = request.headers.get("Accept-Encoding", "")
    for coding, body in (("br", sheet.brotlied), ("gzip", sheet.gzipped)):
        if coding in accepted:
            response = HttpResponse(body, content_type="text/css; charset=utf-8")
            response["Content-Encoding"] = coding
            break
    else:
        response = HttpResponse(sheet.text, content_type="text/css; charset=utf-8")
    response["Vary"] = "Accept-Encoding"
    return _keep(response, is_current=digest == sheet.digest)


@require_safe
@transaction.non_atomic_requests
def serve_art(request: HttpRequest, digest: str, theme: str, palette: str, piece: str) -> HttpResponse:
    """A piece of drawn artwork as SVG."""
    found = _find(request, theme, palette)
    if piece not in PIECES:
        raise Http404
    response = HttpResponse(draw(piece, found[1]), content_type="image/svg+xml")
    return _keep(response, is_current=digest == compose(*found).digest)


def _find(request: HttpRequest, theme_name: str, palette_key: str) -> tuple[Theme, Palette]:
    theme = find_theme(theme_name)
    palette = find_palette(theme, palette_key) if theme else None
    if theme is None or palette is None or not _may_be_asked_for(request, palette_key):
        raise Http404
    return theme, palette


def _may_be_asked_for(request: HttpRequest, palette_key: str) -> bool:
    """A colour of somebody's own is composed for the site that chose it, and for who is choosing: not for whoever asks."""
    if not palette_key.startswith(CUSTOM):
        return True
    chosen = find_site_look()
    return bool(chosen and chosen.palette_key == palette_key) or request.user.has_perm("themes.change_sitelook")


def _keep(response: HttpResponse, *, is_current: bool) -> HttpResponse:
    response["Cache-Control"] = _FOR_EVER if is_current else _AN_HOUR
    return response
