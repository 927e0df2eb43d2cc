"""What the pages of campaigns show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Sum
from django.utils import timezone

from legal_education.campaigns.activity_selectors import Totals, list_activities_of, sum_up
from legal_education.campaigns.calendar import find_campaign
from legal_education.cluster.models import ActivityRecord
from site_core import reading, selectors
from site_core.models import BasePage
from tenants.current import current_site, root_url
from tenants.kinds import SiteState
from tenants.models import Organisation
from tenants.selectors import with_primary_hosts

if TYPE_CHECKING:
    from legal_education.campaigns.models import CampaignPage

COUNTED_STATES = (SiteState.LIVE, SiteState.SUSPENDED, SiteState.ARCHIVED)
"""What a site did was done, whatever became of the site; what is tried on a site on trial was not."""
_SHOWN = 60


@dataclass(frozen=True)
class SiteTotals:
    """What a site did; `url` leads to its site, '' for one that is closed to readers."""

    name: str
    url: str
    totals: Totals


def list_campaign_pages() -> Any:
    """Public pages of campaigns, latest first."""
    from legal_education.campaigns.models import CampaignPage

    for column in _find_columns():
        reading.record(f"column:{current_site().schema_name}:{column}")
    return CampaignPage.objects.visible().order_by("-starts_on", "-pk").select_related("cover").defer("body")


def _find_columns() -> list[int]:
    """A page of a campaign that is new stands on pages that had none before: they carry the column's tag."""
    return list(BasePage.objects.filter(node_key="pufa").values_list("pk", flat=True))


def describe_campaign(page: "CampaignPage") -> dict[str, Any]:
    """Phase and days to go, chosen articles, activities with their totals; on the city's page what each site did."""
    reading.hold_for_today()
    today = timezone.localdate()
    activities = list_activities_of(page.campaign, page.year)
    campaign = find_campaign(page.campaign)
    site = current_site()
    return {
        "phase": page.phase_on(today),
        "days": (page.starts_on - today).days,
        "about": campaign.about if campaign else "",
        "chosen": _list_chosen(page),
        "activities": list(activities[:_SHOWN]),
        "totals": sum_up(activities),
        "counties": list_totals_of_sites(page.campaign, page.year) if site.is_city else [],
        "columns": selectors.list_columns_above(page),
    }


def _list_chosen(page: "CampaignPage") -> list[BasePage]:
    """Those of the chosen pages that everybody may read, in the editor's order."""
    chosen = [row.page_id for row in page.articles.all()]
    found = BasePage.objects.visible().filter(pk__in=chosen).in_bulk() if chosen else {}
    return [found[key] for key in chosen if key in found]


def list_totals_of_sites(campaign: str, year: int) -> list[SiteTotals]:
    """What every site of the cluster did for a campaign of that year and made public, most people first. Two queries."""
    rows = ActivityRecord.objects.filter(
        campaign=campaign, held_on__year=year, is_public=True, site__state__in=COUNTED_STATES
    )
    counted = (
        rows.order_by()
        .values("site")
        .annotate(activities=Count("pk"), reached=Sum("people"), leaflets=Sum("materials"))
        .order_by("-reached", F("site").asc())
    )
    figures = {row["site"]: Totals(row["activities"], row["reached"], row["leaflets"]) for row in counted}
    sites = with_primary_hosts(Organisation.objects.all()).in_bulk(figures)
    return [
        SiteTotals(
            sites[key].place or sites[key].short_name,
            root_url(sites[key]) if sites[key].state == SiteState.LIVE else "",
            totals,
        )
        for key, totals in figures.items()
    ]
