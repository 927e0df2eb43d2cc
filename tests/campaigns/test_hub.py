"""The readers' place of legal education: the five forms, audiences, campaigns, counties; the column's list stays."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from legal_education.campaigns.hub_parts import HubCard, HubPart, PartRefused, register_cards, register_part
from legal_education.campaigns.programme_cards import build_cards
from site_core.column_dresses import ColumnDress, DressRefused, dress_column
from site_core.models import ArticlePage
from site_core.selectors import get_column
from tenants.actions import change_state
from tenants.current import enter_site
from tenants.kinds import SiteState
from tests.campaigns.samples import make_activity, make_campaign, open_page, text_of
from tests.delivery.scene import purged
from tests.factories import make_article
from tests.legal_education.samples import make_episode, make_issue, make_programme
from tests.microblog.samples import make_post


@pytest.fixture
def programmes(site):
    """One of each form, with issues."""
    radio, paper = make_programme("radio", slug="guangbo"), make_programme("paper", "普法之窗", slug="baozhi")
    make_episode(radio, "赡养协议", slug="di1qi")
    make_issue(paper, "读宪法", slug="di1qi")
    make_programme("tv", "普法天地", slug="dianshi", audiences=["youth"])
    make_post(site, "崆峒的一条微博。")
    return radio


def test_hub_shows_each_form_with_its_latest_issue(programmes, client):
    page = open_page(client, "/pufa/")
    shelves = {shelf.h3.get_text(): " ".join(shelf.get_text().split()) for shelf in page.select(".shelf")}
    assert list(shelves) == ["广播", "电视", "报纸", "网站和微博"]
    assert "第1期 赡养协议" in shelves["广播"]
    assert "第1期 读宪法" in shelves["报纸"]
    assert "崆峒的一条微博" in shelves["网站和微博"]
    assert page.select_one(".shelf__name a[href='/micro/']")


def test_hub_leads_to_each_podcast_in_the_head_and_before_all_eyes(programmes, client):
    page = open_page(client, "/pufa/")
    feeds = [link["href"] for link in page.select("link[rel=alternate][type='application/rss+xml']")]
    assert feeds == ["/pufa/feed.xml", "/pufa/guangbo/podcast.xml", "/pufa/dianshi/podcast.xml"]
    assert [link["href"] for link in page.select(".shelf__do")] == feeds[1:]
    assert all(client.get(feed).status_code == 200 for feed in feeds)


def test_latest_issue_is_the_last_one_that_everybody_may_see(programmes, client):
    later = timezone.now() - timedelta(hours=1)
    private = make_episode(programmes, "不公开的一期", 3, aired_at=later, slug="di3qi")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    make_episode(programmes, "新的一期", 2, aired_at=later - timedelta(hours=1), slug="di2qi")
    shelf = open_page(client, "/pufa/").select_one(".shelf")
    assert "新的一期" in shelf.get_text()
    assert "不公开的一期" not in shelf.get_text()


def test_audience_leaves_what_speaks_to_it(programmes, two_sites, client):
    make_activity(two_sites.a, "果园合同课", audience="farmers")
    make_activity(two_sites.a, "压岁钱课", audience="youth")
    page = open_page(client, "/pufa/?audience=youth")
    assert page.select_one(".audiences [aria-current]").get_text() == "青少年"
    said = text_of(page)
    assert "普法天地" in said
    assert "压岁钱课" in said
    assert "果园合同课" not in said
    assert "果园合同课" in text_of(open_page(client, "/pufa/?audience=aliens"))


def test_old_bookmarks_show_the_list_as_before(two_sites, client):
    for number in range(25):
        make_article(two_sites.a, f"普法消息{number}", column="pufa")
    second = open_page(client, "/pufa/?page=2")
    assert not second.select(".hub-hero")
    assert "普法消息0" in text_of(second)
    assert "普法消息24" in client.get("/pufa/feed.xml").content.decode()
    first = open_page(client, "/pufa/")
    assert "普法消息24" in text_of(first)
    assert first.select_one("a[rel=next]")["href"] == "?page=2"


def test_other_columns_are_not_dressed(two_sites, client):
    make_article(two_sites.a, "普法动态", column="pfdt")
    assert not open_page(client, "/pufa/pfdt/").select(".hub-hero")
    assert "普法动态" in text_of(open_page(client, "/pufa/")).replace("普法动态 普法动态", "普法动态")


def test_next_campaign_is_the_site_s_page_else_the_calendar_s(two_sites, client):
    assert "还有" in open_page(client, "/pufa/").select_one(".campaign").get_text() or "进行中" in text_of(
        open_page(client, "/pufa/")
    )
    make_campaign(two_sites.a, "自己的活动", ahead=0)
    block = open_page(client, "/pufa/").select_one(".campaign")
    assert "自己的活动" in block.get_text()
    assert "进行中" in block.get_text()
    assert block.select_one("a.btn")["href"] == "/pufa/mfd/"


def test_city_s_hub_gathers_the_counties_and_their_own_show_none(city, two_sites, client_of):
    make_article(two_sites.a, "崆峒的普法", column="pfdt")
    make_article(two_sites.b, "静宁的普法", column="pufa")
    make_article(two_sites.b, "静宁的通知")
    rows = [each.get_text(" ").split() for each in open_page(client_of(city), "/pufa/").select(".county li")]
    assert {(row[0], row[1]) for row in rows} == {
        (two_sites.a.place or two_sites.a.short_name, "崆峒的普法"),
        (two_sites.b.place or two_sites.b.short_name, "静宁的普法"),
    }
    assert not open_page(client_of(two_sites.a), "/pufa/").select(".county")


def test_county_that_is_not_live_is_not_gathered(city, two_sites, client_of):
    make_article(two_sites.a, "崆峒的普法", column="pfdt")
    assert "崆峒的普法" in text_of(open_page(client_of(city), "/pufa/"))
    change_state(two_sites.a, SiteState.SUSPENDED, notice="维护")
    assert "崆峒的普法" not in text_of(open_page(client_of(city), "/pufa/"))


def test_what_a_county_publishes_in_legal_education_purges_the_city_s_hub(two_sites):
    with purged() as tags:
        make_article(two_sites.a, "崆峒的普法", column="pfdt")
    assert "cross:pufa" in tags
    with purged() as tags:
        make_article(two_sites.a, "崆峒的通知")
    assert "cross:pufa" not in tags
    with purged() as tags, enter_site(two_sites.a):
        ArticlePage.objects.get(title="崆峒的普法").unpublish()
    assert "cross:pufa" in tags


def test_hub_asks_as_much_whatever_stands_on_it(site, two_sites, client):
    def count():
        client.get("/pufa/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/pufa/")
        return len(queries)

    def fill(number):
        with enter_site(site):
            fill_here(number)

    def fill_here(number):
        radio = make_programme("radio", f"广播{number}", slug=f"radio-{number}")
        make_episode(radio, f"一期{number}", slug="di1qi")
        make_issue(make_programme("paper", f"报纸{number}", slug=f"paper-{number}"), slug="di1qi")
        make_campaign(two_sites.a, f"活动{number}", slug=f"huodong-{number}", campaign=f"own-{number}")
        make_activity(two_sites.a, f"集市{number}")
        make_article(two_sites.a, f"动态{number}", column="pfdt")

    make_post(two_sites.a, "一条。")
    fill(0)
    before = count()
    for number in range(1, 5):
        fill(number)
    assert count() == before


def test_second_dress_card_builder_and_part_are_refused():
    with pytest.raises(DressRefused):
        dress_column("pufa", ColumnDress("x.html", lambda column, query: {}))
    with pytest.raises(PartRefused):
        register_cards(build_cards)


def test_part_of_another_app_stands_on_the_hub_when_it_has_something_to_show(site, client, monkeypatch):
    facts = {"value": None}
    monkeypatch.setattr("legal_education.campaigns.hub_parts._parts", {})
    register_part(HubPart("probe", "legal_campaigns/parts/totals.html", lambda: facts["value"]))
    assert "场" not in text_of(open_page(client, "/pufa/"))
    facts["value"] = {}
    assert open_page(client, "/pufa/").select(".activity-totals")
    with pytest.raises(PartRefused):
        register_part(HubPart("probe", "", dict))


def test_cards_of_another_app_stand_on_their_form(site, client, monkeypatch):
    monkeypatch.setattr("legal_education.campaigns.hub_parts._card_builders", [])
    register_cards(
        lambda: [HubCard("mobile", "普法手机报", "/pufa/sjb/", latest_title="第45期", latest_url="/pufa/sjb/45/")]
    )
    shelf = open_page(client, "/pufa/").select_one(".shelf")
    assert shelf.h3.get_text() == "手机报"
    assert "第45期" in shelf.get_text()


def test_hub_keeps_the_column_s_own_columns(site, client):
    make_article(site, "以案释法一则", column="yasf")
    names = [each.get_text() for each in open_page(client, "/pufa/").select(".hub-columns__name")]
    with enter_site(site):
        assert names == [get_column("yasf").title]


def test_hub_leads_to_laws_cases_and_duties(site, client):
    make_article(site, "某某法", column="flfg")
    links = {link.get_text(): link["href"] for link in open_page(client, "/pufa/").select(".law-links a")}
    assert list(links) == ["以案释法", "谁执法谁普法责任清单", "某某法"]
    assert all(client.get(path).status_code == 200 for path in links.values())
