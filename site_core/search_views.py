"""`/search/`: search within the site, for readers. It works without script and is not for search engines."""

import re

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import client_address
from site_core import privacy, search_limits
from site_core.search_actions import record_miss
from site_core.search_selectors import SearchQuery, find_hits, read_query

_ROBOT = re.compile(r"bot|spider|crawl|slurp|curl|wget|python|http-?client|scan", re.IGNORECASE)


@require_safe
@transaction.non_atomic_requests
def search(request: HttpRequest) -> HttpResponse:
    """Hits for `?q=`, `&page=`; 429 for who asks too often. What finds nothing is counted, unless a robot asked."""
    query = read_query(request.GET.get("q", ""))
    if query.words and not search_limits.may_search(client_address(request)):
        return _render(request, {"query": query, "is_refused": True}, 429)
    with privacy.read_once():
        listing = find_hits(query, request.GET.get("page"))
        if query.words and not listing.total:
            _count_miss(request, query)
        return _render(request, {"query": query, "listing": listing}, 200)


def _count_miss(request: HttpRequest, query: SearchQuery) -> None:
    agent = request.headers.get("User-Agent", "")
    is_reader = request.method == "GET" and bool(agent) and not _ROBOT.search(agent)
    if is_reader and search_limits.may_be_counted(client_address(request), query.text):
        record_miss(query.text)


def _render(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "site_core/search.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response
