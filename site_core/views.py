"""Public pages of a site."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from wagtail import hooks
from wagtail.models import Page, Site
from wagtail.views import serve as wagtail_serve

from site_core import reading
from tenants.current import current_site


# Readers change nothing: no transaction around their pages.
@transaction.non_atomic_requests
def serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """The page at the path, found by its address in one query; what is routed in another way goes Wagtail's way."""
    page = _find_page(request, path)
    if page is None:
        return wagtail_serve(request, path)
    reading.record(f"page:{current_site().schema_name}:{page.pk}")
    callback = _chain_of_hooks()
    response = callback(page, request, [], {})
    if not isinstance(response, HttpResponseBase):
        raise Http404
    return response


def _find_page(request: HttpRequest, path: str) -> Page | None:
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    root = site.root_page
    tail = path.strip("/")
    url_path = f"{root.url_path}{tail}/" if tail else root.url_path
    page = Page.objects.live().filter(url_path=url_path).first()
    if page is None or (path and not path.endswith("/")):
        return None
    specific = page.specific
    return None if _routes_itself(specific) else specific


def _routes_itself(page: Page) -> bool:
    return type(page).route is not Page.route


def _serve(page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> HttpResponse:
    return page.serve(request, *args, **kwargs)


def _chain_of_hooks() -> Any:
    callback: Any = _serve
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        callback = hook(callback)
    return callback
