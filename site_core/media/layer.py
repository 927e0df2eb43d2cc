"""The layer itself: which requests it answers, and from whose store."""

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from .addresses import SiteMedia, find_host, parse_target
from .answers import plain
from .stored import StoredFile, find_file
from .word import DjangosWord, kept_headers, started

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

MEDIA_PREFIX = "/media/"
# Wagtail writes renditions to images/. Originals (original_images/) and documents/ are reached through Django
# alone.
PUBLIC_FOLDERS = ("images",)
# A rendition's name carries the original's name, the filter and the focal point, but no hash of the bytes:
# after a picture is deleted, another one of the same name takes over its address. Hence a day, and never
# `immutable`; the strong ETag makes the check after that day a 304.
PUBLIC_CACHE_CONTROL = "public, max-age=86400"


class MediaLayer:
    """WSGI layer before Django; with `accel_by_server` the header passes, for nginx to act on."""

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        find_site: Callable[[str], SiteMedia | None],
        public_folders: tuple[str, ...] = PUBLIC_FOLDERS,
        accel_by_server: bool = False,
    ) -> None:
        self._app = app
        self._find_site = find_site
        self._public_folders = public_folders
        self._accel_by_server = accel_by_server

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI: public media from here, everything else from the application."""
        path = environ.get("PATH_INFO", "")
        if f"{path}/".startswith(MEDIA_PREFIX):
            return self._public(environ)(environ, start_response)
        if self._accel_by_server:
            return self._app(environ, start_response)
        return self._through_django(environ, start_response)

    def _public(self, environ: "WSGIEnvironment") -> Response:
        site = self._site_of(environ)
        if site is None or not site.is_served:
            return plain(404)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return plain(405, Allow="GET, HEAD")
        found = self._find_public(site, environ["PATH_INFO"])
        if found is None:
            return plain(404)
        return found.respond(environ, Headers({"Cache-Control": PUBLIC_CACHE_CONTROL}))

    def _site_of(self, environ: "WSGIEnvironment") -> SiteMedia | None:
        host = find_host(environ)
        return self._find_site(host) if host else None

    def _find_public(self, site: SiteMedia, path_info: str) -> "StoredFile | None":
        try:
            path = path_info.encode("latin-1").decode()  # PEP 3333: the bytes of the path, dressed as latin-1
        except UnicodeError:
            return None
        name = path.removeprefix(MEDIA_PREFIX)
        return find_file(site.root, name) if name.partition("/")[0] in self._public_folders else None

    def _through_django(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        word = DjangosWord(start_response)
        body = self._app(environ, word)
        if not word.is_spoken:
            body = started(body)
        if word.headers is None:
            return body
        if close := getattr(body, "close", None):
            close()  # ends the request in Django, and frees its database connection before the long part
        return self._protected(environ, word.headers)(environ, start_response)

    def _protected(self, environ: "WSGIEnvironment", headers: Headers) -> Response:
        target = headers["X-Accel-Redirect"]
        site = self._site_of(environ)
        schema, path = parse_target(target)
        if site is None or schema != site.schema:
            logger.error("X-Accel-Redirect to %r refused on host %r", target, environ.get("HTTP_HOST"))
            return plain(404)
        found = find_file(site.root, path)
        if found is None:
            logger.error("X-Accel-Redirect to %r: no such file", target)
            return plain(404)
        return found.respond(environ, kept_headers(headers))
