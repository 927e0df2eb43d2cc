"""Reads for site maps and the directory of sites."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from site_core import reading
from tenants.current import current_site
from tenants.selectors import list_public_sites

if TYPE_CHECKING:
    from site_core.models import ColumnPage
    from site_core.selectors import PublicPageQuerySet


@dataclass(frozen=True)
class Address:
    """Path of a public page, and when it last changed."""

    path: str
    changed: datetime | None


@dataclass
class Branch:
    """A column with the columns below it."""

    column: "ColumnPage"
    below: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class RegionSites:
    """Sites of one region, by kind and name."""

    region: str
    place: str
    sites: list[Any]


def _public_pages() -> "PublicPageQuerySet":
    from site_core.models import BasePage

    return BasePage.objects.visible().order_by("pk")


def count_pages() -> int:
    """How many public pages the site has."""
    return int(_public_pages().count())


def list_addresses(start: int, count: int) -> list[Address]:
    """Addresses of public pages in a stable order."""
    from site_core.models import HOME_SLUG

    rows = _public_pages()[start : start + count].values_list("url_path", "last_published_at")
    return [Address(path.removeprefix(f"/{HOME_SLUG}"), changed) for path, changed in rows]


def list_branches() -> list[Branch]:
    """Visible columns as a tree, in its order; one query."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    by_path: dict[str, Branch] = {}
    roots: list[Branch] = []
    for column in ColumnPage.objects.visible().order_by("path"):
        branch = by_path[column.path] = Branch(column)
        above = by_path.get(column.path[: -column.steplen])
        (above.below if above else roots).append(branch)
    return roots


def list_site_groups() -> list[RegionSites]:
    """Public sites by region; the city's own first."""
    sites = list_public_sites()
    places = {
        site.region_code: site.place or site.short_name
        for site in sites
        if site.kind in {"city_bureau", "county_bureau"}
    }
    return [
        RegionSites(region, places.get(region, "其他"), [site for site in sites if site.region_code == region])
        for region in sorted({site.region_code for site in sites})
    ]
