"""`/pufa/cases/`: cases by law and article; `/pufa/duties/`: the list of duties."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from legal_education.cases.duties.selectors import list_public_duties
from legal_education.cases.provisions import find_laws
from legal_education.cases.references import BoundArticle
from legal_education.cases.selectors import ShownCase, list_cases_of, list_laws
from legal_education.cases.tags import tag_of_law
from search.selectors import find_places
from site_core import reading, selectors
from site_core.law_connections import Citation
from site_core.models import ColumnPage
from tenants.current import current_site

_LONGEST_SLUG = 60


@dataclass(frozen=True)
class ArticleGroup:
    """The cases of an article, with its words where the cluster has them."""

    anchor: str
    number: int
    sub: int
    text: str
    url: str
    cases: list[ShownCase]


def list_columns() -> list[ColumnPage]:
    """What stands above these pages: the column of legal education, where the site has it."""
    column = ColumnPage.objects.live().filter(node_key="pufa").first()
    return [*selectors.list_columns_above(column), column] if column else []


@require_safe
@transaction.non_atomic_requests
def show_cases(request: HttpRequest) -> HttpResponse:
    """Laws with their cases; on the city's site those of all sites."""
    context = {
        "listing": list_laws(request.GET.get("page")),
        "columns": list_columns(),
        "is_of_all": current_site().is_city,
    }
    return render(request, "legal_cases/cases.html", context)


@require_safe
@transaction.non_atomic_requests
def show_cases_of_law(request: HttpRequest, law: str) -> HttpResponse:
    """All cases of a law, by article. 404 where there are none."""
    key = f"law:{law}"
    if len(law) > _LONGEST_SLUG:
        raise Http404
    listing = list_cases_of(key, request.GET.get("page"))
    if not listing.items:
        raise Http404
    title = listing.items[0].link.law_title
    context = {
        "listing": listing,
        "groups": _group(key, title, listing.items),
        "law_title": title,
        "columns": list_columns(),
    }
    return render(request, "legal_cases/cases_of_law.html", context)


def _group(key: str, title: str, cases: list[ShownCase]) -> list[ArticleGroup]:
    grouped = [
        (article, list(each))
        for article, each in groupby(
            cases, key=lambda case: (case.link.anchor, case.link.article_number, case.link.article_sub)
        )
    ]
    bound = [BoundArticle(Citation(title, "", None), key, title, article[0]) for article, _ in grouped]
    found = find_laws(bound)
    reading.record(tag_of_law(key))
    places = {place.entry.pk: place for place in find_places(each.entry for each in found if each.entry)}
    return [
        ArticleGroup(*article, one.text, _link(one, places), each)
        for (article, each), one in zip(grouped, found, strict=True)
    ]


def _link(found: Any, places: dict[int, Any]) -> str:
    entry = found.entry
    if entry is None or entry.pk not in places:
        return ""
    url = entry.url_path if entry.site_id == current_site().pk else places[entry.pk].url
    return f"{url}#{found.bound.anchor}" if found.text else str(url)


@require_safe
@transaction.non_atomic_requests
def show_duties(request: HttpRequest) -> HttpResponse:
    """The list of duties of a year, by unit."""
    reading.hold_for_today()
    listing = list_public_duties(request.GET)
    return render(request, "legal_cases/duties.html", {"listing": listing, "columns": list_columns()})
