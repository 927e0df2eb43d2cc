"""From the host to the site: nothing behind this runs without knowing on which site it is."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)

from .connection import connection
from .current import enter_site, root_url
from .kinds import SiteState
from .models import Organisation
from .requests import find_requested_host, read_request_id
from .selectors import find_organisation_for_host

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestIdMiddleware:
    """Each request has an id, in every line of the log and in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Take the id of the proxy in front, if it sent a well-formed one."""
        request_id = read_request_id(request.headers.get("X-Request-ID", "")) or uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined] # Django's way of passing things along
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


def forget_request(**kwargs: Any) -> None:
    """The request is over: files are answered without Django, and their lines in the log must not carry its site."""
    structlog.contextvars.clear_contextvars()


class SiteMiddleware:
    """Enter the site that owns the host; answer for hosts and states that have no page to show."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Enter, answer, leave: the thread's connection never keeps the site beyond its request."""
        connection.set_schema_to_public()
        try:
            return self._answer(request)
        finally:
            connection.set_schema_to_public()

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        host = find_requested_host(request)
        found = find_organisation_for_host(host) if host else None
        if found is None:
            return plain_answer(404, "没有找到您要访问的页面。")
        site, is_primary = found
        if not is_primary:
            return HttpResponsePermanentRedirect(root_url(site) + request.get_full_path())
        site.primary_host = host
        connection.set_tenant(site)
        request.tenant = site  # type: ignore[attr-defined] # the name that django-tenants gives it
        structlog.contextvars.bind_contextvars(site=site.schema_name)
        return self._refuse_by_state(request, site) or self._serve(request, site)

    def _refuse_by_state(self, request: HttpRequest, site: Organisation) -> HttpResponse | None:
        if site.state == SiteState.SUSPENDED:
            response = plain_answer(503, f"{site.name}网站暂停服务。{site.state_notice}")
            response.headers["Retry-After"] = "3600"
            return response
        if site.is_read_only and (request.method not in _SAFE_METHODS or request.path.startswith("/admin/")):
            return plain_answer(403, f"{site.name}网站已归档，只供查阅，不再接受修改。")
        return None

    def _serve(self, request: HttpRequest, site: Organisation) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            # The server asks for its parts when this middleware has left the site: each is made inside it again.
            response.streaming_content = _made_inside(site, iter(response))
        if site.state == SiteState.TRIAL:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def _made_inside(site: Organisation, parts: Iterator[Any]) -> Iterator[Any]:
    finished = object()
    while True:
        with enter_site(site):
            part = next(parts, finished)
        if part is finished:
            return
        yield part


def plain_answer(status: int, text: str) -> HttpResponse:
    """A small page without any site's dress or name beyond the text itself."""
    response = HttpResponse(_PAGE.format(text=_escape(text)), status=status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _escape(text: str) -> str:
    from django.utils.html import escape

    return escape(text)


_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>提示</title><main><p>{text}</p></main></html>"""
