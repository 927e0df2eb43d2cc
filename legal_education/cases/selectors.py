"""Reads of cases and laws across the cluster, by a number of queries that does not grow with what is found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, Window
from django.db.models.functions import RowNumber

from legal_education.cases.tags import CASES_TAG, tag_of_cases
from legal_education.cluster.models import CaseLink
from search.selectors import SiteNews, find_places
from site_core import reading
from site_core.pagination import Listing, get_listing
from tenants.current import current_site
from tenants.kinds import SiteState

BELOW_ARTICLE = 3
LAWS_ON_PAGE = 20
CASES_ON_PAGE = 50


@dataclass(frozen=True)
class ShownCase:
    """A case as readers see it; `site_name` is '' for one of this site."""

    title: str
    url: str
    site_name: str
    published_at: Any
    link: CaseLink


@dataclass
class ArticleCases:
    """The cases of one article: the newest few, and how many there are."""

    anchor: str
    total: int
    cases: list[ShownCase] = field(default_factory=list)


@dataclass(frozen=True)
class LawRow:
    """A law in the list: its key, title, number of cases, and (anchor, number, sub, count) of each article."""

    key: str
    title: str
    total: int
    articles: list[tuple[str, int, int, int]]

    @property
    def slug(self) -> str:
        """As it stands in the address."""
        return to_slug(self.key)


def to_slug(law_key: str) -> str:
    """The key without what all keys begin with."""
    return law_key.removeprefix("law:")


def list_visible() -> Any:
    """Cases of live sites, and of the current one whatever its state: a site on trial shows its own to nobody else."""
    return CaseLink.objects.filter(Q(site__state=SiteState.LIVE) | Q(site_id=current_site().pk))


def list_below_articles(law_key: str) -> dict[str, ArticleCases]:
    """By anchor, what is to stand below the articles of the law."""
    reading.record(tag_of_cases(law_key))
    order = [F("published_at").desc(nulls_last=True), F("pk").desc()]
    rows = list_visible().filter(law_key=law_key).exclude(anchor="")
    ranked = rows.annotate(
        place=Window(RowNumber(), partition_by=[F("anchor")], order_by=order),
        total=Window(Count("pk"), partition_by=[F("anchor")]),
    )
    links = list(ranked.filter(place__lte=BELOW_ARTICLE).order_by("anchor", "place"))
    found: dict[str, ArticleCases] = {}
    for link, case in zip(links, show(links), strict=True):
        if case is not None:
            found.setdefault(link.anchor, ArticleCases(link.anchor, link.total)).cases.append(case)
    return found


def show(links: Iterable[CaseLink]) -> list[ShownCase | None]:
    """The cases with their addresses, in the same order; two queries for any number, none for none."""
    rows = list(links)
    if not rows:
        return []
    places = {place.entry.pk: place for place in find_places(rows)}  # type: ignore[arg-type] # it reads site and path alone
    return [_show_one(row, places.get(row.pk)) for row in rows]


def _show_one(link: CaseLink, place: SiteNews | None) -> ShownCase | None:
    if place is None:
        return None
    is_own = link.site_id == current_site().pk
    url = link.url_path if is_own else place.url
    return ShownCase(link.title, url, "" if is_own else place.name, link.published_at, link)


def list_in_scope() -> Any:
    """What the list of all laws shows: on the city's site cases of all live sites, elsewhere the site's own."""
    reading.record(CASES_TAG)
    site = current_site()
    return list_visible() if site.is_city else CaseLink.objects.filter(site_id=site.pk)


def list_laws(page: str | None) -> Listing:
    """One page of the laws that cases are bound to, those with most cases first, as `LawRow`."""
    laws = list_in_scope().values("law_key").annotate(title=Max("law_title"), total=Count(_CASE, distinct=True))
    listing = get_listing(laws.order_by("-total", "law_key"), page, LAWS_ON_PAGE)
    counts = _count_articles([row["law_key"] for row in listing.items])
    rows = [LawRow(row["law_key"], row["title"], row["total"], counts[row["law_key"]]) for row in listing.items]
    return Listing(rows, listing.number, listing.pages, listing.total)


_CASE = F("site_id") * 4_294_967_296 + F("page_id")
"""A case by one number: its page has an id of its own site's."""


def _count_articles(law_keys: list[str]) -> dict[str, list[tuple[str, int, int, int]]]:
    counts: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    rows = list_in_scope().filter(law_key__in=law_keys).exclude(anchor="")
    grouped = rows.values_list("law_key", "anchor", "article_number", "article_sub").annotate(total=Count("pk"))
    for key, *article in grouped.order_by("law_key", "article_number", "article_sub", "anchor"):
        counts[key].append((article[0], article[1], article[2], article[3]))
    return counts


def list_cases_of(law_key: str, page: str | None) -> Listing:
    """One page of all cases of a law that readers of this site may see, by article, newest first, as `ShownCase`."""
    reading.record(tag_of_cases(law_key))
    rows = list_visible().filter(law_key=law_key)
    ordered = rows.order_by("article_number", "article_sub", "anchor", F("published_at").desc(nulls_last=True), "-pk")
    listing = get_listing(ordered, page, CASES_ON_PAGE)
    shown = [case for case in show(listing.items) if case is not None]
    return Listing(shown, listing.number, listing.pages, listing.total)
