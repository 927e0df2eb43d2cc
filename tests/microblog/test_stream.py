"""The stream and its posts as readers see them: order, pages, pictures, links, and never what is private or another site's."""

import json
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from microblog.models import AccountState, MicroPicture, MicroPost
from microblog.platforms import Platform
from microblog.templatetags.microblog_tags import post_text
from tenants.current import enter_site
from tests.factories import make_article, path_of
from tests.microblog.samples import make_account, make_post
from tests.site_core.page_samples import make_file, make_picture


def open_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.content.decode(), "html.parser")


def texts_of(page):
    return [each.get_text(strip=True) for each in page.select(".micro .micro__text")]


def age(post, days):
    """As if the post had been published so many days ago."""
    with transaction.atomic():
        post.public_at, post.backdating_reason = timezone.now() - timedelta(days=days), "补录"
        post.save_revision().publish()


def add_pictures(site, post, count, **fields):
    with enter_site(site), transaction.atomic():
        post.pictures.add(*(MicroPicture(image=make_picture(f"图{n}", (60, 40)), **fields) for n in range(count)))
        post.save_revision().publish()


def test_pinned_posts_stand_first_then_the_newest(two_sites, client_of):
    site = two_sites.a
    with enter_site(site):
        age(make_post(site, "旧的一条。"), 3)
        age(make_post(site, "置顶的一条。", is_pinned=True), 5)
        age(make_post(site, "新的一条。"), 1)
    page = open_page(client_of(site), "/micro/")
    assert texts_of(page) == ["置顶的一条。", "新的一条。", "旧的一条。"]
    assert [each.get_text(strip=True) for each in page.select(".micro__signs .tag")] == ["置顶"]


def test_stream_shows_twenty_a_page(two_sites, client_of):
    for number in range(21):
        make_post(two_sites.a, f"第{number}条。")
    first, second = (open_page(client_of(two_sites.a), f"/micro/?page={number}") for number in (1, 2))
    assert (len(texts_of(first)), texts_of(second)) == (20, ["第0条。"])
    assert first.select_one('.pager a[rel="next"]')["href"] == "?page=2"


def test_drafts_private_and_withdrawn_posts_and_those_of_other_sites_are_not_there(two_sites, client_of):
    site = two_sites.a
    make_post(site, "公开的一条。")
    make_post(site, "草稿一条。", draft=True)
    make_post(two_sites.b, "别站的一条。")
    withdrawn, private = make_post(site, "撤下的一条。"), make_post(site, "私下的一条。")
    with enter_site(site):
        withdrawn.unpublish()
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    client = client_of(site)
    assert texts_of(open_page(client, "/micro/")) == ["公开的一条。"]
    assert client.get(path_of(site, withdrawn)).status_code == 404
    assert client.get(path_of(site, private)).status_code == 302
    assert client.get(path_of(two_sites.b, two_sites_post(two_sites.b))).status_code == 404


def two_sites_post(site):
    with enter_site(site):
        return MicroPost.objects.get()


def test_empty_stream_says_so(two_sites, client_of):
    assert "还没有发布内容" in open_page(client_of(two_sites.a), "/micro/").select_one(".empty").get_text()


@pytest.mark.parametrize("count", [1, 2, 9])
def test_post_shows_its_pictures_with_alternative_texts_and_each_in_large(two_sites, client_of, count):
    site = two_sites.a
    post = make_post(site, "有图的一条。")
    add_pictures(site, post, count, description="院子里的长凳")
    for path in ("/micro/", path_of(site, post)):
        page = open_page(client_of(site), path)
        assert page.select_one(f".shots--{count}")
        pictures = page.select(".shots a")
        assert len(pictures) == count
        assert {each.img["alt"] for each in pictures} == {"院子里的长凳"}
        assert all(each["href"].startswith("/media/images/") for each in pictures)
    assert len({each["href"] for each in pictures}) == count


def test_picture_without_description_takes_that_of_the_image(two_sites, client_of):
    post = make_post(two_sites.a, "有图的一条。")
    add_pictures(two_sites.a, post, 1)
    page = open_page(client_of(two_sites.a), "/micro/")
    assert page.select_one(".shots img")["alt"] == "图0：示意"


def test_picture_whose_file_is_gone_leaves_the_rest_of_the_post(two_sites, client_of):
    site = two_sites.a
    post = make_post(site, "图没了的一条。")
    add_pictures(site, post, 2)
    with enter_site(site):
        image = post.pictures.first().image
        image.file.storage.delete(image.file.name)
    for path in ("/micro/", path_of(site, post)):
        page = open_page(client_of(site), path)
        assert (texts_of(page), len(page.select(".shots a"))) == (["图没了的一条。"], 1)
    assert read_feed_images(client_of(site)) == 1


def read_feed_images(client):
    return client.get("/micro/feed.json").json()["items"][0]["content_html"].count("<img")


def test_post_with_a_film_has_controls_and_a_way_to_take_it_away(two_sites, client_of):
    site = two_sites.a
    with enter_site(site):
        film = make_file("赶集说法", "film.mp4", b"mp4")
    post = make_post(site, "有片子的一条。", video=film)
    page = open_page(client_of(site), path_of(site, post))
    assert page.video.has_attr("controls")
    assert page.video.source["src"] == page.video.a["href"] == f"/documents/{film.pk}/film.mp4"


def test_link_card_names_article_column_and_summary_while_the_article_is_public(two_sites, client_of):
    site = two_sites.a
    article = make_article(site, "卡片里的文章", column="gzdt", summary="文章的摘要。")
    post = make_post(site, "看文章。", link_page=article)
    for path in ("/micro/", path_of(site, post)):
        card = open_page(client_of(site), path).select_one(".linked")
        assert card["href"] == path_of(site, article)
        assert [each in card.get_text() for each in ("卡片里的文章", "文章的摘要。", "工作动态")] == [True] * 3
    with enter_site(site):
        article.unpublish()
    for path in ("/micro/", path_of(site, post)):
        page = open_page(client_of(site), path)
        assert not page.select(".linked")
        assert "卡片里的文章" not in str(page)


def test_private_article_has_no_card_and_is_told_to_nobody(two_sites, client_of):
    article = make_article(two_sites.a, "内部的文章", private=True)
    post = make_post(two_sites.a, "看文章。", link_page=article)
    for path in ("/micro/", path_of(two_sites.a, post), "/micro/feed.xml", "/micro/feed.json"):
        assert "内部的文章" not in client_of(two_sites.a).get(path).content.decode(), path


def test_texts_are_escaped_lines_kept_and_addresses_become_links(two_sites, client_of):
    text = "第一行<b>\n第二行\n\n第二段，见https://www.example.com/a?b=1&c=2。又见 https://www.gov.cn/ 。<script>x</script>"
    post = make_post(two_sites.a, text)
    for path in ("/micro/", path_of(two_sites.a, post)):
        shown = open_page(client_of(two_sites.a), path).select_one(".micro__text")
        assert [len(each.find_all("br")) for each in shown.find_all("p")] == [1, 0]
        assert not shown.find_all(["b", "script"])
        assert "第一行<b>" in shown.get_text()
        assert [each["href"] for each in shown.find_all("a")] == [
            "/leave/?to=https%3A%2F%2Fwww.example.com%2Fa%3Fb%3D1%26c%3D2",
            "https://www.gov.cn/",
        ]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("javascript:alert(1)", []),
        ("见https://a.example/x。", ["https://a.example/x"]),
        ("（https://a.example/x）", ["https://a.example/x"]),
        ("(https://a.example/x).", ["https://a.example/x"]),
        ('https://a.example/"onclick="x', ["https://a.example/"]),
        ("https://a.example/<script>", ["https://a.example/"]),
    ],
)
def test_address_ends_where_it_ends(text, links):
    html = post_text(text)
    assert re.findall(r'href="([^"]*)"', html) == links
    assert BeautifulSoup(html, "html.parser").get_text() == text
    assert "<script" not in html
    assert "onclick=" not in re.sub(r">[^<]*<", "><", html)


def test_accounts_under_way_with_a_page_can_be_followed(two_sites, client_of):
    site = two_sites.a
    make_account(site, "崆峒说法", platform=Platform.WEIBO, profile_url="https://weibo.com/u/1")
    make_account(site, "还没开的号", live=False, profile_url="https://weibo.com/u/2")
    make_account(site, "没有主页的号")
    make_account(two_sites.b, "别站的号", profile_url="https://weibo.com/u/3")
    follow = open_page(client_of(site), "/micro/").select_one(".follow")
    assert [each["href"] for each in follow.find_all("a")] == ["/leave/?to=https%3A%2F%2Fweibo.com%2Fu%2F1"]
    assert "崆峒说法" in follow.get_text()
    assert AccountState.LIVE.label not in follow.get_text()


def test_queries_of_the_stream_are_the_same_whatever_its_length(two_sites, client_of):
    site, client = two_sites.a, client_of(two_sites.a)

    def fill(count):
        for number in range(count):
            with enter_site(site):
                cover = make_picture("封面", (60, 40))
            article = make_article(site, f"文章{number}", column=("gzdt", "tzgg")[number % 2], cover=cover)
            add_pictures(site, make_post(site, f"https://{number}.example/", link_page=article), 2)

    fill(2)
    client.get("/micro/")  # renditions are made at the first time
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/micro/")
    fill(6)
    client.get("/micro/")
    with CaptureQueriesContext(connection) as many:
        client.get("/micro/")
    assert len(many) == len(few), [each["sql"][:120] for each in many.captured_queries]
    assert len(many) < 30


def test_post_says_what_it_is_to_machines(two_sites, client_of):
    site = two_sites.a
    article = make_article(site, "所指的文章")
    post = make_post(site, "【赶集说法】羊卖了钱没给。\n留好语音。", link_page=article, topic_word="赶集说法")
    add_pictures(site, post, 1)
    page = open_page(client_of(site), path_of(site, post))
    assert page.title.get_text() == f"赶集说法-{site.name}"
    graph = json.loads(page.find("script", type="application/ld+json").string)["@graph"]
    described = next(each for each in graph if each["@type"] == "SocialMediaPosting")
    assert described["articleBody"] == "【赶集说法】羊卖了钱没给。\n留好语音。"
    assert described["sharedContent"]["name"] == "所指的文章"
    assert described["image"][0].startswith("http://")
    crumbs = next(each for each in graph if each["@type"] == "BreadcrumbList")["itemListElement"]
    assert [each["name"] for each in crumbs] == ["首页", "微博", "赶集说法"]
    assert page.find("meta", property="og:image")
    assert page.find("meta", attrs={"name": "description"})["content"] == "【赶集说法】羊卖了钱没给。 留好语音。"
    assert page.find("meta", attrs={"name": "ColumnName"})["content"] == "微博"
    assert page.select_one('.crumbs a[href="/micro/"]')
    assert page.select_one(".micro__signs a")["href"] == "/search/?q=%E8%B5%B6%E9%9B%86%E8%AF%B4%E6%B3%95&type=micro"


def test_topics_of_the_stream_stand_beside_it_the_most_frequent_first(two_sites, client_of):
    for topic in ("每日一法", "赶集说法", "每日一法", ""):
        make_post(two_sites.a, "一条。", topic_word=topic)
    make_post(two_sites.a, "草稿一条。", topic_word="草稿话题", draft=True)
    make_post(two_sites.b, "别站的一条。", topic_word="别站话题")
    page = open_page(client_of(two_sites.a), "/micro/")
    assert [each.get_text() for each in page.select(".aside .chip")] == ["#每日一法#", "#赶集说法#"]


@pytest.mark.parametrize("path", ["/", "/micro/", "/pufa/"])
def test_no_page_looks_for_a_single_one_by_its_place(city, client_of, path):
    """The first by place of a type is found by walking over the pages of all types: 27 ms of a home page with 100,000 articles."""
    with CaptureQueriesContext(connection) as queries:
        assert client_of(city).get(path).status_code == 200
    said = [query["sql"] for query in queries]
    assert any("LIMIT 1" in sql for sql in said)
    by_place = [sql for sql in said if re.search(r'ORDER BY "wagtailcore_page"\."path" ASC\s+LIMIT 1$', sql)]
    assert [sql for sql in by_place if '"slug" = ' not in sql and '"node_key" = ' not in sql] == []
