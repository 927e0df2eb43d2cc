"""The ledger's screens: a site sees its own chain and no other, the centre all; filters, pages, file, verification."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.ledger import record
from accounts.models import LedgerEntry, LedgerHead
from site_core import ledger_csv, ledger_views
from tests.factories import make_member

CENTRE, SITE = "/admin/console/ledger/", "/admin/ledger/"
TABLE = "public.accounts_ledgerentry"


@pytest.fixture
def site_admin(two_sites, signed_in):
    """崆峒区's administrator, on that site."""
    return signed_in(two_sites.a, make_member(two_sites.a, "site_admin"))


def entries_in(response):
    return response.context["object_list"]


def rows_in(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def add(count, chain="kongtong", action="page.published", **detail):
    for number in range(count):
        record(action, chain=chain, detail={"number": number, **detail})


def test_site_sees_its_own_chain_and_no_other(site_admin):
    record("page.published", chain="jingning", detail={"secret": "of-jingning"})
    record("page.published", chain="platform", detail={"secret": "of-the-platform"})
    for url in (SITE, f"{SITE}results/", f"{SITE}?chain=jingning", f"{SITE}?q=secret", f"{SITE}?chain=platform&q=of-"):
        response = site_admin.get(url)
        assert {entry.chain for entry in entries_in(response)} <= {"kongtong"}
        assert "of-jingning" not in response.content.decode()


def test_entries_of_other_chains_are_not_reached_by_their_place(site_admin, two_sites):
    last = record("page.published", chain="jingning", detail={"secret": "of-jingning"}).position
    add(1)
    assert LedgerHead.objects.get(pk="kongtong").position != last
    for position in range(1, last + 1):
        response = site_admin.get(f"{SITE}{position}/")
        assert response.status_code == 404 or response.context["entry"].chain == "kongtong"
    assert site_admin.get(f"{SITE}999999/").status_code == 404


def test_file_of_a_site_holds_its_own_chain_alone(site_admin):
    record("page.published", chain="jingning")
    rows = rows_in(site_admin.get(f"{SITE}download/?chain=jingning"))
    assert {row[0] for row in rows[1:]} == {"kongtong"}


def test_site_verifies_its_own_chain_alone(site_admin):
    response = site_admin.post(f"{SITE}verify/?chain=jingning", {"chain": "jingning"}, follow=True)
    assert "“崆峒区司法局”账册共" in response.content.decode()
    assert not LedgerEntry.objects.filter(chain="jingning", action="ledger.verified").exists()


@pytest.mark.parametrize("path", ["", "results/", "download/", "1/"])
@pytest.mark.parametrize("group", ["editor", "reviewer_1"])
def test_members_without_the_permission_are_sent_away(two_sites, signed_in, group, path):
    client = signed_in(two_sites.a, make_member(two_sites.a, group))
    assert client.get(f"{SITE}{path}").headers["Location"] == "/admin/"
    assert client.post(f"{SITE}verify/").headers["Location"] == "/admin/"


def test_reports_menu_shows_the_ledger_to_those_who_may_see_it(two_sites, signed_in, site_admin):
    assert SITE in site_admin.get("/admin/").content.decode()
    editor = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    assert SITE not in editor.get("/admin/").content.decode()


def test_strangers_are_sent_to_the_login(two_sites, client_of):
    assert client_of(two_sites.a).get(SITE).headers["Location"].startswith("/admin/login/")


def test_centre_sees_all_chains_newest_first(admin):
    add(1, "jingning")
    add(1, "kongtong")
    entries = entries_in(admin.get(CENTRE))
    assert [entry.chain for entry in entries[:2]] == ["kongtong", "jingning"]
    assert {"平台", "静宁县司法局"} <= set(entries_and_names(admin.get(CENTRE)))


def entries_and_names(response):
    return [response.context["view"].name_chain(entry.chain) for entry in entries_in(response)]


def test_centre_narrows_to_one_chain(admin):
    entries = entries_in(admin.get(f"{CENTRE}?chain=jingning"))
    assert {entry.chain for entry in entries} == {"jingning"}
    assert [entry.position for entry in entries] == sorted((entry.position for entry in entries), reverse=True)


@pytest.mark.parametrize("base", ["centre", "site"])
def test_filters_by_action_person_day_and_text(admin, site_admin, two_sites, base):
    client, url = (admin, f"{CENTRE}?chain=kongtong&") if base == "centre" else (site_admin, f"{SITE}?")
    wang = make_member(two_sites.a, "editor", "wang.wu")
    wang.last_name, wang.first_name = "王", "五"
    wang.save()
    entry = record("page.withdrawn", actor=wang, chain="kongtong", detail={"reason": "内容有误"})
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    for query in (
        "action=page.withdrawn",
        "person=王",
        "person=WANG.WU",
        "q=内容有误",
        f"person=王&at_from={today}&at_to={today}",
    ):
        assert [each.pk for each in entries_in(client.get(f"{url}{query}"))] == [entry.pk], query
    for query in ("action=page.backdated", "person=wang", "q=别的话", f"at_from={tomorrow}"):
        assert entries_in(client.get(f"{url}{query}")) == [], query


def test_filter_that_makes_no_sense_is_ignored(admin):
    assert admin.get(f"{CENTRE}?chain=nowhere&action=x&at_from=yesterday&p=before-x").status_code == 200


def test_older_and_newer_pages_meet(site_admin):
    add(120)
    first = site_admin.get(SITE)
    second = site_admin.get(f"{SITE}?p={first.context['older_page']}")
    positions = [entry.position for entry in (*entries_in(first), *entries_in(second))]
    assert positions == list(range(positions[0], positions[0] - 100, -1))
    assert "较早" in first.content.decode()
    assert "较新" not in first.content.decode()
    back = site_admin.get(f"{SITE}?p={second.context['newer_page']}")
    assert [entry.pk for entry in entries_in(back)] == [entry.pk for entry in entries_in(first)]


def test_filters_are_kept_from_page_to_page(admin):
    add(60, action="page.moved")
    add(60)
    first = admin.get(f"{CENTRE}?chain=kongtong&action=page.moved")
    second = admin.get(f"{CENTRE}?chain=kongtong&action=page.moved&p={first.context['older_page']}")
    assert f"action=page.moved&amp;p={first.context['older_page']}" in first.content.decode()
    assert {entry.action for entry in entries_in(second)} == {"page.moved"}
    assert (len(entries_in(first)), len(entries_in(second))) == (50, 10)


@pytest.mark.parametrize("query", ["", "?chain=kongtong", "?q=x", "?action=page.published"])
def test_list_never_counts_the_ledger(admin, query):
    admin.get(CENTRE)
    with CaptureQueriesContext(connection) as queries:
        admin.get(f"{CENTRE}{query}")
    about_ledger = [each["sql"] for each in queries if "ledgerentry" in each["sql"]]
    assert len(about_ledger) == 1
    assert "COUNT(" not in about_ledger[0]
    assert "LIMIT 51" in about_ledger[0]


def test_entry_is_shown_with_its_details_and_links(admin):
    entry = record("site.state", chain="kongtong", detail={"from": "trial", "to": "live", "notice": "<b>通过</b>"})
    page = admin.get(f"{CENTRE}kongtong/{entry.position}/").content.decode()
    for words in ("更改网站状态", "原为", "试运行（trial）", "正式运行（live）", "&lt;b&gt;通过&lt;/b&gt;"):
        assert words in page
    unbroken = page.replace("<wbr>", "")
    assert entry.hash in unbroken
    assert entry.previous_hash in unbroken


def test_unknown_action_is_shown_raw(site_admin):
    entry = record("future.thing", chain="kongtong")
    assert "future.thing" in site_admin.get(SITE).content.decode()
    assert "future.thing" in site_admin.get(f"{SITE}{entry.position}/").content.decode()


def test_entry_that_is_not_there_is_not_found(admin):
    assert admin.get(f"{CENTRE}kongtong/999999/").status_code == 404
    assert admin.get(f"{CENTRE}nowhere/1/").status_code == 404
    assert admin.post(f"{CENTRE}verify/nowhere/").status_code == 404


def tamper(chain, position):
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE ON {TABLE} TO CURRENT_USER")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER accounts_ledgerentry_append_only")
        cursor.execute(f"UPDATE {TABLE} SET actor_name = 'x' WHERE chain = %s AND position = %s", [chain, position])
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER accounts_ledgerentry_append_only")


def test_verification_says_that_all_is_well_and_is_written_down(auditor):
    response = auditor.post(f"{CENTRE}verify/kongtong/", follow=True)
    assert response.redirect_chain == [(f"{CENTRE}?chain=kongtong", 302)]
    assert "校验无误" in response.content.decode()
    entry = LedgerEntry.objects.get(action="ledger.verified")
    assert (entry.chain, entry.detail) == ("platform", {"chain": "kongtong", "faults": 0})


def test_verification_names_what_was_changed(site_admin):
    add(3)
    tamper("kongtong", 2)
    page = site_admin.post(f"{SITE}verify/", follow=True).content.decode()
    assert "校验发现问题" in page
    assert "第 2 条：内容与校验值不符" in page
    assert LedgerEntry.objects.get(chain="kongtong", action="ledger.verified").detail["faults"] == 1


def test_verification_lists_a_few_of_many_faults(site_admin, monkeypatch):
    monkeypatch.setattr(ledger_views, "SHOWN_FAULTS", 2)
    add(5)
    for position in (2, 3, 4):
        tamper("kongtong", position)
    page = site_admin.post(f"{SITE}verify/", follow=True).content.decode()
    assert "第 3 条" in page
    assert "第 4 条" not in page


def test_verification_is_not_done_by_following_a_link(site_admin):
    assert site_admin.get(f"{SITE}verify/").status_code == 405


def test_file_holds_the_filtered_rows_and_is_written_down(admin):
    add(3, action="page.moved")
    response = admin.get(f"{CENTRE}download/?chain=kongtong&action=page.moved")
    rows = rows_in(response)
    assert response.headers["Content-Disposition"].startswith('attachment; filename="ledger-kongtong-')
    assert rows[0] == list(ledger_csv.HEADINGS)
    assert [row[5] for row in rows[1:]] == ["移动页面"] * 3
    entry = LedgerEntry.objects.get(action="ledger.downloaded")
    assert (entry.chain, entry.detail["rows"]) == ("platform", 3)


def test_file_ends_at_the_most_rows_and_says_so(site_admin, monkeypatch):
    add(5)
    for module in (ledger_csv, ledger_views):
        monkeypatch.setattr(module, "MOST_ROWS", 3)
    rows = rows_in(site_admin.get(f"{SITE}download/"))
    assert len(rows) == 5
    assert rows[-1] == ["只含最新的 3 条，请缩小筛选范围后另行下载。"]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", "  =1"])
def test_text_that_a_spreadsheet_would_run_is_defused(site_admin, two_sites, text):
    two_sites.a.name = text
    record("page.published", two_sites.a, chain="kongtong")
    row = rows_in(site_admin.get(f"{SITE}download/?action=page.published"))[1]
    assert row[7] == f"'{text}"


def test_link_to_the_file_carries_the_filters(site_admin):
    page = site_admin.get(f"{SITE}results/?action=page.moved&_w_filter_fragment=1&p=before-9").content.decode()
    assert f'href="{SITE}download/?action=page.moved"' in page
