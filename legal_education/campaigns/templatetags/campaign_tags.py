"""Tags of campaigns: their days, their phase, the campaign of an activity."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from legal_education.campaigns.models import Activity
from legal_education.campaigns.phases import Phase

register = template.Library()

_BADGES = {Phase.AHEAD: "badge--warn", Phase.RUNNING: "badge--ok", Phase.OVER: "badge--off"}


@register.simple_tag
def phase_badge(phase: Phase) -> SafeString:
    """The phase in words and shape."""
    return format_html('<span class="badge {}">{}</span>', _BADGES[phase], phase.label)


@register.simple_tag
def days_of(first: date, last: date) -> SafeString:
    """`2026-12-01至2026-12-07`; one day alone by itself."""
    start = format_html('<time datetime="{0}">{0}</time>', f"{first:%Y-%m-%d}")
    if first == last:
        return start
    return format_html('<span>{0}至<time datetime="{1}">{1}</time></span>', start, f"{last:%Y-%m-%d}")


@register.simple_tag
def campaign_of(activity: Activity, names: Mapping[str, str], pages: Mapping[tuple[str, int], Any]) -> dict[str, str]:
    """`name` and `url` of the campaign that the activity belongs to; '' for what there is not."""
    name = names.get(activity.campaign, "")
    page = pages.get((activity.campaign, activity.campaign_year))
    return {"name": f"{activity.campaign_year}年{name}" if name else "", "url": page.get_url() if page else ""}
