"""The readers' place of legal education: what the column `pufa` shows at its plain address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from legal_education.audiences import Audience
from legal_education.campaigns.activity_selectors import list_public_activities
from legal_education.campaigns.calendar import find_next
from legal_education.campaigns.hub_parts import build_parts, build_shelves
from legal_education.campaigns.models import CampaignPage
from legal_education.campaigns.page_selectors import list_campaign_pages
from legal_education.campaigns.phases import Phase, find_phase
from search.selectors import list_education_of_sites
from site_core import reading, selectors
from site_core.models import ColumnPage
from tenants.current import current_site

_LAWS = "flfg"
_PAGES, _ACTIVITIES, _COUNTIES, _LAWS_SHOWN, _NEWS_READ = 6, 4, 8, 6, 60


@dataclass(frozen=True)
class NextCampaign:
    """What is announced on top: from the site's own page where there is one, else from the calendar."""

    name: str
    about: str
    starts_on: date
    ends_on: date
    phase: Phase
    days: int
    url: str = ""


@dataclass(frozen=True)
class SubColumn:
    """A column below, with the latest page in it where that is among the latest of all."""

    column: ColumnPage
    latest: Any


def describe_hub(column: ColumnPage, query: Mapping[str, str]) -> dict[str, Any]:
    """For the template."""
    reading.hold_for_today()
    audience = _choose_audience(query)
    pages = list(list_campaign_pages()[: _PAGES + 1])
    activities = list_public_activities().prefetch_related(None)
    if audience:
        activities = activities.filter(audience__in=[audience, Audience.ALL])
    return {
        "next_campaign": _find_next(pages, timezone.localdate()),
        "shelves": build_shelves(audience.value if audience else ""),
        "audiences": [each for each in Audience if each != Audience.ALL],
        "audience": audience,
        "activities": list(activities[:_ACTIVITIES]),
        "campaign_pages": [(page, page.phase_on(timezone.localdate())) for page in pages[:_PAGES]],
        "laws": _list_laws(),
        "below": _list_below(column),
        "parts": build_parts(),
        "counties": list_education_of_sites(_COUNTIES) if current_site().is_city else [],
    }


def _choose_audience(query: Mapping[str, str]) -> Audience | None:
    asked = query.get("audience", "")
    return Audience(asked) if asked in Audience.values and asked != Audience.ALL else None


def _find_next(pages: list[CampaignPage], today: date) -> NextCampaign | None:
    """The site's own page that runs or comes first; without one the calendar's."""
    occurrence = find_next(today)
    own = min((page for page in pages if page.ends_on >= today), key=lambda each: each.starts_on, default=None)
    if own is not None and (occurrence is None or own.starts_on <= occurrence.starts_on):
        days = own.starts_on, own.ends_on
        return NextCampaign(own.title, own.theme or own.summary, *days, *_place(*days, today), own.get_url())
    if occurrence is None:
        return None
    days = occurrence.starts_on, occurrence.ends_on
    return NextCampaign(occurrence.name, occurrence.campaign.about, *days, *_place(*days, today))


def _place(first: date, last: date, today: date) -> tuple[Phase, int]:
    return find_phase(first, last, today), (first - today).days


def _list_laws() -> tuple[ColumnPage | None, list[Any]]:
    """The column of laws, and what is new in it."""
    column = ColumnPage.objects.visible().filter(node_key=_LAWS).first()
    return column, (selectors.list_latest(column, _LAWS_SHOWN) if column else [])


def _list_below(column: ColumnPage) -> list[SubColumn]:
    """The site's own columns below: two queries for any number."""
    latest = selectors.list_latest(column, _NEWS_READ)
    return [
        SubColumn(each, next((item for item in latest if item.path.startswith(each.path)), None))
        for each in selectors.list_subcolumns(column)
    ]
