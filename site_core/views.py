"""Public pages of a site."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve as wagtail_serve
from wagtail.wagtail_hooks import check_view_restrictions

from site_core import privacy, reading
from site_core.models import HOME_SLUG
from tenants.current import current_site


# Readers change nothing: no transaction around their pages.
@transaction.non_atomic_requests
def serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """The page at the path, found by its address in one query; what is routed in another way goes Wagtail's way."""
    page = _find_page(path)
    if page is None:
        return wagtail_serve(request, path)
    reading.record(f"page:{current_site().schema_name}:{page.pk}")
    with privacy.read_once():
        return _render_now(_chain_of_hooks(page)(page, request, [], {}))


def _render_now(response: HttpResponseBase) -> HttpResponseBase:
    """Render within the block in which what was read is kept."""
    render = getattr(response, "render", None)
    return render() if render and not getattr(response, "is_rendered", True) else response


def _find_page(path: str) -> Page | None:
    tail = path.strip("/")
    url_path = f"/{HOME_SLUG}/{tail}/" if tail else f"/{HOME_SLUG}/"
    # By slug too, which has an index; the path alone has none in Wagtail.
    slug = url_path.rstrip("/").rpartition("/")[2]
    page = Page.objects.live().filter(slug=slug, url_path=url_path).first()
    if page is None or (path and not path.endswith("/")):
        return None
    specific = page.specific
    return None if _routes_itself(specific) else specific


def _routes_itself(page: Page) -> bool:
    return type(page).route is not Page.route


def _serve(page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> HttpResponse:
    return page.serve(request, *args, **kwargs)


def _chain_of_hooks(page: Page) -> Any:
    callback: Any = _serve
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        # Wagtail's check of privacy costs two queries; it runs where there is a restriction that covers the page.
        if hook is not check_view_restrictions or privacy.is_restricted(page):
            callback = hook(callback)
    return callback
