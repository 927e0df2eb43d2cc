"""Where the bytes of an address come from: a page from Django, in this process; a file from where it lies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection
from django.templatetags.static import static
from werkzeug.security import safe_join

from delivery.cache.rendering import Rendered, render
from delivery.mirror.addresses import ICON, MEDIA, STATIC, Address, key_of
from site_core.media.addresses import parse_target
from site_core.media.stored import find_file
from tenants.current import leave_site, root_url
from tenants.models import Organisation
from tenants.storage import media_root_of


class _Django:
    """Django without page cache, files or server, and without the end of a request that closes the caller's connection."""

    def __init__(self) -> None:
        self._handler = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One request."""
        if not connection.in_atomic_block:
            close_old_connections()  # what a server does between requests: a run of hours outlives any connection
        response = self._handler.get_response(self._handler.request_class(environ))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [b"".join(response)]


@cache
def _application() -> Any:
    return _Django()


@dataclass(frozen=True)
class SiteSource:
    """One site's pages and files, as a stranger may see them."""

    site: Organisation
    root_url: str

    @classmethod
    def of(cls, site: Organisation) -> "SiteSource":
        """The source of a site."""
        return cls(site, root_url(site))

    def ask(self, address: Address) -> Rendered:
        """The page, as it is now. The current site is afterwards what it was before."""
        with leave_site():
            return render(_application(), key_of(address, self.root_url))

    def find_asset(self, address: Address) -> Path | None:
        """Where a static file or a public picture of this site lies; None where there is none."""
        if address.path.startswith(MEDIA):
            return self._find_media(address.path.removeprefix(settings.MEDIA_URL))
        path = static("site_core/favicon.svg") if address == ICON else address.path
        return _find_static(path.removeprefix(STATIC))

    def find_handed_over(self, made: Rendered) -> Path | None:
        """The file that Django's answer hands over to the server; None for none, and for another site's."""
        schema, name = parse_target(made.header("x-accel-redirect"))
        return self._find_media(name) if schema == self.site.schema_name else None

    def _find_media(self, name: str) -> Path | None:
        root = media_root_of(self.site.schema_name)
        found = find_file(root, name)
        if found is None:
            return None
        found.file.close()
        return root / name


def _find_static(name: str) -> Path | None:
    collected = safe_join(settings.STATIC_ROOT, name)
    if collected and Path(collected).is_file():
        return Path(collected)
    found = finders.find(name) if safe_join("/", name) else None
    return Path(found) if found else None
