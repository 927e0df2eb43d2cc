"""Answers for what went wrong, in the site's own dress."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from site_core import reading
from site_core.database_away import RETRY_AFTER_SECONDS, is_database_away
from site_core.emergency_dress import find_emergency_style
from tenants.current import find_current_site
from tenants.middleware import plain_answer


def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: also for what exists on another site, which is none of this one's business."""
    site = find_current_site()
    if site is not None:
        reading.record(f"missing:{site.schema_name}")
    return render(request, "site_core/errors/404.html", status=404)


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return render(request, "site_core/errors/403.html", status=403)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return render(request, "site_core/errors/400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open for too long, or that did not come from this site."""
    return render(request, "site_core/errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, in the site's dress but without a query: whatever broke may be the database. Where it is: 503, come again."""
    from django.template.loader import render_to_string

    if is_database_away(sys.exc_info()[1]):
        response = plain_answer(503, "网站暂时无法打开，正在恢复，请稍后再试。")
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    context = {"organisation": find_current_site(), "stylesheet": find_emergency_style()}
    return HttpResponse(render_to_string("site_core/errors/500.html", context), status=500)
