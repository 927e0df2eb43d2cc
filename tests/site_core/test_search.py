"""Search within a site: what it finds, what it must not, and what is remembered of vain searches."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from site_core import search_actions, search_limits
from site_core.models import ArticlePage, SearchMiss
from site_core.search_actions import record_miss
from site_core.search_selectors import read_query
from site_core.templatetags.page_tags import highlight
from tenants.current import enter_site
from tests.factories import make_article, make_draft
from tests.site_core import page_samples as samples

READER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture
def site(two_sites):
    return two_sites.a


@pytest.fixture
def ask(site, client_of):
    """`ask(text)`: the answer that a reader gets."""
    client = client_of(site)

    def search(text, agent=READER, method="get", **query):
        return getattr(client, method)("/search/", {"q": text, **query}, HTTP_USER_AGENT=agent)

    return search


def list_misses(site):
    with enter_site(site):
        return dict(SearchMiss.objects.values_list("query", "count"))


@pytest.mark.parametrize("text", ["爱心", "困难群众", "爱心 困难", "ＡＢＣ", "abc", "  爱心\t"])
def test_title_and_summary_are_searched_for_every_word(site, ask, text):
    make_article(site, "爱心卡怎么用ABC", summary="给困难群众的说明")
    make_article(site, "另一篇")
    assert [hit.page.title for hit in ask(text).context["listing"].items] == ["爱心卡怎么用ABC"]


@pytest.mark.parametrize("text", ["平司发〔2026〕18号", "平司发[2026]18号", "平司发（2026）18号", "〔2026〕18"])
def test_document_is_found_by_its_number_in_any_brackets(site, ask, text):
    with enter_site(site):
        samples.make_document(samples.make_column("wj", "documents", "规范性文件"))
    answer = ask(text)
    assert answer.context["listing"].total == 1
    html = answer.content.decode()
    assert "badge--ok" in html
    assert '<span class="hit__path"><a href="/wj/">规范性文件</a></span>' in html


def test_newest_comes_first_and_all_pages_can_be_reached(site, ask):
    for number in range(12):
        made = make_article(site, f"通知{number}号")
        with enter_site(site):
            ArticlePage.objects.filter(pk=made.pk).update(public_at=timezone.now() - timedelta(days=number))
    first, second = ask("通知"), ask("通知", page="2")
    assert [hit.page.title for hit in first.context["listing"].items][:2] == ["通知0号", "通知1号"]
    assert [hit.page.title for hit in second.context["listing"].items] == ["通知10号", "通知11号"]
    assert 'href="?q=%E9%80%9A%E7%9F%A5&amp;page=2"' in first.content.decode()


def test_nothing_of_drafts_private_pages_and_other_sites_is_found(two_sites, ask):
    make_draft(two_sites.a, "秘密草稿")
    make_article(two_sites.a, "秘密文章", private=True)
    make_article(two_sites.b, "秘密在别处")
    assert ask("秘密").context["listing"].total == 0


def test_words_that_were_found_are_marked_and_everything_else_is_text(site, ask):
    make_article(site, "爱心卡<b>", summary="爱心 & 卡")
    html = ask("爱心 卡<").content.decode()
    assert "<mark>爱心</mark><mark>卡&lt;</mark>b&gt;" in html
    assert highlight("a&b A", ["a"]) == "<mark>a</mark>&amp;b <mark>A</mark>"
    assert highlight("100%", ["%", ""]) == "100<mark>%</mark>"


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"><script>', "a\x00b", "〔", "字" * 500, "   ", "\n"])
def test_any_text_is_answered(site, ask, text):
    make_article(site, "普通标题")
    answer = ask(text)
    assert answer.status_code == 200
    assert answer.context["listing"].total == 0
    assert "<script>" not in answer.content.decode().split("<main")[1].split("</main>")[0]


def test_query_is_cut_and_cleaned():
    assert read_query("字" * 99).text == "字" * 60
    assert read_query("a\x00b\x07c").text == "abc"
    assert read_query("甲 乙 甲").words == ["甲", "乙"]
    assert len(read_query(" ".join("abcdefghij")).words) == 6


def test_search_page_is_kept_from_search_engines_and_caches(ask):
    answer = ask("爱心")
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert ask("", method="post").status_code == 405


def test_vain_search_offers_ways_on(ask):
    html = ask("梯田 仲裁所").content.decode()
    assert "没有找到“梯田 仲裁所”" in html
    assert 'href="tel:12348"' in html
    assert 'href="?q=%E4%BB%B2%E8%A3%81%E6%89%80"' in html
    assert 'href="/tzgg/">通知公告</a>' in html


def test_vain_search_is_counted_on_its_own_site_alone(two_sites, ask, client_of):
    ask("梯田仲裁所")
    ask("梯田仲裁所")
    assert list_misses(two_sites.a) == {"梯田仲裁所": 1}, "the same reader counts once"
    client_of(two_sites.a).get("/search/", {"q": "梯田仲裁所"}, HTTP_USER_AGENT=READER, REMOTE_ADDR="203.0.113.9")
    assert list_misses(two_sites.a) == {"梯田仲裁所": 2}
    assert list_misses(two_sites.b) == {}


def test_search_that_finds_something_is_not_counted(site, ask):
    make_article(site, "爱心卡")
    ask("爱心")
    assert list_misses(site) == {}


@pytest.mark.parametrize("agent", ["Baiduspider/2.0", "Googlebot/2.1", "python-requests/2", ""])
def test_robots_count_for_nothing(site, ask, agent):
    ask("梯田仲裁所", agent=agent)
    ask("梯田仲裁所", method="head")
    assert list_misses(site) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("13812345678", "138 1234 5678", "138-1234-5678", "１３８１２３４５６７８", "张某 13812345678"),
        *("620102199001011234", "62010219900101123X", "0933-8212345", "someone@example.com", "6222 0200 1234 5678"),
        *("卡", "字" * 31),
    ],
)
def test_what_may_be_somebodys_own_is_not_kept(site, ask, text):
    ask(text)
    assert list_misses(site) == {}


@pytest.mark.parametrize("text", ["平司发〔2026〕18号", "2026年度考核", "12348", "第42条"])
def test_numbers_of_documents_and_years_are_kept(site, text):
    with enter_site(site):
        assert record_miss(text)


def test_vain_searches_are_bounded_and_the_rarest_make_room(site, monkeypatch):
    monkeypatch.setattr(search_actions, "MOST_MISSES", 3)
    with enter_site(site):
        for text in ("常找的", "常找的", "甲甲", "乙乙", "丙丙", "丁丁"):
            record_miss(text)
    assert list_misses(site) == {"常找的": 2, "丙丙": 1, "丁丁": 1}


def test_reader_who_searches_too_often_is_asked_to_wait(ask, monkeypatch):
    monkeypatch.setattr(search_limits, "SEARCHES_A_MINUTE", 2)
    assert [ask(f"词{number}").status_code for number in range(3)] == [200, 200, 429]
    assert "搜索得太频繁了" in ask("词").content.decode()
    assert ask("").status_code == 200


def test_one_reader_cannot_fill_the_list_of_vain_searches(site, ask, monkeypatch):
    monkeypatch.setattr(search_limits, "MISSES_A_MINUTE", 2)
    for number in range(5):
        ask(f"没有的词{number}")
    assert len(list_misses(site)) == 2


def test_search_costs_few_queries_whatever_it_finds(site, ask):
    def count():
        with CaptureQueriesContext(connection) as queries:
            ask("通知")
        return len(queries)

    make_article(site, "通知甲")
    ask("通知")
    few = count()
    for number in range(9):
        make_article(site, f"通知{number}")
    assert count() == few <= 12


@pytest.mark.parametrize("text", ["办法（试行）：问答", "办法(试行):问答", "（试行）"])
def test_punctuation_of_chinese_titles_is_found_as_it_is_written(site, ask, text):
    make_article(site, "管理办法（试行）：问答")
    make_article(site, "管理办法试行问答")
    assert [hit.page.title for hit in ask(text).context["listing"].items] == ["管理办法（试行）：问答"]
