"""Reminders in time: once a year and campaign, to the site's editors; one click makes the draft."""

from datetime import date

import pytest

from legal_education.campaigns.calendar import find_campaign
from legal_education.campaigns.models import Activity, CampaignPage, Reminder
from legal_education.campaigns.page_actions import start_page
from legal_education.campaigns.reminding import list_unreported, list_waiting, remind_all
from site_core.locks import rollout
from site_core.models import ColumnPage
from tenants.current import enter_site
from tests.campaigns.samples import find_editor, make_activity
from tests.factories import make_member

IN_TIME, TOO_EARLY = date(2026, 11, 1), date(2026, 10, 1)
"""Two campaigns are due on the first day: 全国消防日 and 宪法宣传周."""
START = "/admin/campaigns/xianfa_zhou/2026/start/"


@pytest.fixture
def people(two_sites):
    """An editor and a reviewer of 崆峒区, an editor of 静宁县."""
    return [
        make_member(two_sites.a, "editor"),
        make_member(two_sites.a, "reviewer_1"),
        make_member(two_sites.b, "editor"),
    ]


def test_editors_of_the_site_are_told_once(people, two_sites, mailoutbox):
    with enter_site(two_sites.a):
        assert remind_all(TOO_EARLY) == 0
        assert remind_all(IN_TIME) == 2
        assert remind_all(IN_TIME) == 0
    mails = [mail for mail in mailoutbox if "宪法宣传周" in mail.subject]
    assert [mail.to for mail in mails] == [[people[0].email]]
    assert "2026-12-01至2026-12-07" in mails[0].body
    assert "http://kongtong.sfj.localhost" in mails[0].body


def test_next_year_they_are_told_again(people, two_sites, mailoutbox):
    with enter_site(two_sites.a):
        remind_all(IN_TIME)
        remind_all(date(2027, 11, 1))
        assert set(Reminder.objects.filter(campaign="xianfa_zhou").values_list("year", flat=True)) == {2026, 2027}


def test_each_site_reminds_its_own(people, two_sites, mailoutbox):
    with enter_site(two_sites.b):
        remind_all(IN_TIME)
    assert {address for mail in mailoutbox for address in mail.to} == {people[2].email}


def test_nobody_is_told_where_the_page_is_being_made(people, two_sites, mailoutbox):
    with enter_site(two_sites.a):
        start_page(find_campaign("xianfa_zhou").in_year(2026), acting_user=people[0])
        remind_all(IN_TIME)
    assert not [mail for mail in mailoutbox if "宪法宣传周" in mail.subject]


def test_mail_that_cannot_be_handed_over_is_tried_again(people, two_sites, monkeypatch, mailoutbox):
    def refuse(*args, **kwargs):
        raise OSError("no mail server")

    with enter_site(two_sites.a):
        with monkeypatch.context() as patch, pytest.raises(OSError, match="no mail server"):
            patch.setattr("legal_education.campaigns.reminding.send_mail", refuse)
            remind_all(IN_TIME)
        assert not Reminder.objects.exists()
        assert remind_all(IN_TIME) == 2


def test_one_click_makes_the_draft_and_the_second_finds_it(editor, two_sites):
    answer = editor.post(START)
    with enter_site(two_sites.a):
        page = CampaignPage.objects.get()
    assert answer.url == f"/admin/pages/{page.pk}/edit/"
    assert (page.live, page.year, page.starts_on) == (False, 2026, date(2026, 12, 1))
    assert editor.post(START).url == answer.url
    with enter_site(two_sites.a):
        assert CampaignPage.objects.count() == 1


@pytest.mark.parametrize("address", ["nothing/2026", "xianfa_zhou/1200", "xianfa_zhou/99999"])
def test_campaign_that_is_not_cannot_be_started(editor, two_sites, address):
    assert editor.post(f"/admin/campaigns/{address}/start/").status_code == 404
    assert editor.get(START).status_code == 405


def test_others_cannot_start_it(two_sites, signed_in):
    assert signed_in(two_sites.a, make_member(two_sites.a, "reviewer_1")).post(START).status_code == 404
    assert signed_in(two_sites.a, make_member(two_sites.a, "auditor")).post(START).status_code == 404


def test_dashboard_waits_until_the_page_is_public(people, two_sites):
    with enter_site(two_sites.a):
        page = start_page(find_campaign("xianfa_zhou").in_year(2026), acting_user=people[0])
        assert [each.page.pk for each in list_waiting(IN_TIME) if each.page] == [page.pk]
        page.save_revision().publish()
        assert "xianfa_zhou" not in [each.occurrence.campaign.key for each in list_waiting(IN_TIME)]


def test_dashboard_shows_what_is_due(editor, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: IN_TIME)
    said = editor.get("/admin/").content.decode()
    assert "2026年宪法宣传周" in said
    assert START in said


def test_activity_is_asked_for_after_the_end_until_one_is_entered(two_sites):
    after, late = date(2026, 6, 3), date(2026, 6, 10)
    with enter_site(two_sites.a):
        assert [(each.occurrence.campaign.key, each.is_late) for each in list_unreported(after)].count(
            ("minfadian_yue", False)
        ) == 1
        assert ("minfadian_yue", True) in [
            (each.occurrence.campaign.key, each.is_late) for each in list_unreported(late)
        ]
    make_activity(two_sites.a, held_on=date(2026, 5, 20))
    with enter_site(two_sites.a):
        assert "minfadian_yue" not in [each.occurrence.campaign.key for each in list_unreported(late)]
        assert Activity.objects.count() == 1
    with enter_site(two_sites.b):
        find_editor(two_sites.b)
        assert "minfadian_yue" in [each.occurrence.campaign.key for each in list_unreported(late)]


def test_site_without_the_column_is_not_reminded(people, two_sites, mailoutbox):
    with enter_site(two_sites.a), rollout():
        ColumnPage.objects.filter(node_key="pufa").update(node_key="")
        assert remind_all(IN_TIME) == 0
    assert not mailoutbox
