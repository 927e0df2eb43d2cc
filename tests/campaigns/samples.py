"""Campaigns and activities to test with, made through the public doors."""

from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup
from django.utils import timezone

from legal_education.campaigns.activity_actions import save_activity
from legal_education.campaigns.models import Activity, CampaignPage
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation
from tests.factories import make_person
from tests.site_core.page_samples import publish

KEY = "minfadian_yue"


def make_activity(site: Organisation, theme: str = "集市宣传", images: tuple[Any, ...] = (), **fields: Any) -> Activity:
    """An activity on the site, public, of the campaign `KEY`, held yesterday unless `fields` say otherwise."""
    values: dict[str, Any] = {
        "held_on": timezone.localdate() - timedelta(days=1), "place": "中街集市", "audience": "farmers", "form": "stall",
        "people": 100, "materials": 50, "campaign": KEY, "is_public": True, **fields,
    }  # fmt: skip
    with enter_site(site):
        return save_activity(Activity(theme=theme, **values), list(images), acting_user=find_editor(site))


def find_editor(site: Organisation) -> Any:
    """An editor of the site, who must be entered."""
    from django.contrib.auth.models import Group

    from accounts.models import User
    from site_core.models import Membership

    name = f"{site.schema_name}-keeper"
    known = User.objects.filter(username=name).first()
    if known is None:
        known = make_person(name)
        Membership.objects.create(user=known, group=Group.objects.get(name="editor"))
    return User.objects.get(pk=known.pk)


def make_campaign(
    site: Organisation, title: str = "民法典宣传月活动", *, ahead: int = -10, days: int = 31, **fields: Any
) -> CampaignPage:
    """A public page of the campaign `KEY` that begins in that many days."""
    first = timezone.localdate() + timedelta(days=ahead)
    values: dict[str, Any] = {
        "campaign": KEY, "year": first.year, "theme": "美好生活", "summary": "一个月的活动。", "starts_on": first,
        "ends_on": first + timedelta(days=days - 1), "slug": "mfd", **fields,
    }  # fmt: skip
    with enter_site(site):
        return publish(get_column("pufa"), CampaignPage(title=title, **values))


def open_page(client: Any, path: str) -> BeautifulSoup:
    """The page as a reader's browser has it."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return BeautifulSoup(answer.content.decode(), "html.parser")


def text_of(page: Any) -> str:
    """What its main part says."""
    return " ".join((page.find("main") or page).get_text().split())
