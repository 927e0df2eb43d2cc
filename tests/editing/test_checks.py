"""What checks before publication find on a page, and what they leave alone."""

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from site_core.models import ArticlePage, ColumnLayout, DocumentPage, InfoPage, ServiceGuidePage
from site_core.publication_checks import (
    CheckRefused,
    Finding,
    Severity,
    list_findings,
    list_obstacles,
    register_check,
)
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.factories import make_article, make_draft
from tests.isolation.marked_site import add_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(in_kongtong):
    return in_kongtong


def article(*body, **fields):
    page = ArticlePage(title=fields.pop("title", "一则通知"), summary=fields.pop("summary", "摘要。"), **fields)
    page.body = [{"type": kind, "value": value} for kind, value in body]
    return page


def text(html):
    return ("paragraph", html)


def messages(page, column="tzgg", severity=None):
    findings = list_findings(page, column=get_column(column))
    return [each.message for each in findings if severity in {None, each.severity}]


def test_plain_article_has_no_findings(site):
    assert messages(article(text("<p>正文。</p>"))) == []


def test_findings_that_stop_publication_come_first(site):
    page = article(text("<p>新华社北京电</p>"), summary="")
    assert [each.severity for each in list_findings(page, column=get_column("tzgg"))] == [
        Severity.MUST,
        Severity.SHOULD,
    ]


def test_missing_summary_and_empty_body_are_told(site):
    assert messages(article(summary=" ")) == ["没有摘要。", "正文是空的，也没有附件。"]


def test_title_without_a_word_stops(site):
    assert messages(article(text("<p>字</p>"), title="……"), severity=Severity.MUST) == ["没有标题。"]


# --- Source -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start", ["本报讯（记者张某）", "新华社兰州11月26日电", "（转载自某网）", "据某某日报报道，", "来源：某某日报"]
)
def test_repost_without_source_stops(site, start):
    page = article(text(f"<p>{start}</p><p>一。</p><p>二。</p><p>三。</p>"))
    (finding,) = list_findings(page, column=get_column("tzgg"))
    assert (finding.severity, finding.field) == (Severity.MUST, "source")


def test_repost_with_source_is_fine(site):
    assert messages(article(text("<p>新华社兰州11月26日电</p>"), source="新华社")) == []


def test_source_named_in_the_last_line_counts_and_that_of_money_does_not(site):
    assert messages(article(text("<p>一。</p><p>二。</p><p>（来源：某某日报）</p>"))) != []
    assert messages(article(text("<p>一。</p><p>二。</p><p>资金来源：财政拨款</p>"))) == []


# --- Text ---------------------------------------------------------------------------------------------------


def test_long_paragraph_is_told_by_its_beginning(site):
    page = article(text("<p>短。</p>"), text(f"<p>各乡镇人民政府要按照要求{'字' * 400}</p>"))
    (finding,) = list_findings(page, column=get_column("tzgg"))
    assert finding.where == "正文第 2 块“正文”"
    assert "各乡镇人民政府要按照要求" in finding.message
    assert finding.path == (("stream", 1),)


def test_long_text_of_a_law_or_a_long_list_is_no_long_paragraph(site):
    items = "".join(f"<li>{'字' * 40}</li>" for _ in range(20))
    assert messages(article(text(f"<ol>{items}</ol>"), ("law", f"第一条 {'字' * 500}"))) == []


def test_skipped_level_of_headings_is_told_across_blocks(site):
    assert messages(article(text("<h2>一</h2><p>字</p>"), text("<h3>二</h3>"))) == []
    assert messages(article(text("<h2>一</h2><p>字</p>"), text("<h4>二</h4>"))) == [
        "小标题“二”是4级，前面没有3级标题。"
    ]
    assert messages(article(text("<h3>一</h3>"))) == ["小标题“一”是3级，前面没有2级标题。"]


def test_placeholder_of_a_template_stops(site):
    page = article(text("<p>时间：【请填写：时间】，地点：【请填写：地点】</p>"), title="【请填写：会议名称】召开")
    findings = list_findings(page, column=get_column("tzgg"))
    assert [each.field for each in findings] == ["title", "body"]
    assert findings[1].message == "还有 2 处没有填写：时间、地点。"


def test_brackets_of_document_numbers_are_no_placeholder(site):
    assert messages(article(text("<p>【通知】平司发〔2026〕18号</p>"))) == []


# --- Numbers of persons -------------------------------------------------------------------------------------


def test_number_is_told_masked_in_title_summary_text_table_and_caption(site):
    picture = {"image": add_image("图", "a.png").pk, "alt_text": "图", "decorative": False}
    gallery = {
        "title": "",
        "pictures": [{"image": picture, "caption": "联系13812345678"}, {"image": picture, "caption": ""}],
    }
    page = article(
        text("<p>电话138<b>1234</b>5678</p>"),
        ("table", "<table><tr><td>张某</td><td>13812345678</td></tr></table>"),
        ("gallery", gallery),
        title="请拨打13812345678",
        summary="13812345678",
    )
    findings = [each for each in list_findings(page, column=get_column("tzgg")) if each.may_be_confirmed]
    assert [each.where for each in findings] == [
        "标题",
        "摘要",
        "正文第 1 块“正文”",
        "正文第 2 块“表格”",
        "正文第 3 块“图集” · 图片第 1 项 · 图注",
    ]
    assert {each.message for each in findings} == {"有手机号码 138****5678。"}


def test_numbers_in_neighbouring_cells_are_not_read_as_one(site):
    cells = "<table><tr><td>138</td><td>1234</td><td>5678</td></tr></table>"
    assert messages(article(("table", cells))) == []


def test_confirmed_numbers_stop_no_more_and_other_findings_still_do(site):
    page = article(text("<p>新华社电 13812345678</p>"))
    column = get_column("tzgg")
    assert len(list_obstacles(page, column=column)) == 2
    assert [each.field for each in list_obstacles(page, column=column, confirmed=True)] == ["source"]


# --- Links --------------------------------------------------------------------------------------------------


def link(attributes):
    return text(f"<p><a {attributes}>细则</a></p>")


def test_link_to_a_page_that_is_gone_stops_and_to_a_draft_is_told(site):
    there, draft = make_article(site, "在的"), make_draft(site)
    assert messages(article(link(f'linktype="page" id="{there.pk}"'))) == []
    assert messages(article(link(f'linktype="page" id="{draft.pk}"')), severity=Severity.SHOULD) != []
    assert messages(article(link('linktype="page" id="987654"')), severity=Severity.MUST) == [
        "链接“细则”指向的页面已经删除。"
    ]


def test_link_to_the_page_itself_is_fine_before_it_is_public(site):
    draft = make_draft(site)
    draft.summary, draft.body = "摘要。", [{"type": "paragraph", "value": link(f'linktype="page" id="{draft.pk}"')[1]}]
    assert messages(draft) == []


def test_link_to_a_file_that_is_gone_stops(site):
    assert messages(article(link('linktype="document" id="987654"'))) == ["链接“细则”指向的文件已经删除。"]


def test_page_of_another_site_does_not_count_as_there(two_sites):
    other = make_article(two_sites.b)
    with enter_site(two_sites.a):
        Page.objects.filter(pk=other.pk).delete()
        assert messages(article(link(f'linktype="page" id="{other.pk}"'))) != []


@pytest.mark.parametrize("path", ["/tzgg/", "/tzgg/feed.xml", "/", "/search/?q=1", "/old/", "/tzgg"])
def test_address_of_the_own_site_that_leads_somewhere_is_fine(site, path):
    Redirect.add_redirect("/old/", "/tzgg/")
    assert messages(article(link(f'href="{path}"'))) == []
    assert messages(article(link(f'href="http://kongtong.sfj.localhost{path}"'))) == []


def test_address_of_the_own_site_that_leads_nowhere_stops(site):
    assert messages(article(link('href="/no/such/page/"'))) == ["链接“细则”指向的本站网址不存在：/no/such/page/。"]


@pytest.mark.parametrize(
    "address",
    ["http://", "www.example.cn", "http://例子。中国/", "http://a b.cn/", "javascript:alert(1)", "http://[x", ""],
)
def test_address_that_cannot_be_right_stops(site, address):
    page = article(link(f'href="{address}"'))
    assert [each.severity for each in list_findings(page, column=get_column("tzgg"))] == [Severity.MUST]


@pytest.mark.parametrize(
    "address", ["https://www.moj.gov.cn/", "mailto:a@b.cn", "tel:12348", "#tiao-3", "http://司法.政务/"]
)
def test_address_elsewhere_that_may_be_right_is_fine(site, address):
    assert messages(article(link(f'href="{address}"'))) == []


def test_address_by_number_is_told(site):
    assert messages(article(link('href="http://192.0.2.1/x"')), severity=Severity.SHOULD) == [
        "链接“细则”用的是 IP 地址。"
    ]


def test_chosen_file_that_was_deleted_stops(site):
    page = article(("file", {"document": 987654, "label": ""}))
    (finding,) = list_findings(page, column=get_column("tzgg"))
    assert finding.path == (("stream", 0), ("struct", "document"))


# --- Pictures -----------------------------------------------------------------------------------------------


def test_picture_without_words_stops_unless_it_is_decoration(site):
    image = add_image("合影", "a.png").pk
    page = article(("image", {"image": image, "alt_text": "", "decorative": False}))
    (finding,) = list_findings(page, column=get_column("tzgg"))
    assert (finding.severity, finding.path) == (Severity.MUST, (("stream", 0), ("struct", "alt_text")))
    assert messages(article(("image", {"image": image, "alt_text": "", "decorative": True}))) == []


def test_cover_is_asked_for_in_the_news_and_where_lists_show_pictures(site):
    page = article(text("<p>正文。</p>"))
    assert messages(page, "tzgg") == []
    assert messages(page, "gzdt") == ["没有封面。"]
    column = get_column("tzgg")
    column.layout = ColumnLayout.CARDS
    assert [each.message for each in list_findings(page, column=column)] == ["没有封面。"]
    assert messages(article(text("<p>正文。</p>"), label="通知"), "gzdt") == []


def test_cover_without_words_is_told(site):
    page = article(text("<p>正文。</p>"), cover=add_image("合影", "a.png"))
    assert messages(page, "gzdt") == ["封面图片“合影”没有替代文字。"]


# --- Other page types ---------------------------------------------------------------------------------------


def test_guide_is_told_what_it_lacks_and_where_it_is_vague(site):
    page = ServiceGuidePage(
        title="申请法律援助", summary="摘要。", conditions="<p>提交其他材料和有关证件。</p>", place="一楼"
    )
    found = messages(page)
    assert found[0].startswith("缺少关键要素：设定依据、办理材料、")
    assert found[1] == "有含糊的说法：“其他材料”、“有关证件”。"


def test_document_stops_while_the_site_cannot_number_it(site):
    page = DocumentPage(title="办法", summary="摘要。", issued_on=timezone.localdate())
    page.body = [{"type": "paragraph", "value": "<p>正文。</p>"}]
    assert [each.where for each in list_findings(page, column=get_column("zcwj"))] == ["索引号"]
    page.index_number = "x"
    assert messages(page, "zcwj") == []


def test_page_in_the_tree_is_checked_by_its_own_column(site):
    with transaction.atomic():
        page = make_draft(site, column="gzdt")
    assert "没有封面。" in [each.message for each in list_findings(page)]


# --- Registry -----------------------------------------------------------------------------------------------


@pytest.fixture
def registry(monkeypatch):
    from site_core import publication_checks

    monkeypatch.setattr(publication_checks._registry, "checks", [])


def find_nothing(draft):
    return [Finding(Severity.SHOULD, "页面", f"{draft.page.title}，{draft.column.title}")]


def test_registered_check_runs_on_its_page_type_alone(site, registry):
    register_check(InfoPage, find_nothing)
    column = get_column("tzgg")
    assert list_findings(ArticlePage(title="一"), column=column) == []
    assert [each.message for each in list_findings(InfoPage(title="一"), column=column)] == ["一，通知公告"]


def test_check_is_registered_once(registry):
    register_check(InfoPage, find_nothing)
    with pytest.raises(CheckRefused):
        register_check(InfoPage, find_nothing)


def test_page_with_many_links_is_checked_in_few_queries(site, django_assert_max_num_queries):
    links = "".join(f'<a linktype="page" id="{number}">x</a><a href="/p{number}/">y</a>' for number in range(50))
    page, column = article(text(f"<p>{links}</p>")), get_column("tzgg")
    with django_assert_max_num_queries(4):
        list_findings(page, column=column)
