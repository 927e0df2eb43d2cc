"""Public pages of activities: `/pufa/activities/`."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from legal_education.campaigns.activity_selectors import list_keys, list_public_activities, list_years, sum_up
from legal_education.campaigns.calendar import name_campaigns
from legal_education.campaigns.page_selectors import list_campaign_pages
from site_core import privacy
from site_core.listings import Filter, Filters
from site_core.models import ColumnPage
from site_core.pagination import get_listing

PAGE_SIZE = 20


@require_safe
@transaction.non_atomic_requests
def show_activities(request: HttpRequest) -> HttpResponse:
    """The list by year and campaign; a year or campaign that there is not is passed over."""
    with privacy.read_once():
        return render(request, "legal_campaigns/activities.html", _describe(request.GET))


def _describe(query: Any) -> dict[str, Any]:
    names = name_campaigns()
    filters = Filters(
        [
            _make_filter("year", "年份", [(str(year), f"{year}年") for year in list_years()], query),
            _make_filter("campaign", "活动", [(key, names[key]) for key in list_keys() if key in names], query),
        ]
    )
    year, campaign = (each.value for each in filters.choices)
    activities = list_public_activities()
    activities = activities.filter(held_on__year=int(year)) if year else activities
    activities = activities.filter(campaign=campaign) if campaign else activities
    totals = sum_up(activities)
    return {
        "listing": get_listing(activities, query.get("page"), PAGE_SIZE, total=totals.activities),
        "filters": filters,
        "totals": totals,
        "names": names,
        "campaign_pages": {(each.campaign, each.year): each for each in list_campaign_pages()},
        "column": ColumnPage.objects.visible().filter(node_key="pufa").first(),
    }


def _make_filter(name: str, label: str, options: list[tuple[str, str]], query: Any) -> Filter:
    chosen = query.get(name, "")
    return Filter(name, label, options, chosen if chosen in dict(options) else "")
