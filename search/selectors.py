"""Reads of the catalogue, in the words of the domain."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from tenants.kinds import SiteState

if TYPE_CHECKING:
    from search.models import CatalogueEntry
    from tenants.models import Organisation

_SEARCHED_FROM_EVERYWHERE = (SiteState.LIVE, SiteState.ARCHIVED)


class EntryQuerySet(models.QuerySet):
    """Questions about what is published in the cluster."""

    def on_sites(self, sites: tuple[int, ...]) -> "EntryQuerySet":
        """Entries of these sites (ids of organisations)."""
        return self.filter(site_id__in=sites)

    def newest_first(self) -> "EntryQuerySet":
        """By time of publication."""
        return self.order_by("-published_at", "-id")


class EntryManager(models.Manager.from_queryset(EntryQuerySet)):  # type: ignore[misc] # Django makes the class
    """Rows without their terms, which are for the database alone and large."""

    def get_queryset(self) -> EntryQuerySet:
        """All entries."""
        return super().get_queryset().defer("head_terms", "all_terms")  # type: ignore[no-any-return] # as above


def list_searched_sites(here: "Organisation") -> list["Organisation"]:
    """Sites whose content a reader on this site may find: live and archived ones, and the site itself unless suspended.

    Asked for at each search, so that a change of state or host holds at once. Each has `primary_host`.
    """
    from tenants.models import Organisation
    from tenants.selectors import with_primary_hosts

    may = models.Q(state__in=_SEARCHED_FROM_EVERYWHERE) | models.Q(pk=here.pk, state=SiteState.TRIAL)
    return list(with_primary_hosts(Organisation.objects.filter(may)).order_by("region_code", "kind", "schema_name"))


def list_sites_of_scope(scope: str) -> dict[int, "Organisation"]:
    """Sites that are searched from the current one, by id: `site`, `all`, or a schema name; an unknown one is that of all."""
    from tenants.current import current_site

    here = current_site()
    sites = {site.pk: site for site in list_searched_sites(here)}
    if scope == "site":
        return {key: site for key, site in sites.items() if key == here.pk}
    return {key: site for key, site in sites.items() if site.schema_name == scope} or sites


NEWS_COLUMN = "gzdt"
"""Key of the column that every kind of site has for its news."""

NEWS_TAG = "cross:news"
"""What pages carry that show news of other sites (`site_core.reading`)."""

POSTS_TAG = "cross:micro"
"""What pages carry that show microblog posts of other sites."""

EDUCATION_COLUMN = "pufa"
"""Key of the column of legal education; those of the columns below it begin with it and `_`."""

EDUCATION_TAG = "cross:pufa"
"""What pages carry that show other sites' legal education."""

_NEWS_READ = 40
_EDUCATION_READ = 120
_MOST_OF_ONE_SITE = 2


@dataclass(frozen=True)
class SiteNews:
    """An entry with the names of its place and site (the site's twice where it has no place), and the addresses of both."""

    entry: "CatalogueEntry"
    place: str
    name: str
    site_url: str
    url: str


def is_news(entry: "CatalogueEntry") -> bool:
    """Whether other sites may list the entry among the news."""
    return entry.column_key == NEWS_COLUMN and entry.page_type == "article"


def is_post(entry: "CatalogueEntry") -> bool:
    """Whether the entry is a microblog post, which the stream over all sites lists."""
    return entry.page_type == "micro"


def is_education(entry: "CatalogueEntry") -> bool:
    """Whether other sites may list the entry among what is new in legal education."""
    return entry.column_key == EDUCATION_COLUMN or entry.column_key.startswith(f"{EDUCATION_COLUMN}_")


def list_posts_of_sites() -> EntryQuerySet:
    """Microblog posts of all live sites and of the current one, newest first, as entries with their text in `parts`."""
    from search.models import CatalogueEntry, CataloguePart
    from site_core import reading
    from tenants.current import current_site
    from tenants.models import Organisation

    reading.record(POSTS_TAG)
    may = models.Q(state=SiteState.LIVE) | models.Q(pk=current_site().pk)
    sites = tuple(Organisation.objects.filter(may).order_by().values_list("pk", flat=True))
    text = models.Prefetch("parts", CataloguePart.objects.filter(number=0).defer("terms"))
    posts: EntryQuerySet = CatalogueEntry.objects.on_sites(sites).filter(page_type="micro").newest_first()
    return posts.prefetch_related(text)


def find_places(entries: Iterable["CatalogueEntry"]) -> list[SiteNews]:
    """The entries with the sites that they are of, in their order; two queries for any number."""
    from tenants.models import Organisation
    from tenants.selectors import with_primary_hosts

    rows = list(entries)
    shown = with_primary_hosts(Organisation.objects.all()).in_bulk({entry.site_id for entry in rows})
    return [_make_news(entry, shown[entry.site_id]) for entry in rows if entry.site_id in shown]


def list_news_of_sites(count: int) -> list[SiteNews]:
    """Latest news of the cluster's other live sites, newest first; no site more than twice, so that none fills the list."""
    from search.models import CatalogueEntry
    from site_core import reading
    from tenants.current import current_site
    from tenants.models import Organisation

    reading.record(NEWS_TAG)
    # Ids of all sites, for the planner's sake not by a join; names and addresses of the few that are shown.
    others = Organisation.objects.filter(state=SiteState.LIVE).exclude(pk=current_site().pk).order_by()
    sites = tuple(others.values_list("pk", flat=True))
    rows = CatalogueEntry.objects.on_sites(sites).filter(column_key=NEWS_COLUMN, page_type="article")
    latest = rows.newest_first()[: max(_NEWS_READ, count * 5)]
    return find_places(_choose_news(latest)[:count])


def list_education_of_sites(count: int, of_each: int = 1) -> list[SiteNews]:
    """What the cluster's other live sites published last in legal education, newest first, `of_each` at most of a site."""
    from search.models import CatalogueEntry, PageType
    from site_core import reading
    from tenants.current import current_site
    from tenants.models import Organisation

    reading.record(EDUCATION_TAG)
    others = Organisation.objects.filter(state=SiteState.LIVE).exclude(pk=current_site().pk).order_by()
    sites = tuple(others.values_list("pk", flat=True))
    below = models.Q(column_key=EDUCATION_COLUMN) | models.Q(column_key__startswith=f"{EDUCATION_COLUMN}_")
    rows = CatalogueEntry.objects.on_sites(sites).filter(below).exclude(page_type=PageType.COLUMN)
    latest = rows.newest_first()[: max(_EDUCATION_READ, count * 10)]
    return find_places(_choose_news(latest, of_each)[:count])


def _choose_news(entries: Iterable["CatalogueEntry"], most_of_one: int = _MOST_OF_ONE_SITE) -> "list[CatalogueEntry]":
    """Those that are among the first of their site."""
    taken: Counter[int] = Counter()
    chosen = []
    for entry in entries:
        taken[entry.site_id] += 1
        if taken[entry.site_id] <= most_of_one:
            chosen.append(entry)
    return chosen


def _make_news(entry: "CatalogueEntry", site: "Organisation") -> SiteNews:
    from tenants.current import root_url

    address = root_url(site)
    return SiteNews(entry, site.place or site.short_name, site.short_name, address, address + entry.url_path)
