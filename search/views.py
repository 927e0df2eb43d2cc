"""`/search/` and what its page asks for while it is used. It works without script and is not for search engines."""

import re
from typing import Any

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import client_address
from search import limits
from search.addresses import list_kept, read_question
from search.answers import SITE, Answer, Question
from search.counting import count_click, count_search, list_hot_queries
from search.engines.base import EngineProblem
from search.presenting import FIELD_CHOICES, answer, list_sort_links, list_tabs
from search.selectors import list_searched_sites
from search.suggestions import suggest
from tenants.current import current_site

_ROBOT = re.compile(r"bot|spider|crawl|slurp|curl|wget|python|http-?client|scan", re.IGNORECASE)
_LAST_POSITION = 20_000
TOO_HARD = "这次搜索没有完成，请少写几个词或换个说法再试。"
_log = structlog.get_logger(__name__)


@require_safe
@transaction.non_atomic_requests
def show_results(request: HttpRequest) -> HttpResponse:
    """Hits for `?q=` with its scope, filters and order; 429 for who asks too often."""
    question = read_request(request)
    if question.text and not limits.may_search(client_address(request)):
        return _render(request, Answer(question, is_refused=True), status=429)
    try:
        found = answer(question)
    except EngineProblem as problem:
        _log.error("search_failed", problem=str(problem)[:300])
        return _render(request, Answer(question, notices=(TOO_HARD,)), status=503)
    if question.text and question.page == 1:
        _count(request, question, found.total)
    return _render(request, found)


def read_request(request: HttpRequest) -> Question:
    """The question in the request's query string."""
    scopes = frozenset(site.schema_name for site in list_searched_sites(current_site()))
    return read_question(request.GET, scopes)


def _count(request: HttpRequest, question: Question, total: int) -> None:
    agent = request.headers.get("User-Agent", "")
    is_reader = request.method == "GET" and bool(agent) and not _ROBOT.search(agent)
    if is_reader and limits.may_be_counted(client_address(request), question.text):
        count_search(question.text, found=total)


def _render(request: HttpRequest, found: Answer, status: int = 200) -> HttpResponse:
    question = found.question
    context: dict[str, Any] = {
        "answer": found,
        "question": question,
        "tabs": list_tabs(question),
        "sort_links": list_sort_links(question),
        "field_choices": FIELD_CHOICES,
        "kept": list_kept(question),
        "hot": list_hot_queries() if not found.hits else [],
    }
    response = render(request, "search/search.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@transaction.non_atomic_requests
def show_suggestions(request: HttpRequest) -> HttpResponse:
    """JSON: `suggestions`, each with `text` and `hint`."""
    allowed = limits.may_suggest(client_address(request))
    found = suggest(request.GET.get("q", ""), request.GET.get("scope", SITE)) if allowed else []
    response = JsonResponse({"suggestions": [{"text": each.text, "hint": each.hint} for each in found]})
    response.headers["Cache-Control"] = "no-store"
    return response


# Sent by the browser's beacon, which carries no token; it changes a number, and only for words that were searched for today.
@csrf_exempt
@require_POST
@transaction.non_atomic_requests
def note_click(request: HttpRequest) -> HttpResponse:
    """Count a click on a hit: `q` and `position`. Says nothing of what it did."""
    position = request.POST.get("position", "")
    is_place = position.isascii() and position.isdigit() and len(position) < 6 and 0 < int(position) <= _LAST_POSITION
    if is_place and limits.may_click(client_address(request)):
        count_click(request.POST.get("q", ""), int(position))
    return HttpResponse(status=204)
