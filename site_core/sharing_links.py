"""Passing a page on: Weibo by its share page, WeChat by a QR code that is drawn here. No script of theirs is loaded."""

import io
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from tenants.current import root_url

_WEIBO = "https://service.weibo.com/share/share.php"
_LONGEST_PATH = 300
_A_DAY = 24 * 3600


@dataclass(frozen=True)
class ShareLinks:
    """Where a page can be passed on: address for Weibo, path of the picture with the QR code, and the page's own address."""

    weibo: str
    qr: str
    url: str


def share_links(page: Page) -> ShareLinks:
    """The links of a page."""
    url = page.full_url or ""
    weibo = f"{_WEIBO}?{urlencode({'url': url, 'title': page.title})}"
    return ShareLinks(weibo, f"/share/qr.svg?path={quote(page.get_url() or '/')}", url)


@require_safe
@transaction.non_atomic_requests
@cache_control(public=True, max_age=_A_DAY)
def serve_qr(request: HttpRequest) -> HttpResponse:
    """A QR code of an address on this very site; 404 for anything that is no path of ours."""
    path = request.GET.get("path", "")
    if not path.startswith("/") or path.startswith("//") or len(path) > _LONGEST_PATH or not path.isprintable():
        raise Http404
    drawing = io.BytesIO()
    try:
        code = segno.make(root_url() + quote(path, safe="/-_.~%"), error="m")
    except segno.DataOverflowError as error:  # 300 characters of Chinese are 2,700 of an address
        raise Http404 from error
    code.save(drawing, kind="svg", scale=4, border=2)
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
