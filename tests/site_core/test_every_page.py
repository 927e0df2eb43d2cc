"""What the rules want stands on every page type of every kind of site (domain §§1.3, 1.4, 3.1)."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.db import transaction

from microblog.models import StreamPage
from site_core.selectors import get_column
from tenants.current import current_site, enter_site
from tenants.kinds import GOVERNMENT_KINDS, SiteKind
from tenants.models import Organisation
from tests.microblog.samples import make_post
from tests.site_core.page_samples import (
    make_article_with_everything,
    make_column,
    make_document,
    make_guide,
    make_info,
    make_person,
    make_topic,
)

FACTS = {
    "icp_number": "陇ICP备00000000号",
    "police_number": "甘公网安备00000000000000号",
    "contact_unit": "某单位",
    "contact_address": "某地",
    "contact_phone": "0933-0000000",
    "region_code": "620802",
}
SITE_TAGS = {"SiteName", "SiteDomain"}
COLUMN_TAGS = {"ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"}
ARTICLE_TAGS = {"ArticleTitle", "PubDate", "ContentSource"}


@pytest.fixture(params=SiteKind.values)
def pages_of_kind(request, db, client_of):
    """(site, {page type: parsed page}) of one kind of site, with every page type on it."""
    site = Organisation.objects.get(kind=request.param) if request.param != "county_bureau" else _county()
    code = "6208000001" if site.kind in GOVERNMENT_KINDS else ""
    Organisation.objects.filter(pk=site.pk).update(**FACTS, site_id_code=code)
    site.refresh_from_db()
    with enter_site(site):
        paths = {name: page.get_url() for name, page in _make_pages().items()}
    client = client_of(site)
    addresses = {"home": "/", "site map": "/site-map/", "search": "/search/?q=x", **paths}
    return site, {name: _open(client, path) for name, path in addresses.items()}


def _county():
    return Organisation.objects.get(schema_name="kongtong")


@transaction.atomic
def _make_pages():
    column = make_column("suoyou", "lines", "所有类型")
    get_column("suoyou")
    return {
        "column": column,
        "article": make_article_with_everything(column),
        "document": make_document(column),
        "info": make_info(column),
        "person": make_person(column),
        "guide": make_guide(column),
        "topic": make_topic(column),
        "stream": StreamPage.objects.get(),
        "post": make_post(current_site()),
    }


def _open(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.content.decode(), "html.parser")


def _meta(page):
    return {each["name"]: each["content"] for each in page.find_all("meta", attrs={"name": True})}


def test_every_page_of_every_kind_has_what_the_rules_want(pages_of_kind):
    site, pages = pages_of_kind
    for name, page in pages.items():
        where = f"{site.kind} {name}"
        assert page.html["lang"] == "zh-CN", where
        assert page.find("meta", attrs={"name": "viewport"}), where
        assert len(page.find_all("h1")) == 1, where
        assert all(page.find(tag) for tag in ("header", "nav", "main", "footer")), where
        assert not page.find_all(style=True), where
        assert all(
            script.get("src") or script.get("type") == "application/ld+json" for script in page.find_all("script")
        ), where
        assert all(image.has_attr("alt") for image in page.find_all("img")), where
        _check_meta(site, name, page, where)
        _check_footer(site, page, where)
        if name not in {"home", "site map", "search"}:
            crumbs = page.find("nav", attrs={"aria-label": "当前位置"})
            assert crumbs is not None, where
            assert "首页" in crumbs.get_text(), where
        if name not in {"site map", "search"}:
            assert page.find("link", rel="canonical"), where
            assert page.find("meta", property="og:title"), where
            data = page.find("script", type="application/ld+json")
            assert json.loads(data.string)["@graph"], where


def _check_meta(site, name, page, where):
    tags = _meta(page)
    needed = SITE_TAGS | ({"SiteIDCode"} if site.kind in GOVERNMENT_KINDS else set())
    if name not in {"home", "site map", "search"}:
        needed |= COLUMN_TAGS
        needed |= set() if name in {"column", "stream"} else ARTICLE_TAGS
    assert needed <= set(tags), f"{where}: lacks {needed - set(tags)}"
    assert all(value.strip() for value in tags.values()), where
    if "PubDate" in tags:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", tags["PubDate"]), where


def _check_footer(site, page, where):
    text = page.find("footer", class_="site-foot").get_text()
    for wanted in ("主办单位", "陇ICP备", "甘公网安备", "站点地图", "0933-0000000"):
        assert wanted in text, f"{where}: {wanted}"
    for mark in ("党政机关标识", "我为政府网站找错", "网站标识码"):
        assert (mark in text) == (site.kind in GOVERNMENT_KINDS), f"{where}: {mark}"
