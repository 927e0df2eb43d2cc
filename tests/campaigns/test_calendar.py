"""The calendar: the product's dates, the centre's own, and what is due when."""

from datetime import date

import pytest

from accounts.models import LedgerEntry
from legal_education.campaigns.calendar import find_campaign, find_next, list_campaigns, list_due, list_shipped
from legal_education.cluster.models import ExtraCampaign
from tests.factories import make_member

SCREEN = "/admin/console/education-calendar/"


def form(**changes):
    values = {"name": "法治文化节", "first_day": "2026-09-10", "last_day": "2026-09-16", "is_yearly": "on", "lead_days": "15", "report_days": "5", "about": "说明"}  # fmt: skip
    return values | changes


def test_shipped_calendar_knows_the_seeds():
    found = {each.name: (each.first, each.last) for each in list_shipped()}
    assert found["宪法宣传周"] == ((12, 1), (12, 7))
    assert found["民法典宣传月"] == ((5, 1), (5, 31))
    days = {"民法典颁布日": (5, 28), "全民国家安全教育日": (4, 15), "国际禁毒日": (6, 26), "国际消费者权益日": (3, 15), "全国消防日": (11, 9), "全国交通安全日": (12, 2)}  # fmt: skip
    assert {name: found[name][0] for name in days} == days
    assert len({each.key for each in list_shipped()}) == len(list_shipped())


@pytest.mark.parametrize(
    ("day", "is_due"),
    [(date(2026, 10, 31), False), (date(2026, 11, 1), True), (date(2026, 12, 7), True), (date(2026, 12, 8), False)],
)
def test_campaign_is_due_from_its_lead_to_its_end(db, day, is_due):
    assert ("xianfa_zhou" in [each.campaign.key for each in list_due(day)]) is is_due


def test_lead_that_begins_in_the_year_before_counts(db):
    ExtraCampaign.objects.create(name="元旦宣传", first_day=date(2026, 1, 5), last_day=date(2026, 1, 6), lead_days=20)
    assert [each.year for each in list_due(date(2026, 12, 20))] == [2027]


def test_next_campaign_is_the_one_that_runs_or_comes_first(db):
    assert find_next(date(2026, 12, 3)).campaign.key == "xianfa_zhou"
    assert find_next(date(2026, 12, 8)).name == "2027年国际消费者权益日"


def test_date_of_one_year_is_no_date_of_the_next(db):
    row = ExtraCampaign.objects.create(
        name="一次的", first_day=date(2026, 6, 1), last_day=date(2026, 6, 2), is_yearly=False
    )
    campaign = find_campaign(f"own-{row.pk}")
    assert [campaign.occurs_in(year) for year in (2025, 2026, 2027)] == [False, True, False]


def test_centre_adds_changes_and_removes_a_date(centre):
    centre.post(f"{SCREEN}new/", form())
    row = ExtraCampaign.objects.get()
    assert "法治文化节" in centre.get(SCREEN).content.decode()
    assert [each.name for each in list_campaigns() if each.key == f"own-{row.pk}"] == ["法治文化节"]
    centre.post(f"{SCREEN}{row.pk}/", form(name="法治文化周"))
    row.refresh_from_db()
    assert row.name == "法治文化周"
    centre.post(f"{SCREEN}{row.pk}/delete/")
    assert not ExtraCampaign.objects.exists()
    actions = LedgerEntry.objects.filter(action__startswith="campaigns.date").order_by("position")
    assert [each.action for each in actions] == [
        "campaigns.date_added",
        "campaigns.date_changed",
        "campaigns.date_removed",
    ]


@pytest.mark.parametrize(
    "changes", [{"last_day": "2026-09-01"}, {"last_day": "2027-01-03"}, {"name": ""}, {"lead_days": "1000"}]
)
def test_date_that_cannot_be_is_refused_and_what_was_typed_stays(centre, changes):
    answer = centre.post(f"{SCREEN}new/", form(**changes))
    assert answer.status_code == 200
    assert "error-message" in answer.content.decode()
    assert "说明" in answer.content.decode()
    assert not ExtraCampaign.objects.exists()


def test_calendar_is_the_centre_s(city, two_sites, signed_in):
    for site in (city, two_sites.a):
        person = signed_in(site, make_member(site, "site_admin"))
        assert person.get(SCREEN).status_code == 404
        assert person.post(f"{SCREEN}new/", form()).status_code == 404
    assert not ExtraCampaign.objects.exists()
