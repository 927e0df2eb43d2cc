"""Reads of checks: what links may lead to."""

from collections.abc import Iterable
from urllib.parse import quote

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from site_core.models import HOME_SLUG, SiteDocument
from site_core.paths import list_reserved


def find_page_states(ids: Iterable[int]) -> dict[int, bool]:
    """Whether each page is public now; pages that do not exist are left out."""
    return dict(Page.objects.filter(pk__in=ids).values_list("pk", "live"))


def list_missing_documents(ids: set[int]) -> set[int]:
    """Those that are not among the site's documents."""
    return ids - set(SiteDocument.objects.filter(pk__in=ids).values_list("pk", flat=True))


def list_missing_paths(paths: set[str]) -> set[str]:
    """Paths of this site at which there is neither a public page, nor a redirect, nor one of the program's own addresses."""
    reserved = set(list_reserved())
    asked = {
        path: f"/{HOME_SLUG}/{path.strip('/')}/".replace("//", "/") for path in paths if not _is_own(path, reserved)
    }
    if not asked:
        return set()
    live = set(Page.objects.live().filter(url_path__in=asked.values()).values_list("url_path", flat=True))
    missing = {path for path, url_path in asked.items() if url_path not in live}
    return missing - _list_redirected(missing) if missing else set()


def _is_own(path: str, reserved: set[str]) -> bool:
    return path.strip("/").partition("/")[0].lower() in reserved or path.endswith("/feed.xml")


def _list_redirected(paths: set[str]) -> set[str]:
    by_old = {Redirect.normalise_path(form): path for path in paths for form in (path, quote(path))}
    found = Redirect.objects.filter(old_path__in=by_old).values_list("old_path", flat=True)
    return {by_old[old] for old in found}
