"""Visits in the demo: sixty days before today, made up, the same each time, and marked as samples."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from delivery.models import PageViews, SiteVisits
from site_core.privacy import list_restricted_paths
from tenants.kinds import SiteKind
from tenants.models import Organisation

DAYS, PAGES = 60, 14
_DAILY_VIEWS = {SiteKind.CITY_BUREAU: 900, SiteKind.COUNTY_BUREAU: 320}
_OTHERS = 60
_WEEKEND, _VIEWS_EACH = 0.45, 2.4


def prepare_demo(site: Organisation) -> None:
    """See the module; a site that has any figures keeps what it has."""
    if SiteVisits.objects.filter(site=site).exists():
        return
    views = {(day, page_id): count for day, page_id, count in _imagine(site, timezone.localdate())}
    of_day: Counter[date] = Counter()
    for (day, _), count in views.items():
        of_day[day] += count
    with transaction.atomic():
        PageViews.objects.bulk_create(
            [PageViews(site=site, page_id=page_id, day=day, views=count) for (day, page_id), count in views.items()],
            ignore_conflicts=True,
        )
        SiteVisits.objects.bulk_create(
            [
                SiteVisits(site=site, day=day, views=count, visitors=round(count / _VIEWS_EACH), is_sample=True)
                for day, count in of_day.items()
            ],
            ignore_conflicts=True,
        )


def _imagine(site: Organisation, today: date) -> Iterator[tuple[date, int, int]]:
    """(day, page, views): busy on working days, quiet at weekends, a few pages read much and most read little."""
    random = Random(site.schema_name)  # noqa: S311 - nothing secret
    pages = _list_pages()
    daily = _DAILY_VIEWS.get(SiteKind(site.kind), _OTHERS)
    weights = [1 / (place + 1.5) for place in range(len(pages))]
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        busy = daily * (_WEEKEND if day.weekday() >= 5 else 1) * random.uniform(0.8, 1.25)
        for page_id, weight in zip(pages, weights, strict=True):
            count = round(busy * weight / sum(weights) * random.uniform(0.6, 1.4))
            if count:
                yield day, page_id, count


def _list_pages() -> list[int]:
    """The home page, its columns, then the newest pages."""
    pages = Page.objects.live().filter(depth__gte=2)
    for restricted in list_restricted_paths():
        pages = pages.exclude(path__startswith=restricted)
    upper = list(pages.filter(depth__lte=3).order_by("path").values_list("pk", flat=True)[: PAGES // 2])
    newest = pages.filter(depth__gt=3).order_by("-first_published_at", "-pk").values_list("pk", flat=True)
    return [*upper, *newest[: PAGES - len(upper)]]
