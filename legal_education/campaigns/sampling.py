"""Campaigns of a fresh demo: the next one announced, a past one with its activities; our own words, all marked 示例."""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from legal_education.campaigns.activity_actions import add_sample_activity
from legal_education.campaigns.calendar import Occurrence, find_campaign, find_next
from legal_education.campaigns.models import Activity, CampaignPage
from site_core.actions import publish_page
from site_core.models import BasePage, ColumnPage
from site_core.sampling.pictures import find_picture
from tenants.models import Organisation

_FILE = Path(__file__).parent / "sample" / "campaigns.toml"
_REASON = "演示用示例内容"
Values = dict[str, Any]


def add_sample_campaigns(site: Organisation) -> None:
    """Publish pages and enter activities that are not there yet. What an editor changed stays."""
    today = timezone.localdate()
    column = ColumnPage.objects.filter(node_key="pufa").first()
    for values in _read() if column is not None else ():
        occurrence = _find_occurrence(values["campaign"], today)
        if site.schema_name in values["sites"] and occurrence is not None:
            _publish_once(values, occurrence)
            for row in values.get("activity", ()):
                if row["site"] == site.schema_name:
                    _enter_once(values["campaign"], row, occurrence, today)


@cache
def _read() -> list[Values]:
    found: list[Values] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["page"]
    return found


def _find_occurrence(key: str, today: date) -> Occurrence | None:
    """The campaign `next`, whichever that is; else the last one of that key that is over."""
    if key == "next":
        return find_next(today)
    campaign = find_campaign(key)
    if campaign is None:
        return None
    this_year = campaign.in_year(today.year)
    return this_year if this_year.ends_on < today else campaign.in_year(today.year - 1)


@transaction.atomic
def _publish_once(values: Values, occurrence: Occurrence) -> None:
    campaign = occurrence.campaign.key
    source = f"sample:campaign:{values['campaign']}"
    pages = CampaignPage.objects.filter(campaign=campaign, year=occurrence.year)
    if pages.exists() or BasePage.objects.filter(source_id=source).exists():
        return
    page = CampaignPage(
        title=f"{occurrence.name}（示例）",
        slug=f"{campaign.replace('_', '-')}-{occurrence.year}",
        campaign=campaign,
        year=occurrence.year,
        theme=values["theme"],
        summary=values["summary"],
        starts_on=occurrence.starts_on,
        ends_on=occurrence.ends_on,
        source_id=source,
        cover=find_picture(values["scene"], values["theme"]),
    )
    page.body = [{"type": "paragraph", "value": text} for text in values["body"]]  # type: ignore[assignment] # a StreamField takes it
    column = ColumnPage.objects.get(node_key="pufa")
    if occurrence.ends_on < timezone.localdate():
        day = datetime.combine(occurrence.starts_on - timedelta(days=5), time(9, 0))
        publish_page(column, page, public_at=timezone.make_aware(day), reason=_REASON)
    else:
        publish_page(column, page)


def _enter_once(campaign: str, row: Values, occurrence: Occurrence, today: date) -> None:
    source = f"sample:activity:{campaign}:{row['key']}"
    if Activity.objects.filter(source_id=source).exists():
        return
    fields = {name: row[name] for name in ("theme", "place", "audience", "form", "people", "materials", "summary")}
    day = min(occurrence.starts_on + timedelta(days=row["day"]), today)
    activity = Activity(
        **fields, held_on=day, campaign=occurrence.campaign.key, is_public=row.get("public", True), source_id=source
    )
    image = find_picture(row.get("scene", "none"), row["theme"])
    add_sample_activity(activity, [image] if image else [])
