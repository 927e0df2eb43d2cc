"""Pages that only the mirror has: that search and forms are away, and where a moved page stands now."""

from datetime import datetime

from django.core.handlers.wsgi import WSGIRequest
from django.template.loader import render_to_string
from django.utils.html import escape

from delivery.cache.keys import make_environ
from delivery.mirror.addresses import Address, key_of
from delivery.mirror.sources import SiteSource
from tenants.current import enter_site

AWAY = "away.html"
SEARCH = "search/index.html"

_MOVED = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>页面已移动</title><link rel="canonical" href="{url}"><meta http-equiv="refresh" content="0; url={url}">
<p>页面已移动到：<a href="{url}">{url}</a></p></html>
"""


def render_away(source: SiteSource, *, as_of: datetime) -> bytes:
    """The site's own dress, what the copy cannot do, how old it is, and whom to call."""
    with enter_site(source.site) as site:
        request = WSGIRequest(make_environ(key_of(Address("/search/"), source.root_url)))
        request.tenant = site  # type: ignore[attr-defined] # the name that django-tenants gives it
        return render_to_string("delivery/away.html", {"as_of": as_of}, request=request).encode()


def make_redirect(url: str) -> bytes | None:
    """A page that leads on by itself; None for an address that is none of a page."""
    if not url.startswith(("/", "http://", "https://")) or not url.isprintable():
        return None
    return _MOVED.format(url=escape(url)).encode()
