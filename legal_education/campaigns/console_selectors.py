"""What the centre sees of activities: counts by site, audience and month, and who has told nothing. No schema is entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from legal_education.audiences import Audience
from legal_education.campaigns.activity_selectors import Totals
from legal_education.campaigns.calendar import Campaign, Occurrence, list_campaigns
from legal_education.campaigns.page_selectors import COUNTED_STATES
from legal_education.cluster.models import ActivityRecord
from tenants.kinds import SiteKind, SiteState
from tenants.models import Organisation

REPORTING_KINDS = (SiteKind.CITY_BUREAU, SiteKind.COUNTY_BUREAU)
"""Who has to report each campaign; other sites may."""


@dataclass(frozen=True)
class Question:
    """What is asked: a year, and a campaign, an audience or a site ('' and None for all)."""

    year: int
    campaign: str = ""
    audience: str = ""
    site: int | None = None


@dataclass(frozen=True)
class SiteRow:
    """A site with what it did."""

    site: Organisation
    totals: Totals


def read_question(query: Mapping[str, str], today: date) -> Question:
    """From the address; what makes no sense is passed over."""
    year, site = query.get("year", ""), query.get("site", "")
    audience = query.get("audience", "")
    keys = {each.key for each in list_campaigns()}
    return Question(
        year=int(year) if year.isascii() and year.isdigit() and 1986 <= int(year) <= today.year else today.year,
        campaign=query.get("campaign", "") if query.get("campaign", "") in keys else "",
        audience=audience if audience in Audience.values else "",
        site=int(site) if site.isascii() and site.isdigit() and len(site) < 10 else None,
    )


def list_records(question: Question) -> Any:
    """Activities that are counted, of all sites but those on trial."""
    rows = ActivityRecord.objects.filter(site__state__in=COUNTED_STATES, held_on__year=question.year)
    wanted = {"campaign": question.campaign, "audience": question.audience, "site_id": question.site}
    return rows.filter(**{name: value for name, value in wanted.items() if value}).order_by("-held_on", "-pk")


def list_years(today: date) -> list[int]:
    """Years in which something was, and this one; latest first."""
    found = ActivityRecord.objects.annotate(year=ExtractYear("held_on")).order_by().values_list("year", flat=True)
    return sorted({today.year, *found.distinct()}, reverse=True)


def _count(rows: Any, name: str) -> dict[Any, Totals]:
    found = rows.order_by().values(name).annotate(count=Count("pk"), reached=Sum("people"), leaflets=Sum("materials"))
    return {row[name]: Totals(row["count"], row["reached"], row["leaflets"]) for row in found}


def count_by_site(question: Question) -> list[SiteRow]:
    """Sites with activities, most people first; then live ones that should have some and have none."""
    counted = _count(list_records(question), "site")
    sites = {site.pk: site for site in Organisation.objects.filter(pk__in=counted)}
    if question.site is None:
        sites |= {site.pk: site for site in list_reporting_sites()}
    rows = [SiteRow(site, counted.get(key, Totals())) for key, site in sites.items()]
    return sorted(rows, key=lambda row: (-row.totals.people, -row.totals.activities, row.site.region_code, row.site.pk))


def count_by_audience(question: Question) -> list[tuple[str, Totals]]:
    """Audiences by name, in the order of their list; those that were reached."""
    counted = _count(list_records(question), "audience")
    return [(str(each.label), counted[each.value]) for each in Audience if each.value in counted]


def count_by_month(question: Question) -> list[tuple[str, Totals]]:
    """All twelve."""
    counted = _count(list_records(question).annotate(month=ExtractMonth("held_on")), "month")
    return [(f"{month}月", counted.get(month, Totals())) for month in range(1, 13)]


def count_by_campaign(question: Question) -> list[tuple[str, Totals]]:
    """Campaigns of the calendar with activities; what belongs to none stands last."""
    counted = _count(list_records(question), "campaign")
    named = [(each.name, counted.pop(each.key)) for each in list_campaigns() if each.key in counted]
    rest = Totals()
    for totals in counted.values():
        rest = rest.plus(totals)
    return [*named, *([("其他", rest)] if rest.activities else [])]


def list_reporting_sites() -> list[Organisation]:
    """Live bureaus."""
    found = Organisation.objects.filter(state=SiteState.LIVE, kind__in=REPORTING_KINDS)
    return list(found.order_by("region_code", "kind", "schema_name"))


@dataclass(frozen=True)
class Missing:
    """A campaign that is over, and the bureaus that told nothing of it; `is_late` after the day by which they had to."""

    occurrence: Occurrence
    sites: list[Organisation]
    is_late: bool


def list_missing(year: int, today: date, campaign: str = "") -> list[Missing]:
    """Campaigns of the year that have ended, latest first, with who has not reported. Two queries."""
    sites = list_reporting_sites()
    rows = ActivityRecord.objects.filter(held_on__year=year).exclude(campaign="").order_by()
    told = set(rows.values_list("campaign", "site_id").distinct())
    wanted = [each for each in list_campaigns() if not campaign or each.key == campaign]
    ended = _list_ended(wanted, year, today)
    found = [(each, [site for site in sites if (each.campaign.key, site.pk) not in told]) for each in ended]
    missing = [Missing(each, lacking, today > each.reports_by) for each, lacking in found if lacking]
    return sorted(missing, key=lambda each: each.occurrence.ends_on, reverse=True)


def _list_ended(campaigns: list[Campaign], year: int, today: date) -> list[Occurrence]:
    found = [each.in_year(year) for each in campaigns if each.occurs_in(year)]
    return [each for each in found if each.ends_on < today]
