"""`/api/search/` and `/api/schema/`: the search as JSON, and its description."""

from typing import Any

import structlog
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts.requests import client_address
from search import limits
from search.addresses import write_query
from search.answers import HITS_PER_PAGE, LAST_PAGE, Answer, Hit
from search.api_schema import describe
from search.engines.base import COUNTED_EXACTLY, EngineProblem
from search.presenting import answer
from search.views import TOO_HARD, read_request
from tenants.current import root_url

_log = structlog.get_logger(__name__)


@require_safe
@transaction.non_atomic_requests
def show_search(request: HttpRequest) -> JsonResponse:
    """The answer to a question, in the form that `docs/interfaces` promises."""
    if not limits.may_search(client_address(request)):
        return _send({"error": "请求过于频繁，请一分钟后再试。"}, status=429, **{"Retry-After": "60"})
    try:
        found = answer(read_request(request))
    except EngineProblem as problem:
        _log.error("search_failed", problem=str(problem)[:300])
        return _send({"error": TOO_HARD}, status=503)
    return _send(_describe_answer(found))


@require_safe
@transaction.non_atomic_requests
def show_schema(request: HttpRequest) -> JsonResponse:
    """OpenAPI description of the public endpoints."""
    return _send(describe(root_url()))


def _send(content: dict[str, Any], status: int = 200, **headers: str) -> JsonResponse:
    response = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    for name, value in {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", **headers}.items():
        response.headers[name] = value
    return response


def _describe_answer(found: Answer) -> dict[str, Any]:
    question = found.question
    more = question.page < LAST_PAGE and question.page * HITS_PER_PAGE < found.total
    return {
        "query": {
            "text": question.text,
            "scope": question.scope,
            "filters": dict(question.facets),
            "field": question.field,
            "sort": question.sort,
            "page": question.page,
            "correction": found.correction or None,
            "is_corrected": found.is_corrected,
            "also": list(found.also_searched),
            "notices": list(found.notices),
        },
        "total": min(found.total, COUNTED_EXACTLY),
        "total_is_exact": found.total <= COUNTED_EXACTLY,
        "results": [_describe_hit(hit) for hit in found.hits],
        "facets": {
            facet.name: [{"value": each.value, "label": each.label, "count": each.count} for each in facet.values]
            for facet in found.facets
        },
        "next": f"/api/search/?{write_query(question, page=question.page + 1)}" if more else None,
    }


def _describe_hit(hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.title,
        "url": hit.url,
        "site": hit.schema,
        "site_name": hit.site,
        "kind": hit.kind,
        "type": hit.page_type,
        "column": hit.column,
        "published": hit.published.isoformat() if hit.published else None,
        "number": hit.number,
        "validity": hit.validity,
        "summary": _plain(hit.summary_html),
        "highlights": [hit.title_html, hit.summary_html],
        "part": {"label": hit.part_label, "url": hit.part_url} if hit.part_url else None,
        "same_as": [{"title": copy.title, "url": copy.url, "site": copy.site} for copy in hit.same_as],
    }


def _plain(marked: str) -> str:
    from html import unescape

    return unescape(marked.replace("<mark>", "").replace("</mark>", ""))
