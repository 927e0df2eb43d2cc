"""Bulk move and bulk publication in the explorer: our pages, our words, the rights of each site, one event for each page."""

import re

import pytest
from django.db import transaction

from accounts.models import LedgerEntry
from site_core.models import ArticlePage, ColumnPage, DocumentPage
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.factories import make_article, make_draft, make_member
from tests.test_translations import list_english


@pytest.fixture
def client(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


@pytest.fixture
def target(two_sites):
    with enter_site(two_sites.a):
        return get_column("tpxw")


def bulk(action, *pages):
    return f"/admin/bulk/wagtailcore/page/{action}/?" + "&".join(f"id={page.pk}" for page in pages)


def move(client, target, *pages):
    data = {"chooser": str(target.pk), "move_applicable": "on", "next": "/admin/"}
    return client.post(bulk("move", *pages), data, follow=True)


def columns_of(site, *pages):
    with enter_site(site):
        return [ArticlePage.objects.get(pk=page.pk).get_parent().slug for page in pages]


def events(action):
    entries = LedgerEntry.objects.filter(action=action, object_type="site_core.articlepage")
    return sorted(entries.values_list("object_name", flat=True))


def list_said(answer):
    return [re.sub(r"\s+", " ", str(message)).strip() for message in answer.context["messages"]]


@pytest.mark.parametrize("action", ["move", "publish", "unpublish", "delete"])
def test_screen_that_asks_is_chinese(two_sites, signed_in, action):
    admin = signed_in(two_sites.a, make_member(two_sites.a, "site_admin"))
    page, draft = make_article(two_sites.a, "公开稿", column="gzdt"), make_draft(two_sites.a, "草稿", column="gzdt")
    assert list_english(admin.get(bulk(action, page, draft)).content.decode()) == set()


def test_explorer_offers_both(client, two_sites):
    with enter_site(two_sites.a):
        column = get_column("gzdt")
    make_draft(two_sites.a, column="gzdt")
    html = client.get(f"/admin/pages/{column.pk}/").content.decode()
    assert 'aria-label="移动选择的页面"' in html
    assert 'aria-label="发布选择的页面"' in html


def test_pages_are_moved_together_and_each_stands_in_the_ledger(two_sites, client, target):
    pages = [make_article(two_sites.a, "甲", column="gzdt"), make_article(two_sites.a, "乙", column="gzdt")]
    answer = move(client, target, *pages)
    assert list_said(answer) == ["已移动2个页面"]
    assert columns_of(two_sites.a, *pages) == ["tpxw", "tpxw"]
    assert events("page.moved") == ["乙", "甲"]


def test_old_address_of_a_moved_page_leads_to_the_new_one(two_sites, client, client_of, target):
    page = make_article(two_sites.a, "甲", column="gzdt", slug="old-place")
    move(client, target, page)
    answer = client_of(two_sites.a).get("/gzdt/old-place/")
    assert (answer.status_code, answer["Location"]) == (301, "/gzdt/tpxw/old-place/")


def test_page_whose_address_is_taken_there_stays_and_is_named(two_sites, client, target):
    page, other = (
        make_article(two_sites.a, "甲", column="gzdt", slug="same"),
        make_article(two_sites.a, "乙", column="gzdt"),
    )
    make_article(two_sites.a, "丙", column="tpxw", slug="same")
    data = {"chooser": str(target.pk)}
    html = client.post(bulk("move", page, other), data).content.decode()
    assert "甲" in html
    assert list_english(html) == set()
    assert columns_of(two_sites.a, page) == ["gzdt"]


def test_pages_are_not_moved_to_where_they_may_not_stand(two_sites, client):
    page = make_article(two_sites.a, "甲", column="gzdt")
    with enter_site(two_sites.a):
        home = get_column("gzdt").get_parent()
    move(client, home, page)
    assert columns_of(two_sites.a, page) == ["gzdt"]


def test_column_of_another_site_is_no_target(two_sites, client):
    page = make_article(two_sites.a, "甲", column="gzdt")
    with enter_site(two_sites.b):
        extra = get_column("gzdt").add_child(instance=ColumnPage(title="彼处", slug="there"))
        ColumnPage.objects.filter(pk=extra.pk).exists()
    answer = move(client, extra, page)
    assert answer.status_code == 200
    assert columns_of(two_sites.a, page) == ["gzdt"]


def test_reviewer_moves_and_publishes_nothing(two_sites, signed_in, target):
    reviewer = signed_in(two_sites.a, make_member(two_sites.a, "reviewer_1"))
    page, draft = make_article(two_sites.a, "甲", column="gzdt"), make_draft(two_sites.a, "乙", column="gzdt")
    move(reviewer, target, page)
    reviewer.post(bulk("publish", draft))
    assert columns_of(two_sites.a, page) == ["gzdt"]
    with enter_site(two_sites.a):
        assert not ArticlePage.objects.get(pk=draft.pk).live


def test_ids_mean_the_pages_of_the_own_site(two_sites, client, signed_in):
    draft = make_draft(two_sites.a, "此处", column="gzdt")
    other = signed_in(two_sites.b, make_member(two_sites.b, "editor"))
    other.post(bulk("publish", draft))
    with enter_site(two_sites.a):
        assert not ArticlePage.objects.get(pk=draft.pk).live


def test_drafts_are_published_together_each_with_an_event(two_sites, client):
    drafts = [make_draft(two_sites.a, "甲", column="gzdt"), make_draft(two_sites.a, "乙", column="gzdt")]
    answer = client.post(bulk("publish", *drafts), {"next": "/admin/"}, follow=True)
    assert list_said(answer) == ["已发布 2 个页面"]
    assert events("page.published") == ["乙", "甲"]
    with enter_site(two_sites.a):
        assert all(page.first_published_at for page in ArticlePage.objects.filter(pk__in=[each.pk for each in drafts]))


def test_document_that_cannot_be_numbered_is_left_out_with_the_reason(two_sites, client):
    draft = make_draft(two_sites.a, "甲", column="gzdt")
    with enter_site(two_sites.a), transaction.atomic():
        document = DocumentPage(title="办法", live=False)
        get_column("gzdt").add_child(instance=document)
        document.save_revision()
    assert "不能生成索引号" in client.get(bulk("publish", draft, document)).content.decode()
    client.post(bulk("publish", draft, document))
    with enter_site(two_sites.a):
        assert ArticlePage.objects.get(pk=draft.pk).live
        assert not DocumentPage.objects.get(pk=document.pk).live
