"""What happens to a request before and after its site is known: proxies, health, sessions, headers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.requests import RequestOrigin, client_address, judge_address, reset_origin, set_origin
from site_core import reading
from site_core.health import health_answer
from site_core.sessions import ADDRESS_KEY, BROWSER_KEY
from site_core.visits import may_stay
from tenants.current import current_site

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SEEN_KEY = "_seen"
SEEN_EVERY_SECONDS = 60


class ProxyMiddleware:
    """Believe X-Forwarded-For and -Proto only from the proxies that the settings name; drop them from strangers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set REMOTE_ADDR to the reader's address as the nearest trusted proxy saw it."""
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        request.META.pop("HTTP_X_FORWARDED_HOST", None)
        neighbour = request.META.get("REMOTE_ADDR", "")
        request.META["REMOTE_ADDR"] = judge_address(neighbour, forwarded)
        if neighbour in settings.ALLOWED_PROXIES and scheme in {"http", "https"}:
            request.META["wsgi.url_scheme"] = scheme
        return self.get_response(request)


class HealthMiddleware:
    """`/healthz` on any host, before a site is looked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """200 or 503 with the state of the parts."""
        return health_answer() if request.path == "/healthz" else self.get_response(request)


class HeadersMiddleware:
    """Headers that no page of ours can do without."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add Permissions-Policy; keep the admin out of every cache; whatever is answered is made of the site's settings."""
        reading.record(f"settings:{current_site().schema_name}")
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if request.path.startswith("/admin/"):
            response.headers["Cache-Control"] = "private, no-store"
        return response


class SessionGuardMiddleware:
    """End sessions that were idle too long, or whose owner has nothing to do here any more."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look only where a session cookie came with the request."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            self._guard(request)
        return self.get_response(request)

    def _guard(self, request: HttpRequest) -> None:
        now = timezone.now().timestamp()
        seen = request.session.get(SEEN_KEY, now)
        if now - seen > settings.SESSION_IDLE_SECONDS or not may_stay(request):
            _end_session(request)
        elif now - seen > SEEN_EVERY_SECONDS or SEEN_KEY not in request.session:
            request.session[SEEN_KEY] = now


def _end_session(request: HttpRequest) -> None:
    # The middleware that tells the ledger about the request stands further in.
    origin = set_origin(RequestOrigin(None, client_address(request), getattr(request, "request_id", "")))
    try:
        logout(request)
    finally:
        reset_origin(origin)


def stamp_session(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """At login: note address and browser, by which the owner may know the session again."""
    if request is not None and hasattr(request, "session"):
        request.session[ADDRESS_KEY] = client_address(request)
        request.session[BROWSER_KEY] = request.headers.get("User-Agent", "")[:200]
        request.session[SEEN_KEY] = timezone.now().timestamp()
