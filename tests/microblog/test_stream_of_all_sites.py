"""The city's stream over all sites: from the catalogue, of live sites alone, at the same cost for any length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from tenants.actions import change_state
from tenants.current import enter_site
from tenants.kinds import SiteState
from tests.microblog.samples import make_post
from tests.microblog.test_stream import age, open_page, texts_of


def test_stream_over_all_sites_is_the_city_s_and_names_each_site(city, two_sites, client_of):
    with enter_site(two_sites.b):
        age(make_post(two_sites.b, "静宁的一条。"), 2)
    make_post(two_sites.a, "崆峒的一条。\n\n见 https://www.example.com/ 。")
    with enter_site(city):
        age(make_post(city, "市里置顶的一条。", is_pinned=True), 3)
    page = open_page(client_of(city), "/micro/?scope=all")
    assert texts_of(page) == ["崆峒的一条。见https://www.example.com/。", "静宁的一条。", "市里置顶的一条。"]
    assert [each.get_text() for each in page.select(".micro__site")] == [
        two_sites.a.short_name,
        two_sites.b.short_name,
        city.short_name,
    ]
    first = page.select_one(".micro")
    assert first.select_one(".micro__foot a")["href"].startswith("http://kongtong.sfj.localhost")
    assert first.select_one(".micro__text a")["href"].startswith("/leave/?to=")
    assert [each["href"] for each in page.select("nav.chips a")] == ["/micro/", "/micro/?scope=all"]
    assert page.select_one("nav.chips a[aria-current]").get_text() == "全市"
    assert texts_of(open_page(client_of(city), "/micro/")) == ["市里置顶的一条。"]
    assert open_page(client_of(city), "/micro/?scope=ALL").select_one("nav.chips a[aria-current]").get_text() == "本站"


def test_county_s_stream_knows_no_other_scope(two_sites, client_of):
    make_post(two_sites.a, "崆峒的一条。")
    make_post(two_sites.b, "静宁的一条。")
    page = open_page(client_of(two_sites.a), "/micro/?scope=all")
    assert texts_of(page) == ["崆峒的一条。"]
    assert not page.select("nav.chips")


@pytest.mark.parametrize("state", [SiteState.TRIAL, SiteState.SUSPENDED, SiteState.ARCHIVED])
def test_posts_of_a_site_that_is_not_live_are_on_no_other_site(city, two_sites, client_of, state):
    make_post(two_sites.a, "崆峒的一条。")
    make_post(two_sites.b, "静宁的一条。")
    change_state(two_sites.a, SiteState.SUSPENDED, notice="维护")
    if state != SiteState.SUSPENDED:
        change_state(two_sites.a, state)
    for path in ("/micro/?scope=all", "/micro/feed.xml?scope=all", "/micro/feed.json?scope=all"):
        answer = client_of(city).get(path).content.decode()
        assert "静宁的一条" in answer, path
        assert "崆峒的一条" not in answer, path


def test_stream_over_all_sites_drops_what_is_withdrawn_or_private(city, two_sites, client_of):
    withdrawn, private = make_post(two_sites.a, "撤下的一条。"), make_post(two_sites.a, "私下的一条。")
    make_post(two_sites.a, "草稿一条。", draft=True)
    assert len(texts_of(open_page(client_of(city), "/micro/?scope=all"))) == 2
    with enter_site(two_sites.a):
        withdrawn.unpublish()
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    assert texts_of(open_page(client_of(city), "/micro/?scope=all")) == []


def test_stream_over_all_sites_costs_the_same_whatever_its_length(city, two_sites, client_of):
    client = client_of(city)
    make_post(two_sites.a, "一条。")
    client.get("/micro/?scope=all")
    with CaptureQueriesContext(connection) as few:
        client.get("/micro/?scope=all")
    for number in range(4):
        make_post(two_sites.a, f"又一条{number}。")
        make_post(two_sites.b, f"别的一条{number}。")
    with CaptureQueriesContext(connection) as many:
        client.get("/micro/?scope=all")
    assert len(many) == len(few)
