"""Pages of each type as readers get them: every field of theirs, and nothing of another site."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from site_core.models import ArticlePage, ColumnPage
from site_core.selectors import get_column, get_home
from tenants.current import enter_site
from tests.factories import make_article
from tests.site_core import page_samples as samples


@pytest.fixture
def site(two_sites):
    return two_sites.a


@pytest.fixture
def read(site, client_of):
    """`read(page)`: what a reader of the first site gets."""
    client = client_of(site)

    def get(page, **query):
        with enter_site(site):
            path = page if isinstance(page, str) else page.get_url()
        answer = client.get(path, query)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def plain(html):
    """The words of the page's main part, blanks left out."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", main))


def headings(html):
    return [int(level) for level in re.findall(r"<h([1-6])\b", html)]


# --- Each type ----------------------------------------------------------------------------------------------


EVERYTHING = {
    "article": (
        ("一篇什么都有的文章", "副标题说明一句", "摘要文字，两三句话。", "某某日报", "公共法律服务科", "李某", "第一节标题", "环节"),
        ("活动图集", "图注2", "办事宣传片", "文字稿第一句", "申请表空白样式", "群众少跑一趟", "审图号：甘S（2021）9号", "第三条"),
        ("解读的文件", "关于印发《示例管理办法》的通知", "申领表（样表）", "186KB", "受理点地址和电话", "XLSX", "分享到微博"),
    ),
    "document": (
        ("索引号MB0100001/", "主题分类法律援助", "发文机关平凉市崆峒区司法局", "文号平司发〔2026〕18号", "成文日期2026-11-10"),
        ("施行日期2026-11-12", "有效性有效至2031-11-30", "各县（区）司法局，各律师事务所：", "某某市司法局2026年11月10日"),
        ("（此件公开发布）", "政策解读一篇什么都有的文章", "依据《中华人民共和国示例法》第四十二条", "以印发文件为准"),
    ),
    "info": (("主要职责", "内容核对2026-09-01", "一、起草规章。"),),
    "person": (
        ("张某合伙人", "所在机构某甲律师事务所", "执业证号16208202010000001", "婚姻家庭劳动争议", "办公电话0933-8200000"),
        ("zhang@example.invalid", "周一至周五9:00—17:00", "分管公益法律服务。", "二〇一〇年开始执业。"),
    ),
    "guide": (
        ("办事指南法律援助申请", "事项名称法律援助申请", "设定依据《法律援助法》第三十一条。", "申请条件因经济困难没有委托代理人的。"),
        ("办理材料", "法律援助申请表可以现场填写。原件1份必须下载", "办理地点市公共法律服务中心一楼3号窗口", "办理时间工作日8:30—12:00"),
        ("联系电话0933-8212348", "办理流程申请当场办理", "收费标准不收费", "办理期限7个工作日", "办理结果法律援助决定书", "外地人能申请吗？能，"),
    ),
    "topic": (("宪法宣传周", "十二月一日至七日。", "进行中", "距开始还有10天", "导语一段。", "“宪法宣传周”还没有发布内容"),),
}  # fmt: skip


def test_page_of_each_type_shows_all_its_fields(site, read):
    with enter_site(site):
        pages = samples.make_every_type()
    for kind, wanted in EVERYTHING.items():
        text = plain(read(pages[kind]))
        missing = [each for line in wanted for each in line if each not in text]
        assert not missing, f"{kind} lacks {missing}"


def test_page_of_each_type_is_well_built(site, read):
    with enter_site(site):
        pages = samples.make_every_type()
    for kind, page in pages.items():
        html = read(page)
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), f"{kind}: ids come twice"
        assert headings(html).count(1) == 1, f"{kind}: one h1"
        assert " style=" not in html, f"{kind}: inline style"
        assert not re.search(r"<script(?![^>]*(?:src=|ld\+json))", html), f"{kind}: inline script"
        assert not re.search(r"<img(?![^>]*\balt=)", html), f"{kind}: picture without alt"
        assert "None" not in plain(html), kind


def test_page_of_each_type_says_nothing_of_another_site(two_sites, read, client_of):
    with enter_site(two_sites.b):
        samples.make_every_type()
    with enter_site(two_sites.a):
        paths = [page.get_url() for page in samples.make_every_type().values()]
    for path in (*paths, "/tzgg/", "/search/?q=示例"):
        html = client_of(two_sites.a).get(path).content.decode()
        assert "静宁" not in html[html.index("<main") : html.index("</main>")]


def test_empty_fields_leave_no_trace(site, read):
    with enter_site(site):
        person = samples.make_person(
            samples.make_column("p", "people"), "刘某", position="", organisation_name="", licence_number="",
            specialities="", duties="", resume="", telephone="", mail="", hours="",
        )  # fmt: skip
        guide = samples.make_guide(
            samples.make_column("g", "guides"), basis="", conditions="", materials="", steps="", questions="",
            place="", hours="", telephone="", online_url="", booking_url="", time_limit="", fee="", result="",
        )  # fmt: skip
    text = plain(read(person))
    assert "律师" in text
    assert not [word for word in ("执业证号", "专长", "办公电话", "简历", "分管工作") if word in text]
    text, html = plain(read(guide)), read(guide)
    assert not [
        word
        for word in ("设定依据", "办理材料", "办理流程", "常见问题", "到哪里办", "在线办理", "打电话")
        if word in text
    ]
    assert 'class="actions"' not in html


def test_picture_that_was_deleted_leaves_the_page_readable(site, read):
    with enter_site(site), transaction.atomic():
        page = samples.make_article_with_everything(get_column("tzgg"))
        from site_core.models import SiteImage

        SiteImage.objects.filter(title="大厅").delete()
    assert "审图号" not in plain(read(page))


def test_links_to_elsewhere_go_by_way_of_the_notice(site, read):
    with enter_site(site):
        body = samples.stream(("paragraph", '<p><a href="https://www.example.com/a">外站</a></p>'))
        page = samples.publish(get_column("tzgg"), ArticlePage(title="带外链", body=body))
        guide = samples.make_guide(samples.make_column("g", "guides"), online_url="https://apply.example.com/x")
    assert 'href="/leave/?to=https%3A%2F%2Fwww.example.com%2Fa"' in read(page)
    assert 'href="/leave/?to=https%3A%2F%2Fapply.example.com%2Fx"' in read(guide)


# --- Policy documents ---------------------------------------------------------------------------------------


@pytest.fixture
def three_documents(site):
    """One repealed by the next, which the last amends."""
    with enter_site(site):
        column = samples.make_column("wj", "documents")
        first = samples.make_document(
            column, "试行办法", "平司发〔2013〕12号", issued_on=date(2013, 4, 22), effective_on=None, expires_on=None
        )
        second = samples.make_document(
            column, "管理办法", "平司发〔2019〕31号", issued_on=date(2019, 8, 5), effective_on=date(2019, 9, 1), expires_on=None,
            replaces=first, replacement="废止",
        )  # fmt: skip
        third = samples.make_document(
            column,
            "修改决定",
            "平司发〔2026〕18号",
            effective_on=date(2026, 11, 12),
            replaces=second,
            replacement="修改",
        )
        return [type(each).objects.get(pk=each.pk) for each in (first, second, third)]


def test_repealed_document_says_so_with_date_and_successor(site, read, three_documents):
    first, second, _ = three_documents
    html = read(first)
    assert "本文件已于2019-09-01废止，仅供查阅。现行规定见管理办法（2019-08-05）" in plain(html)
    notice = html[html.index('aria-label="有效性提示"') : html.index('class="elements"')]
    with enter_site(site):
        assert f'href="{second.get_url()}"' in notice


def test_amended_document_names_what_amended_it(read, three_documents):
    assert "本文件已于2026-11-12修改。请结合修改后的规定使用：修改决定（2026-11-10）" in plain(read(three_documents[1]))


def test_document_in_force_has_no_notice(read, three_documents):
    assert "有效性提示" not in read(three_documents[2])


def test_document_that_lapsed_by_itself_gives_the_note(site, read):
    with enter_site(site):
        page = samples.make_document(
            samples.make_column("wj", "documents"),
            validity="失效",
            validity_changed_on=date(2026, 1, 1),
            validity_note="有效期届满。",
        )
    assert "本文件已于2026-01-01失效，仅供查阅。有效期届满。" in plain(read(page))


def test_document_to_come_says_from_when(site, read):
    day = timezone.localdate() + timedelta(days=30)
    with enter_site(site):
        page = samples.make_document(
            samples.make_column("wj", "documents"), issued_on=day, effective_on=day, expires_on=None
        )
    assert f"本文件自{day:%Y-%m-%d}起施行。" in plain(read(page))


def test_history_is_told_from_each_of_its_documents(site, read, three_documents):
    with enter_site(site):
        urls = [each.get_url() for each in three_documents]
    for at, page in enumerate(three_documents):
        html = read(page)
        line = html[html.index('class="timeline"') : html.index("</ol>", html.index('class="timeline"'))]
        assert [url for url in urls if f'href="{url}"' in line] == [
            url for other, url in enumerate(urls) if other in (at - 1, at + 1) or other < at
        ]
        assert line.count('aria-current="true"') == 1


def test_interpretation_and_document_lead_to_each_other(site, read):
    with enter_site(site):
        document = samples.make_document(samples.make_column("wj", "documents"))
        article = samples.publish(get_column("tzgg"), ArticlePage(title="一图读懂", interprets=document))
        paths = document.get_url(), article.get_url()
    assert f'href="{paths[0]}"' in read(article)
    assert f'href="{paths[1]}"' in read(document)
    assert "解读：关于印发" in plain(read("/wj/"))


@pytest.mark.parametrize(
    ("article", "fragment"), [("第二条第一款", "#tiao-2"), ("第二十三条之一", "#tiao-23-1"), ("", "")]
)
def test_provision_leads_to_its_article_on_our_page(site, read, article, fragment):
    with enter_site(site):
        law = samples.publish(
            get_column("flfg"), ArticlePage(title="示例法", body=samples.stream(("law", samples.LAW)))
        )
        value = {"law": "示例法", "article": article, "text": "", "page": law.pk, "url": ""}
        page = samples.publish(
            get_column("tzgg"), ArticlePage(title="引用", body=samples.stream(("law_reference", value)))
        )
        path = law.get_url()
    assert f'href="{path}{fragment}">《示例法》{article}</a>' in read(page)


def test_provision_of_a_withdrawn_page_stays_without_link(site, read):
    with enter_site(site):
        law = samples.publish(get_column("flfg"), ArticlePage(title="示例法"))
        value = {"law": "示例法", "article": "第二条", "text": "", "page": law.pk, "url": ""}
        page = samples.publish(
            get_column("tzgg"), ArticlePage(title="引用", body=samples.stream(("law_reference", value)))
        )
        with transaction.atomic():
            law.unpublish()
    assert "<span>《示例法》第二条</span>" in read(page)


# --- Columns ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["lines", "cards", "pictures", "documents", "people", "guides"])
def test_column_of_each_layout_shows_its_pages_and_is_well_built(site, read, layout):
    with enter_site(site):
        column = samples.make_column("lm", layout)
        if layout == "people":
            samples.make_person(column, "欧阳某某")
        else:
            samples.make_article_with_everything(column, "甲文章")
            samples.make_document(column, "乙文件")
            samples.make_guide(column, "丙指南")
    html = read("/lm/")
    text = plain(html)
    wanted = (
        ["欧阳某某合伙人", "婚姻家庭、劳动争议", "16208202010000001"]
        if layout == "people"
        else ["甲文章", "乙文件", "丙指南"]
    )
    assert not [each for each in wanted if each not in text]
    assert headings(html).count(1) == 1
    assert " style=" not in html
    assert "/lm/feed.xml" in html


@pytest.mark.parametrize("layout", ["lines", "cards", "pictures", "documents", "people", "guides"])
def test_empty_column_offers_two_ways_on(site, read, layout):
    with enter_site(site):
        samples.make_column("lm", layout, "空栏目")
    html = read("/lm/")
    box = html[html.index('class="empty"') :]
    assert box[: box.index("</div>")].count("<a ") == 2
    assert "“空栏目”还没有发布内容" in plain(html)


def test_time_of_publication_is_shown_in_full(site, read):
    article = make_article(site, "甲")
    assert f"{timezone.localtime(article.public_at):%Y-%m-%d %H:%M}</time>" in read("/tzgg/")


def test_documents_are_filtered_by_validity_topic_and_words(site, read):
    with enter_site(site):
        column = samples.make_column("wj", "documents")
        samples.make_document(column, "甲办法", "平司发〔2026〕1号")
        samples.make_document(column, "乙办法", "平司发〔2026〕2号", validity="废止", topic="公证")
    both, repealed = plain(read("/wj/")), plain(read("/wj/", validity="废止"))
    assert "甲办法" in both
    assert "乙办法" in both
    assert "甲办法" not in repealed
    assert "乙办法" in repealed
    assert "正在看：废止清除" in repealed
    assert "甲办法" not in plain(read("/wj/", topic="公证"))
    assert "乙办法" not in plain(read("/wj/", q="〔2026〕1号"))
    assert "没有符合条件的内容" in plain(read("/wj/", q="没有的词"))


def test_people_are_filtered_by_speciality(site, read):
    with enter_site(site):
        column = samples.make_column("ls", "people")
        samples.make_person(column, "张某", specialities="婚姻家庭")
        samples.make_person(column, "李某", specialities="刑事辩护")
    text = plain(read("/ls/", speciality="刑事辩护"))
    assert "李某" in text
    assert "张某" not in text
    assert "张某" in plain(read("/ls/", speciality="不认识的专长")), "what is no option filters nothing"


def test_long_column_is_searched_by_words_and_year(site, read):
    with enter_site(site):
        samples.make_column("chang", "lines")
    for number in range(6):
        made = make_article(site, f"第{number}篇", column="chang")
        with enter_site(site):
            ArticlePage.objects.filter(pk=made.pk).update(public_at=timezone.now() - timedelta(days=366 * number))
    assert 'name="year"' not in read("/chang/"), "a short list needs no filter"
    with enter_site(site):
        ColumnPage.objects.filter(slug="chang").update(page_size=5)
    assert 'name="year"' in read("/chang/")
    year = (timezone.localtime() - timedelta(days=366 * 2)).year
    text = plain(read("/chang/", year=year))
    assert "第2篇" in text
    assert "第0篇" not in text
    text = plain(read("/chang/", q="第3"))
    assert "第3篇" in text
    assert "第2篇" not in text


def test_pager_keeps_the_filters(site, read):
    with enter_site(site):
        column = samples.make_column("wj", "documents")
        ColumnPage.objects.filter(pk=column.pk).update(page_size=5)
        for number in range(6):
            samples.make_document(column, f"第{number}号办法", f"平司发〔2026〕{number}号")
    assert 'href="?validity=%E6%9C%89%E6%95%88&amp;page=2"' in read("/wj/", validity="有效")


def test_column_shows_its_subcolumns_and_their_siblings(site, read):
    with enter_site(site):
        above = samples.make_column("shang", "lines", "上级栏目")
        for slug, title in (("yi", "甲栏目"), ("er", "乙栏目"), ("kong", "空栏目")):
            samples.make_column(slug, "lines", title, parent=above)
    for slug in ("yi", "er"):
        make_article(site, column=slug)
    side = re.search(r'<nav class="side".*?</nav>', read("/shang/"), re.DOTALL)[0]
    assert "甲栏目" in side
    assert "乙栏目" in side
    assert "空栏目" not in side, "in no menu, and nothing in it yet"
    side = re.search(r'<nav class="side".*?</nav>', read("/shang/yi/"), re.DOTALL)[0]
    assert 'aria-label="上级栏目的栏目"' in side
    assert 'href="/shang/yi/" aria-current="page"' in side


def test_topics_stand_in_their_column(site, read):
    with enter_site(site):
        column = samples.make_column("zt", "cards", "专题")
        samples.make_topic(column, "进行的专题")
        samples.make_topic(column, "旧专题", state="archived", opens_on=date(2013, 1, 1), closes_on=None)
    text = plain(read("/zt/"))
    assert text.index("进行的专题进行中") < text.index("旧专题已归档")
    assert "还没有发布内容" not in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"closes_on": date(2020, 1, 2), "opens_on": date(2020, 1, 1)}, "已结束2020-01-01至2020-01-02"),
        ({"state": "archived", "opens_on": None, "closes_on": None}, "本专题已归档，内容存档供查阅，不再更新。"),
    ],
)
def test_topic_that_is_over_says_so(site, read, fields, words):
    with enter_site(site):
        topic = samples.make_topic(get_home(), **fields)
    assert words in plain(read(topic))


# --- What it costs ------------------------------------------------------------------------------------------


def count_queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_pages_of_all_types_cost_few_queries(site, client_of):
    with enter_site(site):
        pages = {name: page.get_url() for name, page in samples.make_every_type().items()}
    client = client_of(site)
    costs = {name: count_queries(client, path) for name, path in pages.items()}
    assert {name: cost for name, cost in costs.items() if cost > MOST_QUERIES[name]} == {}


# The article holds every block: each kind that chooses pictures or files costs one.
MOST_QUERIES = {"article": 25, "document": 15, "info": 15, "person": 15, "guide": 15, "topic": 15}


@pytest.mark.parametrize("layout", ["lines", "cards", "pictures", "documents", "guides"])
def test_column_costs_few_queries_whatever_its_length(site, client_of, layout):
    with enter_site(site):
        column = samples.make_column("lm", layout)
        samples.make_document(column, "甲", "平司发〔2026〕1号")
        samples.make_guide(column, "乙")
    client = client_of(site)
    few = count_queries(client, "/lm/")
    with enter_site(site):
        for number in range(2, 9):
            samples.make_document(column, f"第{number}号", f"平司发〔2026〕{number}号")
    assert count_queries(client, "/lm/") == few <= 15
