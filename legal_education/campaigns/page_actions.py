"""Making the page of a campaign from a template."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from legal_education.campaigns.calendar import Occurrence
from legal_education.campaigns.models import CampaignPage
from site_core.models import ColumnPage
from tenants.current import current_site


class PageRefused(ValueError):
    """The page cannot be made; the text is for the editor."""


@transaction.atomic
def start_page(occurrence: Occurrence, *, acting_user: Any) -> CampaignPage:
    """A draft of the campaign's page, what has to be written marked in it; the one that is there already is given back.

    Raises PageRefused without the column 法治宣传, PermissionDenied for who may not add there.
    """
    column = ColumnPage.objects.select_for_update(of=("self",)).filter(node_key="pufa").first()
    if column is None:
        raise PageRefused("本站没有“法治宣传”栏目。")
    if not column.permissions_for_user(acting_user).can_add_subpage():
        raise PermissionDenied
    known = CampaignPage.objects.filter(campaign=occurrence.campaign.key, year=occurrence.year).first()
    if known is not None:
        return known
    page = make_page(occurrence)
    page.owner, page.live = acting_user, False
    column.add_child(instance=page)
    page.save_revision(user=acting_user, log_action=True)
    return page


def make_page(occurrence: Occurrence) -> CampaignPage:
    """The page as the template has it, not saved."""
    name = current_site().name
    page = CampaignPage(
        title=f"{occurrence.name}活动",
        slug=f"{occurrence.campaign.key.replace('_', '-')}-{occurrence.year}",
        campaign=occurrence.campaign.key,
        year=occurrence.year,
        starts_on=occurrence.starts_on,
        ends_on=occurrence.ends_on,
        theme="【请填写：本年主题】",
        summary=f"{name}组织开展{occurrence.name}活动。{occurrence.campaign.about}",
    )
    texts = (
        f"<p>{occurrence.campaign.about}</p>",
        "<h2>活动安排</h2><p>【请填写：时间、地点、内容，每项一行】</p>",
        "<h2>怎样参加</h2><p>【请填写：报名或到场的办法，咨询电话】</p>",
    )
    page.body = [{"type": "paragraph", "value": text} for text in texts]  # type: ignore[assignment] # a StreamField takes it
    return page
