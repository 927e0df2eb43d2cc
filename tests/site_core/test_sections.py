"""Home pages: the registry of sections, and what they show of this site alone."""

import pytest
from wagtail.blocks import CharBlock
from wagtail.models import PageViewRestriction

from blueprints.shipped import read_shipped
from site_core import sections
from site_core.locks import rollout
from site_core.models import HomePage
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.kinds import SiteKind
from tenants.models import Organisation
from tests.factories import make_article
from tests.site_core.page_samples import (
    make_column,
    make_document,
    make_guide,
    make_person,
    make_picture,
    make_topic,
    stream,
)


def set_sections(*blocks):
    """Whatever the blueprint rules of the order: each section is looked at, not whether the site may have it."""
    home = HomePage.objects.get()
    home.sections = stream(*blocks)
    with rollout():
        home.save_revision().publish()


def everything():
    """Every section once, filled from the site's columns."""
    tzgg, gzdt = get_column("tzgg").pk, get_column("gzdt").pk
    link = {"title": "链接文字", "page": tzgg, "url": ""}
    return {
        "headline": {"label": "头条", "page": None, "column": gzdt, "with_picture": True, "links": [link]},
        "hero": {"title": "大标题", "text": "说明", "telephone": "12348", "telephone_note": "", "notice": "提示", "image": None, "links": [link]},
        "picture_news": {"title": "图片新闻", "column": gzdt, "count": 3, "beside": tzgg, "beside_title": "要闻", "beside_count": 5},
        "column_lists": {"columns": [tzgg, gzdt], "count": 5},
        "notices": {"column": tzgg, "count": 5, "beside": gzdt},
        "service_grid": {"title": "办事服务", "more": tzgg, "services": [{"icon": "scale", "title": "援助", "text": "一句", "fact": "", "page": tzgg, "links": [link]}],
                         "minor": [{"icon": "lens", "title": "鉴定", "page": tzgg, "url": ""}], "hotline_text": "全天", "directory": get_column("ldxx").pk},
        "guides": {"title": "指南", "column": get_column("ggflfw").pk, "count": 6},
        "disclosure": {"title": "信息公开", "column": get_column("xxgk").pk, "documents": get_column("zcwj").pk, "count": 4},
        "legal_education": {"title": "五位一体普法", "forms": [{"form": "radio", "name": "法制在线", "slot": "电台", "latest": "一期", "action": "收听", "page": tzgg}]},
        "microblog": {"title": "微博", "count": 3, "layout": "cards"},
        "cross_site_list": {"title": "县区动态", "column": gzdt, "count": 8},
        "stations": {"title": "身边的司法所"},
        "people": {"title": "人员名录", "column": get_column("ldxx").pk, "count": 6},
        "facts": {"title": "收费标准", "style": "fees", "rows": [{"label": "咨询", "text": "不收费"}], "note": "附注"},
        "topics": {"title": "专题专栏", "more": None, "count": 4},
        "links": {"groups": [{"label": "上级", "links": [{"title": "外站", "page": None, "url": "https://www.example.com/"}]}]},
        "free": {"title": "自由内容", "text": "<p>一段话</p>"},
    }  # fmt: skip


def fill(site):
    make_article(site, f"{site.schema_name}的新闻", column="gzdt", source="平凉市崆峒区司法局")
    make_article(site, f"{site.schema_name}的公告", label="公告")
    with enter_site(site):
        make_article(site, f"{site.schema_name}的图片", column="gzdt", cover=make_picture())
        make_document(get_column("zcwj"), f"{site.schema_name}的文件")
        make_guide(get_column("ggflfw"), f"{site.schema_name}的指南")
        make_person(get_column("ldxx"), f"{site.schema_name}的人")
        make_topic(get_column("ztzl"), f"{site.schema_name}的专题")


def test_every_section_shows_what_this_site_has_and_nothing_of_another(two_sites, client_of):
    for site in (two_sites.a, two_sites.b):
        fill(site)
        with enter_site(site):
            made = everything()
            assert set(made) == set(sections.list_section_keys())
            del made["cross_site_list"]  # what other sites published is what it is for: tests/search
            set_sections(*made.items())
    page = client_of(two_sites.a).get("/").content.decode().split("<main")[1].split("</main>")[0]
    for kind in ("新闻", "公告", "图片", "文件", "指南", "人", "专题"):
        assert f"kongtong的{kind}" in page, kind
    assert "jingning的" not in page
    assert "柳湖所" in page
    assert '/leave/?to=https%3A%2F%2Fwww.example.com%2F"' in page
    assert 'style="' not in page


def test_sections_of_an_empty_site_render_without_what_they_lack(in_kongtong, client_of):
    set_sections(*everything().items())
    answer = client_of(in_kongtong).get("/")
    assert answer.status_code == 200
    assert "正在建设" not in answer.content.decode()


def test_withdrawn_and_private_pages_and_columns_show_nothing(two_sites, client_of):
    site = two_sites.a
    make_article(site, "私下的公告", private=True)
    make_article(site, "撤下的公告")
    with enter_site(site):
        set_sections(("notices", {"column": get_column("tzgg").pk, "count": 5, "beside": None}))
        get_column("tzgg").get_children().get(title="撤下的公告").specific.unpublish()
    page = client_of(site).get("/").content.decode()
    assert "私下的公告" not in page
    assert "撤下的公告" not in page
    with enter_site(site), rollout():
        get_column("tzgg").unpublish()
    assert client_of(site).get("/").status_code == 200


def test_column_that_became_private_is_not_even_named(two_sites, client_of):
    with enter_site(two_sites.a):
        set_sections(*everything().items())
        column = get_column("tzgg")
        with rollout():
            PageViewRestriction.objects.create(page=column, restriction_type=PageViewRestriction.LOGIN)
            get_column("ldxx").unpublish()
    main = client_of(two_sites.a).get("/").content.decode().split("<main")[1]
    assert "通知公告" not in main
    assert 'action="/ldxx/"' not in main


@pytest.mark.parametrize("is_private", [True, False])
def test_private_or_withdrawn_columns_and_pages_are_not_named(two_sites, client_of, is_private):
    site = two_sites.a
    with enter_site(site):
        hidden = make_column("neibu", "lines", "内部专栏")
        make_article(site, "内部的稿件", column="neibu")
        made = everything()
        pages = {
            "page": hidden.pk,
            "more": hidden.pk,
            "directory": hidden.pk,
            "column": hidden.pk,
            "columns": [hidden.pk],
        }
        pages |= {"beside": hidden.pk, "documents": hidden.pk}
        keys = ("headline", "notices", "column_lists", "service_grid", "disclosure", "people", "topics", "picture_news")
        set_sections(*((key, {**made[key], **{k: v for k, v in pages.items() if k in made[key]}}) for key in keys))
        make_topic(get_column("ztzl"), "公开的专题")
        if is_private:
            PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
        else:
            hidden.unpublish()
    page = client_of(site).get("/").content.decode().split("<main")[1].split("</main>")[0]
    assert "公开的专题" in page
    assert "内部" not in page
    assert "neibu" not in page


def test_headline_is_the_column_s_latest_article_whatever_else_stands_in_it(two_sites, client_of):
    with enter_site(two_sites.a):
        column = get_column("gzdt")
        make_article(two_sites.a, "今天的要闻", column="gzdt")
        make_document(column, title="后来的文件")
        set_sections(("headline", {"label": "头条", "page": None, "column": column.pk, "links": []}))
    page = client_of(two_sites.a).get("/").content.decode().split("<main")[1].split("</main>")[0]
    assert "今天的要闻" in page
    assert "后来的文件" not in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x", "//evil.example/", "/\\evil.example"]
)
def test_link_of_a_section_that_is_no_web_address_leads_nowhere(two_sites, client_of, url):
    with enter_site(two_sites.a):
        set_sections(("links", {"groups": [{"label": "组", "links": [{"title": "坏链接", "page": None, "url": url}]}]}))
    page = client_of(two_sites.a).get("/").content.decode().split("<main")[1].split("</main>")[0]
    assert "坏链接" not in page


def test_free_section_s_links_to_elsewhere_pass_the_notice(two_sites, client_of):
    with enter_site(two_sites.a):
        set_sections(("free", {"title": "", "text": '<p><a href="https://www.example.com/">外站</a></p>'}))
    assert (
        '<a href="/leave/?to=https%3A%2F%2Fwww.example.com%2F">外站</a>'
        in client_of(two_sites.a).get("/").content.decode()
    )


def test_registry_refuses_a_key_that_is_taken_and_a_late_comer():
    with pytest.raises(sections.SectionRefused, match="registered"):
        sections.register_section("headline", CharBlock())
    sections.list_sections()
    with pytest.raises(sections.SectionRefused, match="after"):
        sections.register_section("late", CharBlock())


@pytest.mark.parametrize("kind", SiteKind.values)
def test_new_site_of_each_kind_has_its_sections(kind, client_of, db):
    site = Organisation.objects.filter(kind=kind).first()
    with enter_site(site):
        keys = [block.block_type for block in HomePage.objects.get().sections]
    wanted = [section.key for section in read_shipped(kind).sections if section.required or section.key == "microblog"]
    assert keys == wanted
    assert client_of(site).get("/").status_code == 200


def test_city_s_home_page_costs_few_queries(city, client_of, django_assert_max_num_queries):
    fill(city)
    client = client_of(city)
    client.get("/")
    with django_assert_max_num_queries(25):
        client.get("/")
