"""Reads for site maps and the directory of sites."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection
from django.db.models import Window
from django.db.models.functions import RowNumber

from site_core import reading
from site_core.selectors import list_open_columns
from tenants.current import current_site
from tenants.selectors import list_public_sites

if TYPE_CHECKING:
    from site_core.models import BasePage
    from site_core.selectors import PublicPageQuerySet


@dataclass(frozen=True)
class Address:
    """Path of a public page, and when it last changed."""

    path: str
    changed: datetime | None


@dataclass
class Branch:
    """A column with the columns below it."""

    column: "BasePage"
    below: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class RegionSites:
    """Sites of one region, by kind and name."""

    region: str
    place: str
    sites: list[Any]


def _public_pages() -> "PublicPageQuerySet":
    from site_core.models import BasePage, ColumnPage

    reading.record(f"sitemap:{current_site().schema_name}")
    columns = BasePage.objects.exact_type(ColumnPage).filter(numchild=0, show_in_menus=False)
    return BasePage.objects.visible().exclude(pk__in=columns.values("pk")).order_by("pk")


def list_changes(part_size: int) -> list[datetime | None]:
    """When each part of the site map last changed, by so many pages a part. Reckoned where the pages are: there may be 100,000."""
    numbered = _public_pages().annotate(number=Window(RowNumber(), order_by="pk")).order_by()
    inner, parameters = numbered.values_list("number", "last_published_at").query.sql_with_params()
    outer = f"SELECT max(at) FROM ({inner}) AS page (number, at) GROUP BY (number - 1) / %s ORDER BY min(number)"  # noqa: S608 - Django's own statement
    with connection.cursor() as cursor:
        cursor.execute(outer, [*parameters, part_size])
        return [changed for (changed,) in cursor.fetchall()]


def list_addresses(start: int, count: int) -> list[Address]:
    """Addresses of public pages in a stable order."""
    from site_core.models import HOME_SLUG

    rows = _public_pages()[start : start + count].values_list("url_path", "last_published_at")
    return [Address(path.removeprefix(f"/{HOME_SLUG}"), changed) for path, changed in rows]


def list_branches() -> list[Branch]:
    """Columns with something in them as a tree, in its order; behind them what else is a column to readers."""
    by_path: dict[str, Branch] = {}
    roots: list[Branch] = []
    for column in list_open_columns():
        branch = by_path[column.path] = Branch(column)
        above = by_path.get(column.path[: -column.steplen])
        (above.below if above else roots).append(branch)
    return [*roots, *_list_other_branches()]


def _list_other_branches() -> list[Branch]:
    """What readers take for columns though it is of another type, such as a stream, where there is anything to read."""
    from site_core.models import BasePage

    columns = list(BasePage.objects.visible().filter(content_type__in=_other_column_types()).order_by("path"))
    for column in columns:
        reading.record(f"column:{current_site().schema_name}:{column.pk}")
    return [Branch(column) for column in columns if BasePage.objects.child_of(column).visible().exists()]


def _other_column_types() -> list[int]:
    from django.contrib.contenttypes.models import ContentType

    from site_core.models import BasePage, ColumnPage

    models = [model for model in apps.get_models() if issubclass(model, BasePage) and model.is_column]
    found = ContentType.objects.get_for_models(*(model for model in models if model is not ColumnPage))
    return [each.pk for each in found.values()]


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
