"""Checks of a campaign's page before publication."""

from collections.abc import Iterator

from legal_education.campaigns.calendar import find_campaign
from legal_education.campaigns.models import CampaignPage
from site_core.publication_checks import Draft, Finding, Severity, register_check


def register_own_checks() -> None:
    """Called once, when the app is ready."""
    register_check(CampaignPage, check_time)
    register_check(CampaignPage, check_text)


def check_time(draft: Draft) -> Iterator[Finding]:
    """Days other than the calendar's are possible, and more often a slip."""
    page = draft.page
    campaign = find_campaign(page.campaign)
    if campaign is None or not page.starts_on or not page.ends_on:
        return
    usual = campaign.in_year(page.year)
    if (page.starts_on, page.ends_on) != (usual.starts_on, usual.ends_on):
        words = f"时间与普法日历不同（日历为{usual.starts_on:%m-%d}至{usual.ends_on:%m-%d}）。"
        yield Finding(Severity.SHOULD, "时间", words, "请核对。", "starts_on")


def check_text(draft: Draft) -> Iterator[Finding]:
    """A reader wants to know what happens."""
    if not draft.page.summary and not draft.page.body:
        yield Finding(Severity.SHOULD, "摘要", "没有摘要，也没有正文。", "请写明活动安排。", "summary")
