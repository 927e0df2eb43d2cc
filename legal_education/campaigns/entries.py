"""Pages of campaigns in the catalogue."""

from typing import Any

from legal_education.campaigns.calendar import find_campaign
from legal_education.campaigns.models import CampaignPage
from search.body_text import list_body_parts
from search.catalogue import CatalogueDraft, register_entry
from search.models import PageType


def register_own_entries() -> None:
    """Called once, when the app is ready."""
    register_entry(CampaignPage, build_campaign)


def build_campaign(page: Any) -> CatalogueDraft:
    """A campaign, found by its theme and by the calendar's name for it."""
    known = find_campaign(page.campaign)
    names = [page.theme, known.name if known else "", f"{page.year}年"]
    return CatalogueDraft(PageType.TOPIC, list_body_parts(page.body), names=[name for name in names if name])
