"""The stream's feeds: valid, with identities that last, and nothing of what is not for everybody."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from delivery.cache.keys import PageKey, make_environ, read_question
from delivery.cache.rendering import render
from delivery.mirror.addresses import Address, file_of
from microblog.models import MicroPicture, MicroPost, StreamPage
from site_core.locks import rollout
from tenants.actions import add_host
from tenants.current import enter_site
from tests.delivery.scene import connection_kept
from tests.factories import make_article
from tests.microblog.samples import make_post
from tests.site_core.page_samples import make_file, make_picture

FEEDS = ("/micro/feed.xml", "/micro/feed.json")


def read_rss(client, query=""):
    answer = client.get(f"/micro/feed.xml{query}")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(answer.content).find("channel")  # noqa: S314 - our own


def read_json(client, query=""):
    answer = client.get(f"/micro/feed.json{query}")
    assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    return answer.json()


def make_full_post(site):
    article = make_article(site, "所指的文章")
    post = make_post(site, "【赶集说法】<b>羊</b>卖了。\n留好语音。", topic_word="赶集说法", link_page=article)
    with enter_site(site), transaction.atomic():
        post.pictures.add(MicroPicture(image=make_picture("图", (60, 40)), description="一只羊"))
        post.save_revision().publish()
    return post


def test_rss_holds_the_whole_post(two_sites, client_of):
    post = make_full_post(two_sites.a)
    channel = read_rss(client_of(two_sites.a))
    assert channel.findtext("title") == f"微博-{two_sites.a.name}"
    assert channel.findtext("link").endswith("kongtong.sfj.localhost/micro/")
    item = channel.find("item")
    assert item.findtext("title") == "赶集说法"
    assert item.findtext("guid") == f"urn:uuid:{post.origin_key}"
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("category") == "赶集说法"
    html = item.findtext("description")
    assert "&lt;b&gt;羊&lt;/b&gt;卖了。<br>留好语音。" in html
    assert re.search(r'<img src="http://kongtong\.sfj\.localhost[^"]*/media/images/[^"]+" alt="一只羊">', html)
    assert re.search(r'<a href="http://kongtong\.sfj\.localhost[^"]+">所指的文章</a>', html)


def test_json_feed_is_valid_by_version_1_1(two_sites, client_of):
    post = make_full_post(two_sites.a)
    with enter_site(two_sites.a):
        film = make_file("片子", "film.mp4", b"mp4!")
    make_post(two_sites.a, "有片子。", video=film)
    feed = read_json(client_of(two_sites.a))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"].endswith("/micro/feed.json")
    assert feed["language"] == "zh-CN"
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert item["url"].startswith("http://kongtong.sfj.localhost")
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert None not in item.values()
        assert "" not in item.values()
    film_item, full = feed["items"]
    assert film_item["attachments"][0]["mime_type"] == "video/mp4"
    assert film_item["attachments"][0]["url"].startswith("http://kongtong.sfj.localhost")
    assert film_item["attachments"][0]["size_in_bytes"] == 4
    assert full["id"] == f"urn:uuid:{post.origin_key}"
    assert full["tags"] == ["赶集说法"]
    assert full["content_text"] == "【赶集说法】<b>羊</b>卖了。\n留好语音。"


def test_identity_outlives_a_new_text_and_a_new_host(two_sites, client_of):
    post = make_post(two_sites.a, "旧的文字。")
    before = [
        read_json(client_of(two_sites.a))["items"][0]["id"],
        read_rss(client_of(two_sites.a)).findtext("item/guid"),
    ]
    with enter_site(two_sites.a), transaction.atomic():
        post.text = "新的文字。"
        post.save_revision().publish()
    add_host(two_sites.a, "xin.sfj.localhost", primary=True)
    feed = read_json(client_of(two_sites.a))
    assert feed["items"][0]["url"].startswith("http://xin.sfj.localhost")
    assert [feed["items"][0]["id"], read_rss(client_of(two_sites.a)).findtext("item/guid")] == before


def test_feeds_hold_the_newest_first_even_where_one_is_pinned(two_sites, client_of):
    old = make_post(two_sites.a, "旧的置顶。", is_pinned=True)
    with enter_site(two_sites.a):
        MicroPost.objects.filter(pk=old.pk).update(public_at=timezone.now() - timedelta(days=9))
    for number in range(21):
        make_post(two_sites.a, f"第{number}条。")
    titles = [each["title"] for each in read_json(client_of(two_sites.a))["items"]]
    assert (len(titles), titles[0], titles[-1]) == (20, "第20条。", "第1条。")
    assert [each.findtext("title") for each in read_rss(client_of(two_sites.a)).findall("item")] == titles


def test_feeds_of_an_empty_stream_are_feeds(two_sites, client_of):
    assert read_json(client_of(two_sites.a))["items"] == []
    assert read_rss(client_of(two_sites.a)).findall("item") == []


@pytest.mark.parametrize("path", FEEDS)
def test_feed_of_a_stream_that_is_not_public_is_not_there(two_sites, client_of, path):
    site, client = two_sites.a, client_of(two_sites.a)
    make_post(site, "一条。")
    assert client.get(path).status_code == 200
    with enter_site(site), rollout():
        restriction = PageViewRestriction.objects.create(
            page=StreamPage.objects.get(), restriction_type=PageViewRestriction.LOGIN
        )
    assert client.get(path).status_code == 404
    with enter_site(site), rollout():
        restriction.delete()
        StreamPage.objects.get().unpublish()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", FEEDS)
def test_feed_holds_nothing_that_is_private_unpublished_or_of_another_site(two_sites, client_of, path):
    site = two_sites.a
    make_post(site, "公开的一条。")
    make_post(site, "草稿一条。", draft=True)
    make_post(two_sites.b, "别站的一条。")
    private = make_post(site, "私下的一条。")
    with enter_site(site):
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    for query in ("", "?scope=all"):
        text = client_of(site).get(path + query).content.decode()
        assert "公开的一条" in text
        assert not re.search("草稿一条|别站的一条|私下的一条", text)


def test_feed_over_all_sites_names_each_site_and_keeps_identities(city, two_sites, client_of):
    post = make_post(two_sites.a, "崆峒的一条。")
    make_post(city, "市里的一条。")
    feed = read_json(client_of(city), "?scope=all")
    assert feed["feed_url"].endswith("/micro/feed.json?scope=all")
    there = feed["items"][1]
    assert there["id"] == f"urn:uuid:{post.origin_key}"
    assert there["url"].startswith("http://kongtong.sfj.localhost")
    assert there["authors"][0]["name"] == two_sites.a.short_name
    assert len(read_rss(client_of(city), "?scope=all").findall("item")) == 2
    assert len(read_json(client_of(city))["items"]) == 1


def test_scope_is_known_to_the_page_cache_and_nothing_else_is(city):
    key = PageKey("http", "sfj.localhost", "/micro/", "", "")

    def query_of(text):
        return read_question(make_environ(key, query=text)).key.query

    assert query_of("scope=all&page=2") == "page=2&scope=all"
    assert query_of("scope=kongtong") == query_of("scope=") == query_of("x=1") == ""
    assert file_of(Address("/micro/", "page=2&scope=all")) == "micro/page=2/scope=all/index.html"


@pytest.mark.parametrize(
    ("path", "query"), [*((each, "") for each in FEEDS), ("/micro/feed.json", "scope=all"), ("/micro/", "scope=all")]
)
def test_page_cache_may_keep_it(city, path, query):
    make_post(city, "一条。")
    with connection_kept():
        made = render(get_wsgi_application(), PageKey("http", "sfj.localhost", path, query, ""))
    assert (made.status, made.obstacle) == (200, "")
    assert ("cross:micro" in made.tags) == bool(query)
