"""Reads of counted visits, in the words of the domain. A site's screens pass their own site; the console passes none.

Visitors are told apart by day: the visitors of a longer time are the sum of those of its days. The marks of days that
are not closed yet, today's above all, are counted with the figures of the closed ones.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from wagtail.models import Page

from delivery.models import PageViews, SiteVisits, VisitorMark
from site_core.models import HOME_SLUG
from site_core.privacy import list_restricted_paths
from tenants.current import current_site
from tenants.kinds import SiteState
from tenants.models import Host, Organisation

from .periods import Period, year_period


@dataclass(frozen=True)
class Visits:
    """Figures of one step of a period."""

    step: date
    label: str
    views: int
    visitors: int | None = None
    """None where they are not counted, as for a single page."""


@dataclass(frozen=True)
class YearTotals:
    """Of a calendar year, as the yearly report asks for: 网站总访问量, and 独立用户访问总量 (told apart by day)."""

    views: int
    visitors: int


@dataclass(frozen=True)
class TopPage:
    """A page of the current site with its views; without title and address where the page is gone."""

    page_id: int
    views: int
    title: str = ""
    url: str = ""


# --- Pages of a host -----------------------------------------------------------------------------------------


def find_sites_of_hosts(hosts: Iterable[str]) -> dict[str, Organisation]:
    """The sites that these are the primary hosts of, without those that are suspended."""
    rows = Host.objects.filter(domain__in=list(hosts), is_primary=True).select_related("tenant")
    return {row.domain: row.tenant for row in rows if row.tenant.state != SiteState.SUSPENDED}


def find_public_pages(paths: Iterable[str]) -> dict[str, int]:
    """Ids of the current site's pages at these paths that everybody may read."""
    asked = {f"/{HOME_SLUG}{path}": path for path in paths if path.endswith("/")}
    # By slug too, which has an index; the path alone has none in Wagtail.
    slugs = {url_path.rstrip("/").rpartition("/")[2] for url_path in asked}
    pages = Page.objects.live().filter(slug__in=slugs, url_path__in=list(asked))
    for restricted in list_restricted_paths():
        pages = pages.exclude(path__startswith=restricted)
    return {asked[url_path]: pk for url_path, pk in pages.order_by("pk").values_list("url_path", "pk")}


# --- Figures -------------------------------------------------------------------------------------------------


def list_visits(site: Organisation | None, period: Period) -> list[Visits]:
    """Each step of the period with the figures of the site, or of all sites; zeros where nothing was counted."""
    views, visitors = Counter[date](), Counter[date]()
    for day, seen, people in _of(site, SiteVisits, period).values_list("day", "views", "visitors"):
        views[period.step_of(day)] += seen
        visitors[period.step_of(day)] += people
    marks = _of(site, VisitorMark, period).values_list("day").annotate(count=Count("pk")).order_by()
    for day, people in marks:
        visitors[period.step_of(day)] += people
    return [Visits(step, period.label(step), views[step], visitors[step]) for step in period]


def list_page_visits(site: Organisation, page_id: int, period: Period) -> list[Visits]:
    """Each step of the period with the views of one page."""
    views = Counter[date]()
    for day, seen in _of(site, PageViews, period).filter(page_id=page_id).values_list("day", "views"):
        views[period.step_of(day)] += seen
    return [Visits(step, period.label(step), views[step]) for step in period]


def list_top_pages(period: Period, count: int) -> list[TopPage]:
    """Pages of the current site that were opened most."""
    rows = _of(current_site(), PageViews, period).values_list("page_id").annotate(total=Sum("views"))
    views = dict(rows.order_by("-total", "page_id")[:count])
    pages = Page.objects.in_bulk(views)
    return [_describe(page_id, total, pages.get(page_id)) for page_id, total in views.items()]


def _describe(page_id: int, views: int, page: Page | None) -> TopPage:
    return TopPage(page_id, views) if page is None else TopPage(page_id, views, page.title, page.get_url() or "")


def get_totals(visits: Iterable[Visits]) -> YearTotals:
    """Sums of the steps."""
    rows = list(visits)
    return YearTotals(sum(row.views for row in rows), sum(row.visitors or 0 for row in rows))


def get_year_totals(site: Organisation | None, year: int) -> YearTotals:
    """For 政府网站工作年度报表: the site's calendar year, or that of the whole cluster."""
    return get_totals(list_visits(site, year_period(year)))


def has_samples(site: Organisation | None, period: Period) -> bool:
    """Whether some of the figures were made up for the demo."""
    return _of(site, SiteVisits, period).filter(is_sample=True).exists()


def list_sites_with_visits(period: Period, year: int) -> QuerySet[Any]:
    """All sites with `views` and `visitors` of the period, `year_views` and `year_visitors` of the calendar year."""
    sites = Organisation.objects.select_related("parent")
    figures = {"": period, "year_": year_period(year)}
    for prefix, span in figures.items():
        sites = sites.annotate(
            **{
                f"{prefix}views": _sum_of("views", span),
                f"{prefix}visitors": _sum_of("visitors", span) + _count_marks(span),
            }
        )
    return sites.order_by("-views", "schema_name")


def _sum_of(figure: str, period: Period) -> Coalesce:
    return _per_site(_of(None, SiteVisits, period), Sum(figure))


def _count_marks(period: Period) -> Coalesce:
    return _per_site(_of(None, VisitorMark, period), Count("pk"))


def _per_site(rows: QuerySet[Any], aggregate: Any) -> Coalesce:
    own = rows.filter(site=OuterRef("pk")).order_by().values("site").annotate(total=aggregate).values("total")
    return Coalesce(Subquery(own, output_field=IntegerField()), Value(0))


def _of(site: Organisation | None, model: Any, period: Period) -> QuerySet[Any]:
    rows = model.objects.filter(day__range=(period.first, period.last))
    return rows if site is None else rows.filter(site=site)  # type: ignore[no-any-return] # one of the three


def sum_rows(sites: Sequence[Any]) -> dict[str, int]:
    """Sums of the figures of `list_sites_with_visits`."""
    return {name: sum(getattr(site, name) for site in sites) for name in FIGURES}


FIGURES = ("views", "visitors", "year_views", "year_visitors")
