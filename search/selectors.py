"""Reads of the catalogue, in the words of the domain."""

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

_NEWS_READ = 40
_MOST_OF_ONE_SITE = 2


@dataclass(frozen=True)
class SiteNews:
    """An entry with the name of its place (or site) and the addresses of both."""

    entry: "CatalogueEntry"
    place: str
    site_url: str
    url: str


def list_news_of_sites(count: int) -> list[SiteNews]:
    """Latest news of the cluster's other live sites, newest first; no site more than twice, so that none fills the list."""
    from search.models import CatalogueEntry
    from site_core import reading
    from tenants.current import current_site, root_url

    reading.record("cross:news")
    here = current_site()
    sites = {site.pk: site for site in list_searched_sites(here) if site.pk != here.pk and site.state == SiteState.LIVE}
    rows = CatalogueEntry.objects.on_sites(tuple(sites)).filter(column_key=NEWS_COLUMN, page_type="article")
    taken: dict[int, int] = {}
    news: list[SiteNews] = []
    for entry in rows.newest_first()[: max(_NEWS_READ, count * 5)]:
        taken[entry.site_id] = taken.get(entry.site_id, 0) + 1
        if taken[entry.site_id] <= _MOST_OF_ONE_SITE and len(news) < count:
            site = sites[entry.site_id]
            address = root_url(site)
            news.append(SiteNews(entry, site.place or site.short_name, address, address + entry.url_path))
    return news
