"""Search of the admin: every idea of the query, in whatever form it is typed, among what the site itself holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from search.admin_backend import read_ideas
from search.analysis.vocabulary import get_vocabulary
from search.catalogue_words import touch_vocabulary
from search.models import Abbreviation
from site_core.models import ArticlePage, BasePage, DocumentPage, SiteDocument, SiteImage
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.factories import make_article, make_draft, make_member
from tests.isolation.marked_site import add_image
from tests.site_core.page_samples import make_document, make_file

PAGES = "/admin/pages/search/"
CHOOSER = "/admin/choose-page/search/"
IMAGES = "/admin/images/"
DOCUMENTS = "/admin/documents/"
ADDRESSES = (
    PAGES, "/admin/pages/search/results/", CHOOSER, IMAGES, "/admin/images/results/", "/admin/images/chooser/results/",
    DOCUMENTS, "/admin/documents/results/", "/admin/documents/chooser/results/",
)  # fmt: skip
TITLE = "关于申请法律援助所需材料的ABC通知"
HOSTILE = (
    "\0", "法律\0援助", "%", "_", "\\", "'", '"', '"法律', "' OR 1=1 --", "%s %(a)s {0}", "live:maybe", "live:yes",
    "援助 AND (NOT *)", "a:b:c", "\u200b", "　", "《》", "\ud83d", "，。！", "法" * 10_000, "falv " * 2_000,
    " ".join(chr(0x4E00 + place) for place in range(3_000)), "〔2026〕号", "平司发〔9999〕99999号" * 20,
)  # fmt: skip


@pytest.fixture
def admin_of(signed_in):
    return lambda site: signed_in(site, make_member(site, "site_admin"))


def found(client, path, query, title):
    """Whether the list shows the title; its answer is 200 whatever is asked."""
    response = client.get(path, {"q": query})
    assert response.status_code == 200
    return title in response.content.decode()


def titles(query, model=Page, **options):
    return [item.title for item in get_search_backend().search(query, model, **options)]


@pytest.mark.parametrize("path", [PAGES, CHOOSER])
@pytest.mark.parametrize(
    "query",
    [
        "法律援助", "通知 法律援助", "申请材料", "如何申请法律援助", "法律援助的材料", "申請 法律援助 材料", "ＡＢＣ", "abc通知",
        "flyz", "falvyuanzhu", "falv tongzhi", "“法律援助”", '"申请法律援助" 通知',
    ],
)  # fmt: skip
def test_page_is_found_however_it_is_asked_for(two_sites, admin_of, path, query):
    make_article(two_sites.a, TITLE)
    assert found(admin_of(two_sites.a), path, query, TITLE)


@pytest.mark.parametrize("path", [PAGES, CHOOSER])
@pytest.mark.parametrize("query", ["法律援助 公证", '"通知法律"', "律师", "xzfy"])
def test_page_that_lacks_an_idea_is_not_found(two_sites, admin_of, path, query):
    make_article(two_sites.a, TITLE)
    assert not found(admin_of(two_sites.a), path, query, TITLE)


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("人民调解工作", "人民調解"),
        ("人民調解工作", "人民调解"),
        ("人民調解工作", "人民調解"),
        ("ＡＰＰ（试行）上线", "app"),
        ("Ａpp与Ｗｅｂ", "web"),
        ("APP（试行）上线", "ａｐｐ(试行)"),
        ("ＡＰＰ（试行）上线", "APP(试行)上线"),
        ("二〇二六年第２批", "2批"),
    ],
)
def test_width_case_and_script_make_no_difference(in_kongtong, title, query):
    make_article(in_kongtong, title)
    assert title in titles(query)


@pytest.mark.parametrize("path", [PAGES, CHOOSER])
@pytest.mark.parametrize(
    "number",
    [
        "平司发〔2026〕18号", "平司发[2026]18号", "平司发(2026)18号", "平司发（2026）18号", "平司发【2026】18号", "平司发﹝2026﹞18号",
        "平司发 〔2026〕 18 号", "平司發［２０２６］１８號", "转发平司发[2026]18号", "平司发2026-18", "平司发〔2026", "“平司发[2026]18号”", "〔2026〕18号",
    ],
)  # fmt: skip
def test_document_is_found_by_its_number_in_any_brackets(two_sites, admin_of, path, number):
    with enter_site(two_sites.a):
        make_document(get_column("zcwj"), "关于印发示例办法的通知", "平司发〔2026〕18号")
    assert found(admin_of(two_sites.a), path, number, "关于印发示例办法的通知")


def test_number_of_another_document_does_not_find_it(in_kongtong):
    make_document(get_column("zcwj"), "甲", "平司发〔2026〕18号")
    assert titles("平司发[2026]8号") == []
    assert titles("平司发[2025]18号") == []


def test_number_in_a_title_is_found_in_other_brackets(in_kongtong):
    make_article(in_kongtong, "《平司发［2026］7号》解读")
    assert titles("平司发〔2026〕7号") == ["《平司发［2026］7号》解读"]


@pytest.mark.parametrize("path", [PAGES, CHOOSER])
def test_drafts_and_private_pages_are_found(two_sites, admin_of, path):
    make_draft(two_sites.a, "法律援助的草稿")
    make_article(two_sites.a, "法律援助的内部材料", private=True)
    client = admin_of(two_sites.a)
    assert found(client, path, "草稿 法律援助", "法律援助的草稿")
    assert found(client, path, "材料 法律援助", "法律援助的内部材料")


def test_page_is_found_by_the_title_of_a_change_under_way(in_kongtong):
    page = make_article(in_kongtong, "旧标题")
    page.title = "人民调解新标题"
    page.save_revision()
    assert titles("新标题 调解") == ["旧标题"]


def test_summary_keywords_and_index_number_are_searched(in_kongtong):
    make_article(in_kongtong, "甲", summary="说的是社区矫正", keywords="减刑，假释")
    document = make_document(get_column("zcwj"), "乙", "平司发〔2026〕18号")
    assert titles("假释 社区矫正") == ["甲"]
    assert titles("甲 社区矫正", BasePage) == ["甲"]
    assert titles("甲 社区矫正", ArticlePage) == ["甲"]
    for model in (Page, BasePage, DocumentPage):
        assert titles(document.index_number, model) == ["乙"]
        assert titles("平司发[2026]18号", model) == ["乙"]


def test_short_name_of_a_law_finds_its_full_name(in_kongtong):
    Abbreviation.objects.get_or_create(short="民诉法", defaults={"full": "中华人民共和国民事诉讼法"})
    touch_vocabulary()
    make_article(in_kongtong, "学习《中华人民共和国民事诉讼法》")
    assert titles("民诉法 学习") == ["学习《中华人民共和国民事诉讼法》"]


def test_best_come_first(in_kongtong):
    apart, summary = "援助老人的法律问题", "只在摘要"
    for title, fields in (("法律援助", {}), ("申请法律援助", {}), (apart, {}), (summary, {"summary": "法律援助"})):
        make_article(in_kongtong, title, **fields)
    make_article(in_kongtong, "又申请法律援助")
    ranked = [title for title in titles("法律援助", ArticlePage) if "申请" in title or title in ("法律援助", summary)]
    assert ranked == ["法律援助", "又申请法律援助", "申请法律援助", summary]
    assert titles("老人 法律") == [apart]


def test_document_comes_before_what_only_names_its_number(in_kongtong):
    make_document(get_column("zcwj"), "甲", "平司发〔2026〕18号")
    make_article(in_kongtong, "转发平司发〔2026〕18号")
    assert titles("平司发[2026]18号") == ["甲", "转发平司发〔2026〕18号"]


def test_order_of_the_view_is_kept(in_kongtong):
    for title in ("乙 法律援助", "甲 法律援助", "法律援助"):
        make_article(in_kongtong, title)
    pages = ArticlePage.objects.filter(title__in=["乙 法律援助", "甲 法律援助", "法律援助"]).order_by("title")
    expected = [page.title for page in pages]
    assert titles("法律援助", pages, order_by_relevance=False) == expected


def test_filters_of_the_view_are_kept(two_sites, admin_of):
    make_draft(two_sites.a, "法律援助的草稿")
    make_article(two_sites.a, "法律援助的公告")
    client = admin_of(two_sites.a)
    assert not found(client, PAGES, "法律援助 live:yes", "法律援助的草稿")
    assert found(client, PAGES, "法律援助 live:yes", "法律援助的公告")
    kind = {"q": "法律援助", "content_type": "site_core.documentpage"}
    assert "法律援助的公告" not in client.get(PAGES, kind).content.decode()
    for ordering in ("title", "-latest_revision_created_at", "live"):
        answer = client.get(PAGES, {"q": "援助 公告", "ordering": ordering})
        assert "法律援助的公告" in answer.content.decode()
    only = {"q": "法律援助", "page_type": "site_core.DocumentPage"}
    assert "法律援助的公告" not in client.get(CHOOSER, only).content.decode()


def test_facets_count_what_is_found(in_kongtong):
    make_article(in_kongtong, "社区矫正与假释")
    make_document(get_column("zcwj"), "假释办法：社区矫正", "平司发〔2026〕18号")
    results = Page.objects.autocomplete("假释 社区矫正")
    assert sorted(results.facet("content_type_id").values()) == [1, 1]
    assert results.count() == len(results) == 2
    assert len(results[1:2]) == 1
    assert {type(page) for page in Page.objects.specific().autocomplete("假释 社区矫正")} == {ArticlePage, DocumentPage}


def test_nothing_but_named_fields_is_searched(in_kongtong):
    make_article(in_kongtong, "甲", summary="社区矫正")
    assert titles("社区矫正", ArticlePage, fields=["title"]) == []
    assert titles("甲", ArticlePage, fields=["title"]) == ["甲"]


def test_one_idea_is_enough_where_the_caller_says_so(in_kongtong):
    make_article(in_kongtong, "社区矫正专栏稿")
    assert titles("假释 社区矫正", ArticlePage, operator="or") == ["社区矫正专栏稿"]
    assert titles("假释 社区矫正", ArticlePage) == []


QUERIES_FOR_FILES = ["法律援助", "流程 法律援助", "法律援助 流程圖", "ＡＢ", "flyz", "律师图库"]


@pytest.mark.parametrize("query", QUERIES_FOR_FILES)
def test_pictures_and_files_are_found_by_title_and_tag(two_sites, admin_of, query):
    title = "AB法律援助申请流程图"
    with enter_site(two_sites.a):
        add_image(title, "flow.png").tags.add("律师图库")
        make_file(title, "flow.pdf").tags.add("律师图库")
    client = admin_of(two_sites.a)
    for path in (IMAGES, DOCUMENTS, "/admin/images/chooser/results/", "/admin/documents/chooser/results/"):
        assert found(client, path, query, title)
        assert not found(client, path, "公证 流程", title)


def test_nothing_of_the_other_site_is_found(two_sites, admin_of):
    title = "独一无二的法律援助"
    make_article(two_sites.a, title)
    with enter_site(two_sites.a):
        make_document(get_column("zcwj"), "独一无二的文件", "平司发〔2026〕18号")
        add_image(title, "only.png").tags.add("独一无二")
        make_file(title, "only.pdf")
    own, other = admin_of(two_sites.a), admin_of(two_sites.b)
    for path in ADDRESSES:
        for query in ("独一无二", "援助 独一无二", "dywe", "duyiwuer", "平司发[2026]18号"):
            assert not found(other, path, query, "独一无二的")
        assert found(own, path, "援助 独一无二", title)


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_get_an_answer(two_sites, admin_of, query):
    make_article(two_sites.a, TITLE)
    client = admin_of(two_sites.a)
    encoded = query.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for path in ADDRESSES:
        assert client.get(path, {"q": encoded}).status_code == 200
    with enter_site(two_sites.a):
        for model in (Page, BasePage, ArticlePage, SiteImage, SiteDocument):
            for ordered in (True, False):
                assert len(get_search_backend().search(query, model, order_by_relevance=ordered)) >= 0
                assert get_search_backend().autocomplete(query, model, order_by_relevance=ordered).count() >= 0


def test_query_of_nothing_finds_nothing(in_kongtong):
    make_article(in_kongtong, TITLE)
    assert [titles(query) for query in ("\0", " ", "\u200b")] == [[], [], []]
    assert titles("%") == titles("_") == titles("\\") == []


def test_marks_alone_are_looked_for_as_they_are(in_kongtong):
    make_article(in_kongtong, "完成 100%")
    assert titles("%") == ["完成 100%"]


def test_number_of_ideas_is_bounded(in_kongtong):
    assert len(read_ideas(" ".join(chr(0x4E00 + place) for place in range(3_000)))) == 12


def test_search_of_pages_takes_few_queries(in_kongtong):
    make_article(in_kongtong, TITLE)
    get_vocabulary()  # read once a process and version
    with CaptureQueriesContext(connection) as queries:
        results = get_search_backend().autocomplete("法律援助 abc", Page)
        assert (results.count(), len(results)) == (1, 1)
    assert len(queries) <= 4  # the version of the word lists, the titles to listen to, the count, the pages
