"""One suite for both engines: what is found, how much of it, and what comes first."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from search import presenting
from search.analysis.understanding import read_text
from search.answers import HITS_PER_PAGE, LAST_PAGE, Question
from search.catalogue_words import touch_vocabulary
from search.engines.base import COUNTED_EXACTLY, FACETS
from search.models import Abbreviation, CatalogueEntry, Direction, Synonym
from site_core.models import ArticlePage, DocumentPage
from site_core.selectors import get_column
from tenants.actions import change_state
from tenants.current import enter_site
from tests.factories import make_article
from tests.search.conftest import ask, titles
from tests.site_core.page_samples import make_column, make_document, make_guide, make_person, publish, stream

LAW = (
    "第一章　总则\n第一条　为了保护湿地，制定本条例。\n第二条　禁止在湿地内烧荒。\n第十二条　违反规定的，处二百元罚款。"
)


def put_law(site, title, law=LAW, **fields):
    with enter_site(site):
        return publish(get_column("flfg"), ArticlePage(title=title, body=stream(("law", law)), **fields))


def put_document(site, title="关于印发湿地管理办法的通知", number="平司发〔2026〕18号", **fields):
    with enter_site(site):
        slug = f"wenjian-{uuid.uuid4().hex[:6]}"
        return make_document(make_column(slug, "documents", "规范性文件"), title, number, **fields)


def put_guide(site, title="法律援助申请", **fields):
    with enter_site(site):
        return make_guide(make_column(f"zhinan-{uuid.uuid4().hex[:6]}", "guides", "办事指南"), title, **fields)


def put_dated(site, title, year, **fields):
    return put_dated_on(site, title, datetime(year, 7, 1, 12, tzinfo=UTC), **fields)


def put_dated_on(site, title, at, *, column="tzgg", text="正文。", **fields):
    from site_core.actions import ArticleDraft, publish_article

    with enter_site(site), transaction.atomic():
        draft = ArticleDraft(title, [("paragraph", f"<p>{text}</p>")], public_at=at, fields=fields)
        return publish_article(get_column(column), draft, reason="导入")


def facet(found, name):
    return dict(found.facets[name])


def answer_on(site, text, **question):
    with enter_site(site):
        return presenting.answer(Question(text=read_text(text), **question))


# --- Where a word may stand --------------------------------------------------------------------------------------------


def test_page_is_found_by_title_body_keywords_summary_source_and_subtitle(engine, two_sites):
    made = {
        "湿地保护": {"title": "湿地保护的公告"}, "迁徙季节": {"title": "第二篇", "text": "本县候鸟迁徙季节到来。"}, "芦苇": {"title": "第三篇", "keywords": "芦苇，荻花"},
        "白鹭翔集": {"title": "第四篇", "summary": "白鹭翔集的日子。"}, "天鹅日报": {"title": "第五篇", "source": "天鹅日报社"},
        "鸿雁归来": {"title": "第六篇", "subtitle": "鸿雁归来"},
    }  # fmt: skip
    for fields in made.values():
        make_article(two_sites.a, **fields)
    engine.bring_up_to_date()

    for query, fields in made.items():
        found = ask(two_sites.a, query)
        assert (titles(found), found.total, found.engine) == ([fields["title"]], 1, engine.name), query


def test_person_is_found_by_name_and_speciality(engine, two_sites):
    with enter_site(two_sites.a):
        make_person(make_column("minglu", "people", "律师名录"), "欧阳某", specialities="海事纠纷")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "欧阳某")) == ["欧阳某"]
    assert titles(ask(two_sites.a, "海事纠纷")) == ["欧阳某"]


def test_telephone_of_a_person_is_not_in_the_catalogue(engine, two_sites):
    with enter_site(two_sites.a):
        make_person(make_column("minglu", "people", "律师名录"), "欧阳某", telephone="0933-8277665")
    engine.bring_up_to_date()

    assert ask(two_sites.a, "8277665").total == 0


def test_field_title_leaves_out_what_stands_in_the_body_alone(engine, two_sites):
    make_article(two_sites.a, "湿地公告", text="无关。")
    make_article(two_sites.a, "别的公告", text="关于湿地的正文。", keywords="湿地", summary="湿地")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地", field="title")

    assert (titles(found), found.total) == (["湿地公告"], 1)


def test_field_text_finds_bodies(engine, two_sites):
    make_article(two_sites.a, "别的公告", text="关于湿地的正文。")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地", field="text")) == ["别的公告"]


def test_field_text_leaves_out_what_stands_in_the_title_alone(engine, two_sites):
    make_article(two_sites.a, "湿地公告", text="无关。")
    engine.bring_up_to_date()

    assert ask(two_sites.a, "湿地", field="text").total == 0


def test_field_number_finds_by_number_alone(engine, two_sites):
    document = put_document(two_sites.a)
    make_article(two_sites.a, "学习体会", text="学习平司发〔2026〕18号文件的体会。")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "平司发〔2026〕18号", field="number")) == [document.title]
    assert ask(two_sites.a, "湿地", field="number").total == 0


# --- Numbers -----------------------------------------------------------------------------------------------------------

STYLES = [
    "平司发〔2026〕18号", "平司发[2026]18号", "平司发（2026）18号", "平司发(2026)18号", "平司发【2026】18号", "平司发［2026］18号",
    "平司发2026-18", "平司发〔２０２６〕１８号", "平司发 〔2026〕 18 号", "平司發〔2026〕18號", "平司发〔2026〕第18号", "平司发〔2026〕18",
    "司发〔2026〕18号",
]  # fmt: skip


def first_of_each(site, queries, **question):
    """Title of the first hit of each query."""
    return {query: next(iter(titles(ask(site, query, **question))), None) for query in queries}


def test_document_is_found_first_by_its_number_however_it_is_written(engine, two_sites):
    document = put_document(two_sites.a)
    put_document(two_sites.a, "另一份通知", "平司发〔2026〕181号")
    put_document(two_sites.a, "再一份通知", "平司发〔2025〕18号")
    engine.bring_up_to_date()

    assert first_of_each(two_sites.a, STYLES) == dict.fromkeys(STYLES, document.title)
    assert {ask(two_sites.a, style).total for style in STYLES} == {1}


def test_number_with_words_around_it_is_found(engine, two_sites):
    document = put_document(two_sites.a)
    engine.bring_up_to_date()
    queries = ["查平司发〔2026〕18号", "关于平司发〔2026〕18号", "平司发〔2026〕18号文件", "平司发〔2026〕18号 湿地"]

    assert first_of_each(two_sites.a, queries) == dict.fromkeys(queries, document.title)


def test_law_is_found_by_its_decree_number(engine, two_sites):
    note = "<p>（2003年7月21日中华人民共和国国务院令第385号公布）</p>"
    with enter_site(two_sites.a):
        body = stream(("paragraph", note), ("law", LAW))
        publish(get_column("flfg"), ArticlePage(title="法律援助条例", body=body))
    make_article(two_sites.a, "第386号公告")
    engine.bring_up_to_date()
    queries = ["国务院令第385号", "国令385号", "国务院令385", "国务院令第三百八十五号", "385号令"]

    assert first_of_each(two_sites.a, queries) == dict.fromkeys(queries, "法律援助条例")


def test_index_number_finds_its_document(engine, two_sites):
    document = put_document(two_sites.a)
    engine.bring_up_to_date()

    assert document.index_number
    assert titles(ask(two_sites.a, document.index_number))[:1] == [document.title]


# --- One form for what is written in many ------------------------------------------------------------------------------


def test_traditional_width_case_and_blanks_do_not_matter(engine, two_sites):
    written = {
        "公证搬迁公告": "公證搬遷", "調解先進事跡": "调解先进", "12348热线开通": "１２３４８熱線", "ＡＢＣ认证中心": "abc认证", "xyz检测站": "XYZ检测",
        "仲 裁 委": "仲裁委", "鉴定所": "鉴 定 所",
    }  # fmt: skip
    for title in written:
        make_article(two_sites.a, title)
    engine.bring_up_to_date()

    assert first_of_each(two_sites.a, written.values()) == {query: title for title, query in written.items()}


def test_hit_marks_what_was_found_in_the_page_s_own_letters(engine, two_sites):
    make_article(two_sites.a, "公證處搬遷公告")
    engine.bring_up_to_date()

    (hit,) = ask(two_sites.a, "公证处").hits

    assert hit.title == "公證處搬遷公告"
    assert "<mark>公證處</mark>" in hit.title_html or "<mark>公證</mark><mark>處</mark>" in hit.title_html


# --- Other words for it ------------------------------------------------------------------------------------------------


def add_synonym(words, terms, direction=Direction.ONE):
    Synonym.objects.create(words=words, terms=terms, direction=direction)
    touch_vocabulary()


def test_synonym_finds_the_legal_term_and_says_so(engine, two_sites):
    add_synonym("老板跑了、欠薪", "拖欠劳动报酬")
    make_article(two_sites.a, "依法治理拖欠劳动报酬")
    engine.bring_up_to_date(words=True)

    found = ask(two_sites.a, "欠薪")

    assert titles(found) == ["依法治理拖欠劳动报酬"]
    assert "拖欠劳动报酬" in found.query.also


def test_one_way_synonym_does_not_lead_back(engine, two_sites):
    add_synonym("欠薪", "拖欠劳动报酬")
    make_article(two_sites.a, "欠薪怎么讨")
    engine.bring_up_to_date(words=True)

    assert titles(ask(two_sites.a, "拖欠劳动报酬")) == []


def test_synonym_of_both_ways_leads_both_ways(engine, two_sites):
    add_synonym("法援", "法律援助", Direction.BOTH)
    make_article(two_sites.a, "法援之星")
    make_article(two_sites.a, "法律援助之星")
    engine.bring_up_to_date(words=True)

    for query in ("法援", "法律援助"):
        assert set(titles(ask(two_sites.a, query))) == {"法援之星", "法律援助之星"}


def test_synonym_that_was_switched_off_finds_nothing(engine, two_sites):
    add_synonym("欠薪", "拖欠劳动报酬")
    Synonym.objects.update(is_active=False)
    touch_vocabulary()
    make_article(two_sites.a, "依法治理拖欠劳动报酬")
    engine.bring_up_to_date(words=True)

    assert ask(two_sites.a, "欠薪").total == 0


def test_abbreviation_finds_the_law_before_those_that_mention_it(engine, two_sites):
    Abbreviation.objects.create(short="湿保法", full="中华人民共和国湿地保护法")
    touch_vocabulary()
    for number in range(3):
        make_article(two_sites.a, f"湿保法宣传活动之{number}")
    put_law(two_sites.a, "中华人民共和国湿地保护法")
    engine.bring_up_to_date(words=True)

    assert titles(ask(two_sites.a, "湿保法"))[0] == "中华人民共和国湿地保护法"


def test_law_is_found_by_its_name_without_the_state_s(engine, two_sites):
    put_law(two_sites.a, "中华人民共和国湿地保护法")
    make_article(two_sites.a, "湿地保护法学习会", text="学习湿地保护法。")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地保护法"))[0] == "中华人民共和国湿地保护法"


def test_pinyin_finds(engine, two_sites):
    for title in ("湿地保护", "湿地保护公告"):
        make_article(two_sites.a, title)
    engine.bring_up_to_date(words=True)
    queries = ["shidibaohu", "shidi", "SHIDIBAOHU"]

    assert first_of_each(two_sites.a, queries) == dict.fromkeys(queries, "湿地保护")


def test_initials_of_a_title_find_it(engine, two_sites):
    make_article(two_sites.a, "湿地保护条例")
    make_article(two_sites.a, "湿地保护条例解读")
    engine.bring_up_to_date(words=True)

    assert titles(ask(two_sites.a, "sdbhtl"))[0] == "湿地保护条例"


# --- Typing errors -----------------------------------------------------------------------------------------------------


@pytest.fixture
def aid_articles(two_sites):
    for title in ("法律援助中心", "法律援助条件", "申请法律援助"):
        make_article(two_sites.a, title, text="法律援助不收费。")


def test_correction_is_searched_and_said_where_the_words_find_nothing(engine, two_sites, aid_articles):
    engine.bring_up_to_date(words=True)

    for typed in ("法律元助", "法律援组", "法律援住"):
        found = ask(two_sites.a, typed)
        assert (found.query.correction, found.is_corrected, found.total) == ("法律援助", True, 3), typed


def test_correction_is_said_on_the_page(engine, two_sites, aid_articles, client_of):
    engine.bring_up_to_date(words=True)

    page = client_of(two_sites.a).get("/search/", {"q": "法律元助"}).content.decode()

    assert "没有找到“法律元助”" in page
    assert "法律援助</a>”的结果" in page


def test_what_stands_somewhere_is_no_error(engine, two_sites, aid_articles):
    make_article(two_sites.a, "法律元助乐队演出")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "法律元助")

    assert titles(found)[0] == "法律元助乐队演出"
    assert not found.is_corrected


def test_right_words_are_not_corrected(engine, two_sites, aid_articles):
    engine.bring_up_to_date(words=True)

    assert ask(two_sites.a, "法律援助").query.correction == ""


def test_correction_that_finds_nothing_here_is_not_offered(engine, two_sites, aid_articles):
    engine.bring_up_to_date(words=True)

    found = ask(two_sites.b, "法律元助")

    assert found.total == 0
    assert found.query.correction == ""


# --- Exact phrases -----------------------------------------------------------------------------------------------------


def test_phrase_in_quotes_is_found_word_for_word(engine, two_sites):
    make_article(two_sites.a, "甲文", text="候鸟迁徙路线已经公布。")
    make_article(two_sites.a, "乙文", text="候鸟的迁徙有其路线，鸟迁之时。")
    engine.bring_up_to_date()

    for quotes in ('""', "“”", "「」", "『』"):
        assert titles(ask(two_sites.a, f"{quotes[0]}候鸟迁徙路线{quotes[1]}")) == ["甲文"], quotes


def test_phrase_of_the_title_is_found(engine, two_sites):
    make_article(two_sites.a, "候鸟迁徙路线公告")
    make_article(two_sites.a, "路线与候鸟迁徙")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "“候鸟迁徙路线”")) == ["候鸟迁徙路线公告"]


def test_phrase_as_it_stands_in_the_text_is_found(engine, two_sites):
    phrases = ["有鸟可观，有湿地可游", "观鸟（湿地）公园", "ＡＢＣ观鸟", "濕地觀鳥", "观鸟：湿地"]
    for place, phrase in enumerate(phrases):
        make_article(two_sites.a, f"第{place}篇", text=f"我们说{phrase}是好的。")
    engine.bring_up_to_date()

    found = first_of_each(two_sites.a, [f"“{phrase}”" for phrase in phrases])

    assert found == {f"“{phrase}”": f"第{place}篇" for place, phrase in enumerate(phrases)}


def test_total_of_a_phrase_counts_only_who_has_it(engine, two_sites):
    make_article(two_sites.a, "甲文", text="候鸟迁徙。")
    make_article(two_sites.a, "乙文", text="候鸟迁居，而鸟迁、迁徙是两回事。")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "“候鸟迁徙”")

    assert titles(found) == ["甲文"]
    assert found.total == 1


def test_phrase_holds_in_the_order_of_dates_too(engine, two_sites):
    make_article(two_sites.a, "甲文", text="候鸟迁徙。")
    make_article(two_sites.a, "乙文", text="候鸟迁居，而鸟迁、迁徙是两回事。")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "“候鸟迁徙”", sort="date")) == ["甲文"]


# --- Filters and their counts ------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(two_sites):
    """Seven pages about 湿地 on two sites, of several types, columns and years."""
    put_dated(two_sites.a, "湿地通知甲", 2021)
    put_dated(two_sites.a, "湿地通知乙", 2023)
    put_dated(two_sites.a, "湿地动态", 2023, column="gzdt")
    put_dated(two_sites.b, "湿地消息", 2021)
    put_document(two_sites.a, "湿地管理办法", "平司发〔2026〕18号", topic="法律援助")
    put_document(
        two_sites.a,
        "湿地旧办法",
        "平司发〔2020〕3号",
        topic="公证",
        validity="失效",
        validity_changed_on=date(2025, 1, 1),
    )
    put_guide(two_sites.a, "湿地参观预约")


def test_facets_count_each_value(engine, two_sites, mixed):
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地", scope="all")

    assert found.total == 7
    assert set(found.facets) == set(FACETS)
    assert facet(found, "site") == {"kongtong": 6, "jingning": 1}
    assert facet(found, "type") == {"article": 4, "document": 2, "guide": 1}
    assert facet(found, "year")["2021"] == 2
    assert facet(found, "year")["2023"] == 2
    assert facet(found, "validity") == {"有效": 1, "失效": 1}
    assert facet(found, "topic") == {"法律援助": 1, "公证": 1}
    assert sum(facet(found, "kind").values()) == 7


def test_each_value_of_a_filter_keeps_as_many_as_its_count_says(engine, two_sites, mixed):
    engine.bring_up_to_date()
    facets = ask(two_sites.a, "湿地", scope="all").facets
    assert all(facets[name] for name in FACETS)

    for name, value, count in [(key, *each) for key in FACETS for each in facets[key]]:
        found = ask(two_sites.a, "湿地", scope="all", facets={name: value})
        assert found.total == len(found.hits) == count, (name, value)
        assert facet(found, name) == {value: count}


def test_filters_together_narrow_further(engine, two_sites, mixed):
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地", facets={"type": "article", "year": "2023"})

    assert set(titles(found)) == {"湿地通知乙", "湿地动态"}
    assert ask(two_sites.a, "湿地", facets={"type": "guide", "year": "1999"}).total == 0


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_dates_narrow_with_both_ends_included(engine, two_sites, sort):
    put_dated_on(two_sites.a, "湿地前夜", datetime(2023, 6, 30, 15, 59, tzinfo=UTC))  # 23:59 here
    put_dated_on(two_sites.a, "湿地首日", datetime(2023, 6, 30, 16, 0, tzinfo=UTC))  # 0:00 here
    put_dated_on(two_sites.a, "湿地末日", datetime(2023, 7, 2, 15, 59, tzinfo=UTC))
    put_dated_on(two_sites.a, "湿地次日", datetime(2023, 7, 2, 16, 0, tzinfo=UTC))
    engine.bring_up_to_date()
    since, until = date(2023, 7, 1), date(2023, 7, 2)

    assert set(titles(ask(two_sites.a, "湿地", since=since, until=until, sort=sort))) == {"湿地首日", "湿地末日"}
    assert "湿地前夜" not in titles(ask(two_sites.a, "湿地", since=since, sort=sort))
    assert "湿地次日" not in titles(ask(two_sites.a, "湿地", until=until, sort=sort))


def test_year_is_that_of_the_local_calendar(engine, two_sites):
    put_dated_on(two_sites.a, "湿地元旦", datetime(2022, 12, 31, 17, 0, tzinfo=UTC))  # 1:00 on 1 January here
    engine.bring_up_to_date()

    assert facet(ask(two_sites.a, "湿地"), "year") == {"2023": 1}


def test_sorting_by_date_puts_the_newest_first(engine, two_sites):
    for year in (2021, 2024, 2022):
        put_dated(two_sites.a, f"湿地{year}", year)
    put_dated(two_sites.a, "无关标题", 2023, text="提到一次湿地。")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地", sort="date")) == ["湿地2024", "无关标题", "湿地2022", "湿地2021"]


# --- Scopes ------------------------------------------------------------------------------------------------------------


def test_scope_is_this_site_all_sites_or_one(engine, two_sites):
    make_article(two_sites.a, "湿地甲")
    make_article(two_sites.b, "湿地乙")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地")) == ["湿地甲"]
    assert set(titles(ask(two_sites.a, "湿地", scope="all"))) == {"湿地甲", "湿地乙"}
    assert titles(ask(two_sites.a, "湿地", scope="jingning")) == ["湿地乙"]
    assert titles(ask(two_sites.b, "湿地", scope="jingning")) == ["湿地乙"]


def test_hit_of_another_site_has_that_site_s_address(engine, two_sites):
    page = make_article(two_sites.b, "湿地乙")
    engine.bring_up_to_date()

    (hit,) = ask(two_sites.a, "湿地乙", scope="all").hits

    with enter_site(two_sites.b):
        assert hit.url == page.full_url
    assert hit.url.startswith("http://jingning.sfj.localhost")
    assert (hit.schema, hit.is_here) == ("jingning", False)


def test_archived_site_is_still_found(engine, two_sites):
    make_article(two_sites.a, "湿地甲")
    change_state(two_sites.a, "archived")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.b, "湿地", scope="all")) == ["湿地甲"]


# --- Folding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_copies_of_one_article_are_one_hit_that_names_them(engine, two_sites, city, sort):
    origin = uuid.uuid4()
    for site in (city, two_sites.a, two_sites.b):
        make_article(site, "湿地日活动", origin_key=origin)
    make_article(two_sites.a, "湿地日另一活动")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地日", scope="all", sort=sort)

    assert sorted(titles(found)) == ["湿地日另一活动", "湿地日活动"]
    (hit,) = [hit for hit in found.hits if hit.title == "湿地日活动"]
    assert len(hit.same_as) == 2
    assert {hit.site, *(copy.site for copy in hit.same_as)} == {"市司法局", "崆峒区司法局", "静宁县司法局"}
    assert len({hit.url, *(copy.url for copy in hit.same_as)}) == 3


def test_versions_of_one_law_are_one_hit(engine, two_sites):
    for title in ("湿地保护条例", "湿地保护条例（2020修正）", "湿地保护条例（2023年修订）"):
        put_law(two_sites.a, title)
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地保护条例")

    assert len(found.hits) == 1
    assert len(found.hits[0].same_as) == 2


def test_copies_are_one_hit_across_pages(engine, two_sites):
    """Ten articles between two copies: by date the copies stand on different pages."""
    origin = uuid.uuid4()
    put_dated_on(two_sites.b, "湿地日活动", datetime(2020, 1, 1, tzinfo=UTC), origin_key=origin)
    for number in range(10):
        put_dated_on(two_sites.a, f"湿地之{number}", datetime(2021, 1, 1 + number, tzinfo=UTC))
    put_dated_on(two_sites.a, "湿地日活动", datetime(2022, 1, 1, tzinfo=UTC), origin_key=origin)
    engine.bring_up_to_date()

    for sort in ("relevance", "date"):
        pages = [ask(two_sites.a, "湿地", scope="all", sort=sort, page=page) for page in (1, 2)]
        assert sum(titles(each).count("湿地日活动") for each in pages) == 1, sort


# --- Counts and pages --------------------------------------------------------------------------------------------------


def multiply(page, count, *, title="湿地之"):
    """So many more entries like the page's, without pages of their own, as a large catalogue has them; newest last."""
    columns = [field.column for field in CatalogueEntry._meta.concrete_fields if field.column != "id"]
    changed = {
        "page_id": "(SELECT max(page_id) FROM public.search_catalogueentry) + n",
        "title": f"'{title}' || n",
        "title_key": f"'{title}' || n",
        "short_key": f"'{title}' || n",
        "origin_key": "gen_random_uuid()",
        "fold_key": "'copy:' || n",
        "version": "nextval('public.search_version')",
        "published_at": "published_at - interval '1 year' + n * interval '1 second'",
    }
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO public.search_catalogueentry ({names}) SELECT {values} FROM public.search_catalogueentry"
            " CROSS JOIN generate_series(1, %s) AS n WHERE page_id = %s",
            [count, page.pk],
        )


@pytest.fixture
def load_index(engine):
    """Tell the server of entries that were multiplied behind its back."""
    from search.engines import elastic_index, elastic_rebuild

    def load():
        engine.bring_up_to_date()
        if engine.name == "elasticsearch":
            elastic_rebuild.repair()
            elastic_index.refresh()

    return load


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_pages_show_everything_once(engine, two_sites, load_index, sort):
    page = make_article(two_sites.a, "湿地原文", text="湿地。")
    multiply(page, 246)
    load_index()

    pages = [ask(two_sites.a, "湿地", sort=sort, page=number) for number in range(1, 27)]

    shown = [title for found in pages for title in titles(found)]
    assert {found.total for found in pages} == {247}
    assert pages[0].pages == 25
    assert len(shown) - len(set(shown)) == 0
    assert len(set(shown)) == 247
    assert [len(found.hits) for found in pages[-3:]] == [10, 7, 0]


def test_ten_thousand_are_counted_and_page_1000_is_there(engine, two_sites, load_index):
    page = make_article(two_sites.a, "湿地原文")
    multiply(page, COUNTED_EXACTLY - 1)
    load_index()

    for sort in ("relevance", "date"):
        last = ask(two_sites.a, "湿地", page=LAST_PAGE, sort=sort)
        assert last.total == COUNTED_EXACTLY
        assert last.pages == LAST_PAGE
        assert len(last.hits) == HITS_PER_PAGE
        assert last.engine == engine.name
    assert answer_on(two_sites.a, "湿地").total_text == "10000"
    multiply(make_article(two_sites.a, "湿地再一"), 2, title="湿地又")
    load_index()
    assert answer_on(two_sites.a, "湿地").total_text == "10000+"


def test_page_behind_the_last_is_empty_and_keeps_the_total(engine, two_sites):
    make_article(two_sites.a, "湿地")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地", page=LAST_PAGE)

    assert (titles(found), found.total) == ([], 1)


def test_title_is_found_among_many_newer_ones_of_the_same_word(engine, two_sites, load_index):
    wanted = put_dated(two_sites.a, "湿地的传说与湿地的由来", 1999)
    multiply(make_article(two_sites.a, "湿地原文"), 1500)
    load_index()

    assert titles(ask(two_sites.a, wanted.title))[0] == wanted.title


# --- Less than all words -----------------------------------------------------------------------------------------------


def test_most_of_the_words_are_enough_where_no_page_has_all(engine, two_sites):
    make_article(two_sites.a, "候鸟观测站", text="候鸟观测站建在湿地。")
    make_article(two_sites.a, "火车时刻表", text="火车。")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地 候鸟 火星车")

    assert titles(found)[0] == "候鸟观测站"
    assert found.is_relaxed


def test_all_words_are_asked_for_where_a_page_has_all(engine, two_sites):
    make_article(two_sites.a, "湿地候鸟", text="湿地、候鸟。")
    make_article(two_sites.a, "湿地芦苇", text="湿地、芦苇。")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "湿地 候鸟")

    assert titles(found) == ["湿地候鸟", "湿地芦苇"]  # who has only one of them comes behind, and is counted as shown
    assert found.total == 2
    assert not found.is_relaxed


def test_words_that_nobody_has_find_nothing(engine, two_sites):
    make_article(two_sites.a, "湿地候鸟")
    engine.bring_up_to_date()

    found = ask(two_sites.a, "量子纠缠")

    assert (found.total, titles(found), found.pages) == (0, [], 0)


def test_nothing_asked_finds_nothing(engine, two_sites):
    make_article(two_sites.a, "湿地候鸟")
    engine.bring_up_to_date()

    for text in ("", "   ", "？！。", "——", "“”", "()", "\x00"):
        found = ask(two_sites.a, text)
        assert (found.total, found.hits) == (0, []), text


def test_single_character_finds_titles_that_hold_it(engine, two_sites):
    make_article(two_sites.a, "个税年度汇算")
    make_article(two_sites.a, "别的事情")
    engine.bring_up_to_date()

    for query in ("税", "稅"):
        assert titles(ask(two_sites.a, query)) == ["个税年度汇算"]


# --- Parts -------------------------------------------------------------------------------------------------------------


def test_hit_leads_to_the_article_of_the_law_that_answers(engine, two_sites):
    put_law(two_sites.a, "湿地保护条例")
    engine.bring_up_to_date()

    (hit,) = ask(two_sites.a, "湿地内烧荒").hits

    assert hit.part_label == "第二条"
    assert hit.part_url.startswith(f"{hit.url}#")
    assert "<mark>" in hit.summary_html
    assert "烧荒" in hit.summary_html.replace("<mark>", "").replace("</mark>", "")


def test_anchor_of_the_part_is_on_the_page(engine, two_sites, client_of):
    put_law(two_sites.a, "湿地保护条例")
    engine.bring_up_to_date()
    (hit,) = ask(two_sites.a, "二百元罚款").hits

    path, _, anchor = hit.part_url.partition("#")
    page = client_of(two_sites.a).get(path.replace("http://kongtong.sfj.localhost", "")).content.decode()

    assert hit.part_label == "第十二条"
    assert f'id="{anchor}"' in page


def test_hit_names_the_heading_under_which_the_words_stand(engine, two_sites):
    body = stream(("paragraph", "<h2>观鸟须知</h2><p>请带望远镜。</p><h2>乘车路线</h2><p>坐七路车。</p>"))
    with enter_site(two_sites.a):
        page = publish(get_column("tzgg"), ArticlePage(title="湿地公园", body=body))
    engine.bring_up_to_date()

    (hit,) = ask(two_sites.a, "望远镜").hits
    (part,) = CatalogueEntry.objects.get(page_id=page.pk).parts.filter(text__contains="望远镜")

    assert part.label == "观鸟须知"
    assert "请带<mark>望远镜</mark>" in hit.summary_html
    assert "七路车" not in hit.summary_html


# --- What comes first --------------------------------------------------------------------------------------------------


def test_title_comes_before_body(engine, two_sites):
    make_article(two_sites.a, "湿地公园开放")
    make_article(two_sites.a, "县城新闻", text="湿地公园，湿地公园，湿地公园。")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地公园")) == ["湿地公园开放", "县城新闻"]


def test_keywords_come_before_body(engine, two_sites):
    make_article(two_sites.a, "甲新闻", keywords="湿地公园")
    make_article(two_sites.a, "乙新闻", text="去了湿地公园。" + "别的内容。" * 50)
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地公园")) == ["甲新闻", "乙新闻"]


def test_exact_title_comes_first_of_all(engine, two_sites):
    put_dated(two_sites.a, "湿地公园", 2010)
    for number in range(15):
        make_article(two_sites.a, f"湿地公园第{number}次湿地公园活动", text="湿地公园。" * 20, keywords="湿地公园")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地公园"))[0] == "湿地公园"


def test_newer_comes_before_older_where_all_else_is_equal(engine, two_sites):
    put_dated(two_sites.a, "湿地公园活动丙", 2012)
    put_dated(two_sites.a, "湿地公园活动甲", 2025)
    put_dated(two_sites.a, "湿地公园活动乙", 2018)
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地公园")) == ["湿地公园活动甲", "湿地公园活动乙", "湿地公园活动丙"]


def test_law_comes_before_the_regulation_of_a_place(engine, two_sites):
    put_law(two_sites.a, "湿地管理规定")
    put_law(two_sites.a, "中华人民共和国湿地管理法")
    engine.bring_up_to_date()

    assert titles(ask(two_sites.a, "湿地管理"))[0] == "中华人民共和国湿地管理法"


def test_words_that_ask_for_a_service_bring_its_card(engine, two_sites):
    put_guide(two_sites.a)
    make_article(two_sites.a, "法律援助新闻", text="申请法律援助的人多了。")
    engine.bring_up_to_date()

    for query in ("打官司没钱", "请不起律师", "申请法律援助"):
        (card,) = answer_on(two_sites.a, query).cards
        assert (card.title, card.online_url) == ("法律援助申请", "https://zwfw.example.gov.cn/apply"), query
        assert card.elements


def test_card_of_this_site_comes_before_that_of_another(engine, two_sites):
    put_guide(two_sites.b, "法律援助申请")
    put_guide(two_sites.a, "法律援助办理")
    engine.bring_up_to_date()

    assert answer_on(two_sites.a, "打官司没钱").cards[0].title == "法律援助办理"
    assert answer_on(two_sites.b, "打官司没钱").cards[0].title == "法律援助申请"


def test_other_words_bring_no_card(engine, two_sites):
    put_guide(two_sites.a)
    make_article(two_sites.a, "湿地公园")
    engine.bring_up_to_date()

    assert list(answer_on(two_sites.a, "湿地公园").cards) == []


def test_card_stands_on_the_first_page_alone(engine, two_sites):
    put_guide(two_sites.a)
    engine.bring_up_to_date()

    assert not answer_on(two_sites.a, "打官司没钱", page=2).cards


# --- Both engines say the same -----------------------------------------------------------------------------------------

QUERIES = [
    "湿地",
    "湿地 通知",
    "湿地管理办法",
    "平司发〔2026〕18号",
    "“湿地动态”",
    "湿",
    "预约",
    "湿地 火星车",
    "公证 湿地",
]


@pytest.mark.needs("search_server")
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_the_engines_agree(two_sites, mixed, use_server, settings, sort):
    from search.engines import elastic_index, elastic_rebuild

    use_server()
    elastic_rebuild.repair()
    elastic_index.refresh()
    told = {}
    for url in (settings.ELASTICSEARCH_URL, ""):
        settings.ELASTICSEARCH_URL = url
        found = [ask(two_sites.a, query, scope="all", sort=sort) for query in QUERIES]
        told[found[0].engine] = [(titles(each), each.total, each.facets) for each in found]

    assert told["elasticsearch"] == told["postgresql"]


def test_document_page_is_of_its_type(engine, two_sites):
    put_document(two_sites.a)
    engine.bring_up_to_date()

    (hit,) = ask(two_sites.a, "湿地管理").hits

    assert (hit.page_type, hit.number, hit.validity) == ("document", "平司发〔2026〕18号", DocumentPage().validity)
