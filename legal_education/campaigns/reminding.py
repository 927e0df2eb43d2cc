"""Editors are reminded of a campaign in time: by mail once a year and campaign, on the dashboard until its page is made."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from legal_education.campaigns.calendar import Occurrence, list_campaigns, list_due
from legal_education.campaigns.models import Activity, CampaignPage, Reminder
from legal_education.campaigns.permissions import EDITORS
from site_core.models import ColumnPage
from tenants.current import current_site, root_url

_STILL_ASKED = timedelta(days=30)
"""How long after the day by which it should have been, an activity is asked for."""


@dataclass(frozen=True)
class Waiting:
    """A campaign that is to be prepared, and its page as far as there is one."""

    occurrence: Occurrence
    page: CampaignPage | None
    days: int


@dataclass(frozen=True)
class Unreported:
    """A campaign that is over, and of which the site told nothing; `is_late` after the last day for it."""

    occurrence: Occurrence
    is_late: bool


def is_concerned() -> bool:
    """Whether the site has the column of legal education: law and notary offices have none, and are not reminded."""
    return ColumnPage.objects.filter(node_key="pufa").exists()


def list_waiting(today: date) -> list[Waiting]:
    """Campaigns whose time of preparation has come and that are not over, without those whose page is public."""
    pages = {(page.campaign, page.year): page for page in CampaignPage.objects.filter(year__gte=today.year)}
    found = [
        Waiting(each, pages.get((each.campaign.key, each.year)), (each.starts_on - today).days)
        for each in list_due(today)
    ]
    return [each for each in found if each.page is None or not each.page.live]


def list_unreported(today: date) -> list[Unreported]:
    """Campaigns that ended lately without an activity in the ledger."""
    ended = [
        each.in_year(year) for each in list_campaigns() for year in (today.year - 1, today.year) if each.occurs_in(year)
    ]
    recent = [each for each in ended if each.ends_on < today <= each.reports_by + _STILL_ASKED]
    told = set(Activity.objects.exclude(campaign="").order_by().values_list("campaign", "held_on__year").distinct())
    return [Unreported(each, today > each.reports_by) for each in recent if (each.campaign.key, each.year) not in told]


def remind_all(today: date | None = None) -> int:
    """Mail the site's editors what has come due and was not mailed yet. Returns how many campaigns that were."""
    if not is_concerned():
        return 0
    waiting = [each for each in list_waiting(today or timezone.localdate()) if each.page is None]
    return sum(_remind(each.occurrence) for each in waiting)


@transaction.atomic
def _remind(occurrence: Occurrence) -> int:
    """Within the transaction: where the mail cannot be handed over, it is tried again the next day."""
    reminder, is_new = Reminder.objects.get_or_create(campaign=occurrence.campaign.key, year=occurrence.year)
    if not is_new:
        return 0
    people = list(_list_editors())
    for person in people:
        _mail(person, occurrence)
    reminder.people = len(people)
    reminder.save(update_fields=["people"])
    return 1


def _list_editors() -> Any:
    members = User.objects.filter(
        is_active=True, memberships__group__name__in=EDITORS, memberships__until__isnull=True
    ).exclude(email="")
    return members.distinct()


def _mail(person: User, occurrence: Occurrence) -> None:
    site = current_site()
    lines = [
        f"{occurrence.name}：{_say_days(occurrence)}。",
        occurrence.campaign.about,
        "",
        f"请准备活动专页，登录后台首页可一键生成草稿：{root_url(site)}{reverse('wagtailadmin_home')}",
        f"活动结束后，请在{occurrence.reports_by:%Y-%m-%d}前登记普法活动。",
    ]
    subject = f"［{site.short_name}］普法提醒：{occurrence.name}"
    send_mail(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [person.email])


def _say_days(occurrence: Occurrence) -> str:
    first, last = occurrence.starts_on, occurrence.ends_on
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d}至{last:%Y-%m-%d}"
