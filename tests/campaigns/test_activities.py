"""The ledger of activities, and that the cluster counts what stands in it, whatever becomes of activity or site."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import LedgerEntry
from legal_education.campaigns.activity_actions import remove_activity, save_activity
from legal_education.campaigns.models import Activity
from legal_education.cluster.models import ActivityRecord
from tenants.actions import change_details
from tenants.current import enter_site
from tests.campaigns.samples import KEY, find_editor, make_activity, make_campaign, open_page, text_of
from tests.factories import make_member
from tests.site_core.page_samples import make_picture


def records(site):
    return {(row.theme, row.people) for row in ActivityRecord.objects.filter(site=site)}


def test_activity_is_counted_when_entered_changed_and_removed(two_sites):
    activity = make_activity(two_sites.a, "集市宣传", people=100)
    make_activity(two_sites.b, "果园课", people=30)
    assert records(two_sites.a) == {("集市宣传", 100)}
    with enter_site(two_sites.a):
        keeper = find_editor(two_sites.a)
        activity.people, activity.theme = 250, "集市宣传第二场"
        save_activity(activity, [], acting_user=keeper)
        assert records(two_sites.a) == {("集市宣传第二场", 250)}
        remove_activity(activity, acting_user=keeper)
    assert records(two_sites.a) == set()
    assert records(two_sites.b) == {("果园课", 30)}


def test_same_ids_on_two_sites_are_two_records(two_sites):
    first = make_activity(two_sites.a, "甲")
    with enter_site(two_sites.b):
        same = Activity(pk=first.pk, held_on=first.held_on, theme="丙", place="某处", people=1)
        save_activity(same, [], acting_user=find_editor(two_sites.b))
    assert records(two_sites.a) == {("甲", 100)}
    assert records(two_sites.b) == {("丙", 1)}


def test_what_is_rolled_back_is_counted_nowhere(two_sites):
    class Oops(Exception):
        pass

    with pytest.raises(Oops), transaction.atomic():
        make_activity(two_sites.a)
        raise Oops
    assert records(two_sites.a) == set()


def test_every_write_stands_in_the_ledger(two_sites):
    activity = make_activity(two_sites.a)
    with enter_site(two_sites.a):
        keeper = find_editor(two_sites.a)
        save_activity(activity, [], acting_user=keeper)
        remove_activity(activity, acting_user=keeper)
    actions = LedgerEntry.objects.filter(chain="kongtong", action__startswith="campaigns.").order_by("position")
    assert [each.action.rpartition("_")[2] for each in actions] == ["added", "changed", "removed"]


@pytest.mark.parametrize("role", ["reviewer_1", "auditor"])
def test_only_editors_write(two_sites, role):
    person = make_member(two_sites.a, role)
    stranger = make_member(two_sites.b, "editor")
    with enter_site(two_sites.a):
        for user in (person, stranger):
            with pytest.raises(PermissionDenied):
                save_activity(Activity(held_on=date(2026, 1, 1), theme="x", place="y", people=1), [], acting_user=user)


def test_activity_is_of_a_day_that_has_come(two_sites):
    with pytest.raises(ValidationError) as refusal:
        make_activity(two_sites.a, held_on=timezone.localdate() + timedelta(days=1))
    assert "held_on" in refusal.value.message_dict


def test_readers_see_public_ones_of_their_site_alone(two_sites, client):
    make_activity(two_sites.a, "公开的集市")
    make_activity(two_sites.a, "内部的学习", is_public=False)
    make_activity(two_sites.b, "静宁的果园课")
    make_campaign(two_sites.a, ahead=-20)
    for path in ("/pufa/activities/", "/pufa/mfd/", "/pufa/"):
        said = text_of(open_page(client, path))
        assert "公开的集市" in said, path
        assert "内部的学习" not in said, path
        assert "静宁的果园课" not in said, path


def test_list_is_filtered_by_year_and_campaign(two_sites, client):
    make_activity(two_sites.a, "去年的", held_on=date(timezone.localdate().year - 1, 5, 4))
    make_activity(two_sites.a, "今年的")
    make_activity(two_sites.a, "没有活动的", campaign="")
    year = timezone.localdate().year
    said = text_of(open_page(client, f"/pufa/activities/?year={year - 1}"))
    assert "去年的" in said
    assert "今年的" not in said
    said = text_of(open_page(client, f"/pufa/activities/?campaign={KEY}"))
    assert "没有活动的" not in said
    for nonsense in ("year=9", "campaign=x'--", "page=99999", "year=²"):
        assert "今年的" in text_of(open_page(client, f"/pufa/activities/?{nonsense}"))


def test_list_names_the_campaign_and_leads_to_its_page(two_sites, client):
    make_activity(two_sites.a)
    make_campaign(two_sites.a)
    link = open_page(client, "/pufa/activities/").select_one(".activity__figures a")
    assert link["href"] == "/pufa/mfd/"
    assert "民法典宣传月" in link.get_text()


def test_lists_ask_as_much_whatever_they_show(two_sites, client):
    def count(path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    with enter_site(two_sites.a):
        pictures = [make_picture(f"图{number}") for number in range(3)]
    make_campaign(two_sites.a)
    make_activity(two_sites.a, images=(pictures[0],))
    paths = ("/pufa/activities/", "/pufa/mfd/")
    before = [count(path) for path in paths]
    for number in range(4):
        make_activity(two_sites.a, f"又一场{number}", images=tuple(pictures))
    assert [count(path) for path in paths] == before


def test_pictures_are_shown_with_their_descriptions(two_sites, client):
    with enter_site(two_sites.a):
        picture = make_picture("集市上")
    make_activity(two_sites.a, images=(picture,))
    assert open_page(client, "/pufa/activities/").select_one(".activity__pictures img")["alt"] == "集市上：示意"


def test_city_s_campaign_page_counts_the_counties(city, two_sites, client_of):
    make_activity(two_sites.a, people=100)
    make_activity(two_sites.a, people=20, is_public=False)
    make_activity(two_sites.b, people=300)
    make_activity(two_sites.b, people=999, campaign="")
    make_campaign(city)
    make_campaign(two_sites.a)
    rows = [
        [cell.get_text() for cell in row.select("th, td")]
        for row in open_page(client_of(city), "/pufa/mfd/").select("tbody tr")
    ]
    assert [row[1:] for row in rows] == [["1", "300", "50"], ["1", "100", "50"]]
    assert not open_page(client_of(two_sites.a), "/pufa/mfd/").select(".figures-table")


def test_county_s_new_name_stands_beside_what_it_did(city, two_sites, client_of):
    make_activity(two_sites.a)
    make_campaign(city)
    change_details(two_sites.a, {"name": "新名称司法局", "short_name": "新局", "place": "新区"})
    assert open_page(client_of(city), "/pufa/mfd/").select_one("tbody th").get_text() == "新区"
