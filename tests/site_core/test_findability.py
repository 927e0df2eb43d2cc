"""Site maps, robots, the directory of sites, sharing, and what machines are told of a page."""

import json
import re

import pytest
from defusedxml import ElementTree
from django.db import connection
from django.test.utils import CaptureQueriesContext

from site_core.locks import rollout
from site_core.models import ArticlePage, HomePage
from site_core.structured_data import register_builder, to_json_ld
from tenants.current import enter_site
from tenants.kinds import SiteState
from tenants.models import Organisation
from tests.factories import make_article, make_draft, path_of
from tests.site_core.page_samples import make_picture, picture_value, stream


def locations(answer):
    return [element.text for element in ElementTree.fromstring(answer.content).iter() if element.tag.endswith("loc")]


def test_sitemap_holds_this_site_s_public_pages_alone(two_sites, client_of):
    shown = make_article(two_sites.a, "公开")
    make_article(two_sites.a, "私下", private=True)
    make_draft(two_sites.a)
    make_article(two_sites.b, "别处")
    client = client_of(two_sites.a)
    assert locations(client.get("/sitemap.xml")) == ["http://kongtong.sfj.localhost/sitemap-1.xml"]
    found = locations(client.get("/sitemap-1.xml"))
    articles = [each for each in found if re.search(r"/t\d{8}-", each)]
    assert articles == [f"http://kongtong.sfj.localhost{path_of(two_sites.a, shown)}"]
    assert "http://kongtong.sfj.localhost/" in found
    assert client.get("/sitemap-2.xml").status_code == 404


def test_part_of_a_sitemap_costs_the_same_for_any_number_of_pages(two_sites, client_of):
    client = client_of(two_sites.a)
    counts = []
    for _ in range(2):
        make_article(two_sites.a)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/sitemap-1.xml")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_robots_follow_the_state_of_the_site(two_sites, client_of):
    assert (
        "Sitemap: http://kongtong.sfj.localhost/sitemap.xml"
        in client_of(two_sites.a).get("/robots.txt").content.decode()
    )
    Organisation.objects.filter(pk=two_sites.b.pk).update(state=SiteState.TRIAL)
    assert client_of(two_sites.b).get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_site_map_shows_columns_as_a_tree(two_sites, client_of):
    page = client_of(two_sites.a).get("/site-map/").content.decode()
    assert page.index("政府信息公开") < page.index("信息公开指南")
    assert "/tzgg/feed.xml" in page


def test_directory_is_the_city_s_and_names_no_suspended_site(two_sites, city, client_of):
    assert client_of(two_sites.a).get("/sites/").status_code == 404
    Organisation.objects.filter(schema_name="notary").update(state=SiteState.SUSPENDED)
    Organisation.objects.filter(schema_name="jingning").update(state=SiteState.TRIAL)
    page = client_of(city).get("/sites/").content.decode()
    assert "平凉市公证处" not in page
    assert re.search(r"静宁县司法局</b>.*?试运行", page, re.DOTALL)
    only = client_of(city).get("/sites/?kind=law_office").content.decode()
    assert "某甲律师事务所" in only
    assert "柳湖司法所" not in only.split("<main")[1]


def test_qr_code_is_of_this_site_alone(two_sites, client_of):
    client = client_of(two_sites.a)
    answer = client.get("/share/qr.svg", {"path": "/tzgg/"})
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    for junk in ("", "//evil.example/", "https://evil.example/", "/" + "x" * 400, "/\n"):
        assert client.get("/share/qr.svg", {"path": junk}).status_code == 404


def head_of(client, path):
    return client.get(path).content.decode().split("</head>")[0]


def test_page_tells_machines_what_it_is(two_sites, client_of):
    article = make_article(two_sites.a, "题</script><script>alert(1)", summary="摘要一句")
    path = path_of(two_sites.a, article)
    head = head_of(client_of(two_sites.a), path)
    assert f'<link rel="canonical" href="http://kongtong.sfj.localhost{path}">' in head
    assert '<meta property="og:description" content="摘要一句">' in head
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)[1]
    kinds = [each["@type"] for each in json.loads(data)["@graph"]]
    assert kinds == ["BreadcrumbList", "Article"]
    assert "<script>alert" not in head


def test_json_ld_cannot_end_its_element():
    assert "</" not in to_json_ld([{"name": "</script>&\u2028"}])


def test_second_builder_for_a_class_is_refused():
    with pytest.raises(ValueError, match="already"):
        register_builder(ArticlePage, lambda page: {})


@pytest.mark.parametrize("number", [0, 10**18, 10**40])
def test_part_that_no_sitemap_has_is_not_found(two_sites, client_of, number):
    assert client_of(two_sites.a).get(f"/sitemap-{number}.xml").status_code == 404


def test_path_too_long_for_a_qr_code_is_not_found(two_sites, client_of):
    assert client_of(two_sites.a).get("/share/qr.svg", {"path": "/" + "文" * 299}).status_code == 404


def test_page_whose_picture_lost_its_file_is_shown_without_it(two_sites, client_of):
    with enter_site(two_sites.a):
        cover = make_picture()
        article = make_article(two_sites.a, "封面丢了", cover=cover)
        set_hero(cover)
        cover.file.storage.delete(cover.file.name)
    client = client_of(two_sites.a)
    for path in (path_of(two_sites.a, article), "/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "og:image" not in answer.content.decode()


def set_hero(picture):
    hero = {"title": "大标题", "image": picture_value(picture, "大厅"), "links": []}
    home = HomePage.objects.get()
    home.sections = stream(("hero", hero))
    with rollout():  # the blueprint wants other sections too
        home.save_revision().publish()
