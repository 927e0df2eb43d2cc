from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import LedgerEntry
from site_core.models import ArticlePage, ColumnPage, HomePage
from site_core.selectors import find_neighbours, get_column
from tenants.current import enter_site
from tests.factories import make_article, make_column, make_draft, path_of


def page_of(article):
    return ArticlePage.objects.get(pk=article.pk)


def test_first_publication_time_never_changes(two_sites):
    article = make_article(two_sites.a)
    with enter_site(two_sites.a):
        first = page_of(article).first_published_at
        page = page_of(article)
        page.first_published_at = timezone.now() - timedelta(days=900)
        page.save()
        page.unpublish()
        page_of(article).save_revision().publish()
        assert page_of(article).first_published_at == first


def test_setting_the_time_back_needs_a_reason(two_sites):
    article = make_article(two_sites.a)
    with enter_site(two_sites.a):
        page = page_of(article)
        page.public_at = timezone.now() - timedelta(days=30)
        with pytest.raises(ValidationError, match="须说明理由"):
            page.full_clean()
        page.backdating_reason = "补录历史信息"
        page.save_revision().publish()
    entry = LedgerEntry.objects.filter(action="page.backdated").latest("id")
    assert entry.detail["reason"] == "补录历史信息"
    assert entry.chain == "kongtong"


def test_publication_time_in_the_future_is_refused(two_sites):
    article = make_article(two_sites.a)
    with enter_site(two_sites.a):
        page = page_of(article)
        page.public_at = timezone.now() + timedelta(days=1)
        with pytest.raises(ValidationError, match="不能晚于现在"):
            page.full_clean()


@pytest.mark.parametrize("slug", ["admin", "media", "search", "API"])
def test_reserved_address_is_refused_below_the_home_page(two_sites, slug):
    with enter_site(two_sites.a):
        column = ColumnPage(title="甲", slug=slug)
        with pytest.raises(ValidationError, match="保留"):
            HomePage.objects.get().add_child(instance=ColumnPage(**_live(column)))


def _live(column):
    return {"title": column.title, "slug": column.slug, "live": True, "first_published_at": timezone.now()}


def test_address_is_made_where_a_chinese_title_gives_none(two_sites):
    article = make_article(two_sites.a, "关于开展宪法宣传周活动的通知")
    assert article.slug.startswith(f"t{timezone.localdate():%Y%m%d}-")


def test_identity_stays_out_of_copies(two_sites):
    article = make_article(two_sites.a)
    with enter_site(two_sites.a), transaction.atomic():
        page = page_of(article)
        ArticlePage.objects.filter(pk=page.pk).update(node_key="node", source_id="source")
        copy = page_of(article).copy(update_attrs={"slug": "copy", "title": "副本"})
        assert (copy.node_key, copy.source_id) == ("", "")
        assert copy.origin_key != page.origin_key
        assert copy.first_published_at != page.first_published_at
        assert copy.live


def test_article_shows_what_the_rules_want(two_sites, client_of):
    article = make_article(two_sites.a, "关于示例的通知", summary="摘要文字", author="王某", text="正文一段")
    text = client_of(two_sites.a).get(path_of(two_sites.a, article)).content.decode()
    for wanted in (
        '<meta name="SiteName" content="平凉市崆峒区司法局">',
        '<meta name="ColumnType" content="',
        '<meta name="ArticleTitle" content="关于示例的通知">',
        f'<meta name="PubDate" content="{timezone.localtime(article.public_at):%Y-%m-%d %H:%M}">',
        '<meta name="ContentSource" content="平凉市崆峒区司法局">',
        f'<dt>发布时间</dt><dd><time datetime="{timezone.localtime(article.public_at).isoformat()}">',
        "<dt>来源</dt><dd>平凉市崆峒区司法局</dd>",
        'aria-label="当前位置"',
    ):
        assert wanted in text


def test_draft_and_private_pages_are_not_read(two_sites, client_of):
    draft, private = make_draft(two_sites.a), make_article(two_sites.a, "内部", private=True)
    client = client_of(two_sites.a)
    with enter_site(two_sites.a):
        urls = [page_of(draft).get_url(), page_of(private).get_url()]
    assert client.get(urls[0]).status_code == 404
    assert client.get(urls[1]).url.startswith("/admin/login/")
    assert "内部" not in client.get("/tzgg/").content.decode()
    assert "内部" not in client.get("/tzgg/feed.xml").content.decode()


def test_feed_lists_articles_with_links_of_this_site(two_sites, client_of):
    article = make_article(two_sites.a, "甲")
    text = client_of(two_sites.a).get("/tzgg/feed.xml").content.decode()
    assert f"http://kongtong.sfj.localhost{path_of(two_sites.a, article)}" in text
    assert client_of(two_sites.b).get("/tzgg/feed.xml").content.decode().count("<item>") == 0


def test_absolute_links_follow_the_settings_not_wagtails_row(two_sites, settings):
    article = make_article(two_sites.a)
    settings.SITE_SCHEME, settings.SITE_PORT = "https", 8443
    with enter_site(two_sites.a):
        assert page_of(article).full_url == f"https://kongtong.sfj.localhost:8443{article.get_url()}"


@pytest.mark.parametrize(
    ("asked", "shown"), [("2", 2), ("0", 1), ("-3", 1), ("999999", 2), ("x", 1), ("", 1), ("9" * 40, 1)]
)
def test_pages_of_a_list_are_bounded(two_sites, client_of, asked, shown):
    make_column(two_sites.a, "local", page_size=5)
    for number in range(6):
        make_article(two_sites.a, f"第{number}篇", column="local")
    text = client_of(two_sites.a).get("/local/", {"page": asked}).content.decode()
    assert f"第{shown}页，共2页" in text


def test_neighbours_are_of_the_same_column(two_sites):
    first, second = make_article(two_sites.a, "甲"), make_article(two_sites.a, "乙")
    make_article(two_sites.a, "丙", column="gzdt")
    with enter_site(two_sites.a):
        assert find_neighbours(page_of(second)).previous.pk == first.pk
        assert find_neighbours(page_of(second)).next is None


@pytest.mark.parametrize("column", ["tzgg", "gzdt"])
def test_every_starter_column_is_served(two_sites, client_of, column):
    assert client_of(two_sites.b).get(f"/{column}/").status_code == 200


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_article_and_list_cost_few_queries_whatever_their_number(two_sites, client_of):
    client = client_of(two_sites.a)
    article = make_article(two_sites.a, "甲")
    make_article(two_sites.a, "乙")
    path = path_of(two_sites.a, article)
    before = [count_queries(client, url) for url in (path, "/tzgg/", "/")]
    for number in range(12):
        make_article(two_sites.a, f"第{number}篇")
    after = [count_queries(client, url) for url in (path, "/tzgg/", "/")]
    assert after[0] <= 15
    assert after[1] <= 15
    assert after[0] - before[0] <= 1, "a neighbour more"
    assert after[1:] == before[1:]


def test_editing_a_draft_of_a_live_page_announces_nothing(two_sites):
    article = make_article(two_sites.a)
    before = LedgerEntry.objects.count()
    with enter_site(two_sites.a), transaction.atomic():
        page = page_of(article)
        page.title = "草稿"
        page.save_revision()
    assert LedgerEntry.objects.count() == before


def test_column_with_the_same_slug_below_does_not_hide_the_upper_one(two_sites):
    with enter_site(two_sites.a):
        assert get_column("tzgg").depth == 3


def test_editor_need_not_think_of_an_address(two_sites, signed_in):
    from tests.factories import make_member
    from tests.site_core.test_publication_doors import form_of

    client = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    with enter_site(two_sites.a):
        column = get_column("gzdt")
    data = form_of(ArticlePage(title="关于开展宣传的通知", slug=""), **{"action-publish": "1"})
    response = client.post(f"/admin/pages/add/site_core/articlepage/{column.pk}/", data)
    assert response.status_code == 302
    with enter_site(two_sites.a):
        assert ArticlePage.objects.live().get(title="关于开展宣传的通知").slug.startswith("t20")


def test_form_without_seconds_does_not_set_the_time_back(two_sites):
    article = make_article(two_sites.a)
    with enter_site(two_sites.a), transaction.atomic():
        page = page_of(article)
        page.public_at = page.first_published_at.replace(second=0, microsecond=0)
        page.save_revision().publish()
        assert page_of(article).public_at == page_of(article).first_published_at
    assert not LedgerEntry.objects.filter(action="page.backdated").exists()
