"""The answer as the page of results and the API show it: labels of filters, links, cards, the centre's recommendations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.addresses import write_query
from search.analysis.folding import to_key
from search.answers import (
    ALL,
    SITE,
    Answer,
    Facet,
    FacetValue,
    Page,
    Question,
    Recommendation,
    ServiceCard,
)
from search.counting import list_related
from search.engines.base import FACETS
from search.models import BestBet, CatalogueEntry, PageType
from search.searching import Found, search
from search.selectors import list_searched_sites
from tenants.current import current_site, root_url
from tenants.models import Organisation

FACET_LABELS = {
    "site": "网站",
    "kind": "栏目类别",
    "year": "年份",
    "type": "内容类型",
    "validity": "有效性",
    "topic": "主题分类",
}
FIELD_CHOICES = [("all", "全部"), ("title", "标题"), ("text", "正文"), ("number", "文号")]
SORT_LABELS = [("relevance", "相关度"), ("date", "时间")]
_MOST_VALUES = 12
_MOST_CARDS = 2
_MOST_GUIDES_READ = 400
_PAGES_AROUND = 2
_MOST_ELEMENTS = 4


@dataclass(frozen=True)
class Link:
    """A choice of the page: scope or order."""

    label: str
    query: str
    is_current: bool


def answer(question: Question) -> Answer:
    """Search, and put the answer together."""
    found = search(question)
    correction = found.query.correction
    return Answer(
        question=question,
        hits=found.hits,
        total=found.total,
        facets=_list_facets(question, found),
        correction=correction,
        correction_query=write_query(question, text=correction) if correction else "",
        is_corrected=found.is_corrected,
        also_searched=found.query.also,
        cards=_list_cards(found) if question.page == 1 else (),
        recommendations=_list_recommendations(question.text) if question.page == 1 else (),
        related=list_related(question.text) if question.text else (),
        pages=_list_pages(question, found.pages),
        notices=question.notices,
        engine=found.engine,
    )


def list_tabs(question: Question) -> list[Link]:
    """Scopes: this site, all sites, and the one site that the address names."""
    scopes = [(SITE, "本站"), (ALL, "全市司法行政网站")]
    if question.scope not in (SITE, ALL):
        named = Organisation.objects.filter(schema_name=question.scope).values_list("short_name", flat=True).first()
        scopes.append((question.scope, named or question.scope))
    return [
        Link(label, write_query(question, scope=scope, facets={}), question.scope == scope) for scope, label in scopes
    ]


def list_sort_links(question: Question) -> list[Link]:
    """By relevance or by date."""
    return [Link(label, write_query(question, sort=value), question.sort == value) for value, label in SORT_LABELS]


def _list_facets(question: Question, found: Found) -> list[Facet]:
    names = _label_sites(value for value, _ in found.facets.get("site", ()))
    facets = []
    for name in FACETS:
        values = [
            _make_value(question, name, value, count, names)
            for value, count in _order(name, found.facets.get(name, ()))[:_MOST_VALUES]
        ]
        is_useful = len(values) > 1 or any(value.is_chosen for value in values)
        if is_useful and not (name == "site" and question.scope != ALL):
            facets.append(Facet(name, FACET_LABELS[name], values))
    return facets


def _order(name: str, values: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(values, reverse=True) if name == "year" else list(values)


def _make_value(question: Question, name: str, value: str, count: int, names: dict[str, str]) -> FacetValue:
    is_chosen = question.facets.get(name) == value
    others = {key: kept for key, kept in question.facets.items() if key != name}
    facets = others if is_chosen else {**others, name: value}
    label = names.get(value, value) if name == "site" else _label_type(value) if name == "type" else value
    return FacetValue(value, label, count, is_chosen, write_query(question, facets=facets))


def _label_type(value: str) -> str:
    return str(PageType(value).label) if value in PageType.values else value


def _label_sites(schemas: Any) -> dict[str, str]:
    return dict(Organisation.objects.filter(schema_name__in=list(schemas)).values_list("schema_name", "short_name"))


def _list_cards(found: Found) -> list[ServiceCard]:
    """Service guides whose title the query's words, or the service that they ask for, lead to: this site's before others'."""
    if found.query.numbers or not found.query.groups:
        return []
    here = current_site()
    sites = {site.pk: site for site in list_searched_sites(here)}
    guides = CatalogueEntry.objects.on_sites(tuple(sites)).filter(page_type=PageType.GUIDE)
    wanted = set(found.query.services)
    words = {each.text for group in found.query.groups for each in group.alternatives if len(each.text) > 1}
    rated = []
    shown = guides.only("title", "title_key", "summary", "url_path", "site_id", "service")
    for entry in shown.newest_first()[:_MOST_GUIDES_READ]:
        named = sum(len(word) for word in words if word in entry.title_key)
        asked = any(service in entry.title_key for service in wanted)
        if asked or (named >= 4 and wanted):
            rated.append((entry.site_id == here.pk, sites[entry.site_id].is_city, asked, named, entry))
    rated.sort(key=lambda row: (row[0], row[1], row[2], row[3], -row[4].pk), reverse=True)
    unique = {row[4].title_key: row[4] for row in reversed(rated)}
    best = [row[4] for row in rated if unique[row[4].title_key].pk == row[4].pk]
    return [_make_card(entry, sites[entry.site_id]) for entry in best[:_MOST_CARDS]]


def _make_card(entry: CatalogueEntry, site: Organisation) -> ServiceCard:
    service = entry.service
    elements = [(label, text) for label, text in service.get("elements", [])][:_MOST_ELEMENTS]
    return ServiceCard(
        title=entry.title,
        url=root_url(site) + entry.url_path,
        site=site.short_name or site.name,
        summary=entry.summary,
        elements=elements,
        online_url=service.get("online_url", ""),
        booking_url=service.get("booking_url", ""),
    )


def _list_recommendations(text: str) -> list[Recommendation]:
    """The centre's best bets for exactly these words."""
    key = to_key(text)
    if not key:
        return []
    bets = BestBet.objects.filter(is_active=True)
    return [
        Recommendation(bet.title, bet.url, bet.summary)
        for bet in bets
        if key in {to_key(word) for word in bet.words.replace("，", "、").split("、")}
    ][:3]


def _list_pages(question: Question, last: int) -> list[Page]:
    """First, last, and those around the current one."""
    if last < 2:
        return []
    around = range(max(1, question.page - _PAGES_AROUND), min(last, question.page + _PAGES_AROUND) + 1)
    numbers = sorted({1, last, *around})
    return [Page(number, write_query(question, page=number), number == question.page) for number in numbers]
