"""The centre's screens on search: who gets in, what each change leaves behind, what is refused, and what is shown."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.ledger_labels import label_action
from accounts.models import LedgerEntry, Role
from search.analysis.understanding import understand
from search.catalogue_words import touch_vocabulary
from search.console_actions import add_row, remove_row
from search.console_import import MOST_LINES, import_synonyms
from search.console_selectors import (
    explain,
    find_last_self_test,
    get_totals,
    list_top_queries,
    list_vain_queries,
    list_volume,
)
from search.models import (
    Abbreviation,
    BestBet,
    HotQuery,
    JudicialWord,
    SearchCount,
    Synonym,
    TitleTest,
    TitleTestRun,
    VocabularyVersion,
)
from tenants.current import enter_site
from tests.factories import make_article, make_central, make_member

URL = "/admin/console/search-"
READ = (
    f"{URL}overview/",
    f"{URL}synonyms/",
    f"{URL}synonyms/results/",
    f"{URL}abbreviations/",
    f"{URL}words/",
    f"{URL}best-bets/",
    f"{URL}hot/",
    f"{URL}hot/results/",
    f"{URL}explain/",
    f"{URL}explain/?q=%E6%AC%A0%E8%96%AA",
)
WRITE = (
    f"{URL}synonyms/new/",
    f"{URL}synonyms/import/",
    f"{URL}abbreviations/new/",
    f"{URL}words/new/",
    f"{URL}best-bets/new/",
)
POST = (f"{URL}hot/propose/", f"{URL}hot/1/", f"{URL}synonyms/1/switch/")
SAMPLES = {
    "synonyms": (Synonym, {"words": "欠薪, 讨薪", "terms": "拖欠劳动报酬", "direction": "one"}),
    "abbreviations": (Abbreviation, {"short": "民诉法", "full": "《中华人民共和国民事诉讼法》"}),
    "words": (JudicialWord, {"word": "社区矫正"}),
    "best-bets": (BestBet, {"words": "公证", "title": "公证服务", "url": "/bsfw/", "summary": "说明"}),
}
KEYS = {"synonyms": "synonym", "abbreviations": "abbreviation", "words": "word", "best-bets": "best_bet"}


@pytest.fixture
def empty_lists(db):
    """Nothing but what the test adds."""
    for model in (Synonym, Abbreviation, JudicialWord, BestBet, HotQuery, SearchCount):
        model.objects.all().delete()
    touch_vocabulary()


@pytest.fixture
def editor(city, signed_in, empty_lists):
    """An editor of the centre, signed in on the city's site."""
    return signed_in(city, make_central("central_editor", "search-editor"))


@pytest.fixture
def auditor(city, signed_in, empty_lists):
    return signed_in(city, make_central("auditor", "search-auditor"))


@pytest.fixture
def someone(empty_lists):
    return make_central("central_editor", "search-someone")


def last_entry():
    entry = LedgerEntry.objects.filter(chain="platform").order_by("-position").first()
    assert label_action(entry.action) != entry.action  # it has a name
    return entry


def version():
    row = VocabularyVersion.objects.first()
    return row.number if row else 0


def refusals(row, user):
    """What is said at each field."""
    with pytest.raises(ValidationError) as caught:
        add_row(row, acting_user=user)
    return {name: " ".join(words) for name, words in caught.value.message_dict.items()}


# --- Who gets in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", READ + WRITE + POST)
def test_screens_do_not_exist_on_other_sites_for_anybody(two_sites, client_of, signed_in, url):
    visitor = make_member(two_sites.a, "site_admin")
    visitor.platform_roles.create(role="platform_admin")
    for client in (client_of(two_sites.a), signed_in(two_sites.a, visitor)):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


@pytest.mark.parametrize("url", READ + WRITE + POST)
def test_members_of_the_citys_site_without_a_platform_role_find_nothing(city, signed_in, url):
    client = signed_in(city, make_member(city, "site_admin"))
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_every_platform_role_reads(city, signed_in, role):
    client = signed_in(city, make_central(role))
    assert {url: client.get(url).status_code for url in READ} == dict.fromkeys(READ, 200)
    assert f'href="{URL}overview/"' in client.get("/admin/console/").content.decode()


@pytest.mark.parametrize(("role", "status"), [("platform_admin", 200), ("central_editor", 200), ("auditor", 404)])
def test_forms_are_for_those_who_write(city, signed_in, role, status):
    client = signed_in(city, make_central(role))
    assert {url: client.get(url).status_code for url in WRITE} == dict.fromkeys(WRITE, status)


@pytest.mark.parametrize("name", SAMPLES)
def test_auditor_changes_nothing(auditor, someone, name):
    model, data = SAMPLES[name]
    row = add_row(model(**data), acting_user=someone)
    before = LedgerEntry.objects.count()
    for url in ("new/", f"{row.pk}/", f"{row.pk}/switch/", f"{row.pk}/delete/"):
        assert auditor.post(f"{URL}{name}/{url}", data | {"active": "0"}).status_code == 404
    assert (model.objects.count(), model.objects.get().is_active) == (1, True)
    assert LedgerEntry.objects.count() == before
    page = auditor.get(f"{URL}{name}/").content.decode()
    assert f"{URL}{name}/new/" not in page
    assert f"{URL}{name}/{row.pk}/" not in page


def test_auditor_reviews_no_hot_queries(auditor):
    row = HotQuery.objects.create(query="法律援助")
    for url, data in (("hot/propose/", {}), (f"hot/{row.pk}/", {"action": "approve", "rank": "1"})):
        assert auditor.post(URL + url, data).headers["Location"] == "/admin/"
    row.refresh_from_db()
    assert not row.is_approved
    page = auditor.get(f"{URL}hot/").content.decode()
    assert "法律援助" in page
    assert "从统计中提取" not in page


# --- The lists -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_row_is_added_changed_switched_and_removed_with_its_entries(editor, name):
    model, data = SAMPLES[name]
    is_analysed = name != "best-bets"
    field = next(iter(data))
    before = version()

    page = editor.post(f"{URL}{name}/new/", data, follow=True).content.decode()
    assert "已添加" in page
    row = model.objects.get()
    entry = last_entry()
    assert (entry.action, entry.actor_name) == (f"search.{KEYS[name]}_added", "张某")
    assert entry.detail[field] == getattr(row, field)
    assert (version() > before) == is_analysed

    new = data | {field: "社区矫正对象"}
    assert "已保存" in editor.post(f"{URL}{name}/{row.pk}/", new, follow=True).content.decode()
    row.refresh_from_db()
    assert getattr(row, field) == "社区矫正对象"
    assert last_entry().action == f"search.{KEYS[name]}_changed"
    assert set(last_entry().detail["from"]) == set(last_entry().detail["to"]) == {field}

    editor.post(f"{URL}{name}/{row.pk}/switch/", {"active": "0"})
    row.refresh_from_db()
    assert not row.is_active
    assert (last_entry().action, last_entry().detail) == (f"search.{KEYS[name]}_switched", {"is_active": False})
    editor.post(f"{URL}{name}/{row.pk}/switch/", {"active": "1"})
    row.refresh_from_db()
    assert row.is_active

    assert "确定删除" in editor.get(f"{URL}{name}/{row.pk}/delete/").content.decode()
    before = version()
    editor.post(f"{URL}{name}/{row.pk}/delete/")
    assert not model.objects.exists()
    assert last_entry().action == f"search.{KEYS[name]}_removed"
    assert last_entry().detail[field] == "社区矫正对象"
    assert (version() > before) == is_analysed


@pytest.mark.parametrize("name", SAMPLES)
def test_what_changes_nothing_leaves_no_entry(editor, someone, name):
    model, data = SAMPLES[name]
    row = add_row(model(**data), acting_user=someone)
    before = (LedgerEntry.objects.count(), version())
    editor.post(f"{URL}{name}/{row.pk}/", data)
    editor.post(f"{URL}{name}/{row.pk}/switch/", {"active": "1"})
    assert (LedgerEntry.objects.count(), version()) == before


@pytest.mark.parametrize("name", SAMPLES)
def test_row_that_is_not_there_is_not_found(editor, name):
    for url in ("1/", "1/delete/", f"{'9' * 30}/"):
        assert editor.get(f"{URL}{name}/{url}").status_code == 404
    assert editor.post(f"{URL}{name}/1/switch/").status_code == 404


@pytest.mark.parametrize("name", SAMPLES)
def test_empty_form_is_refused_at_its_fields(editor, name):
    model, data = SAMPLES[name]
    response = editor.post(f"{URL}{name}/new/", {})
    assert next(iter(data)) in response.context["form"].errors
    assert not model.objects.exists()


def test_lists_of_words_are_brought_into_one_form(someone):
    row = add_row(Synonym(words="欠薪，讨薪/ 欠薪;ＡＢ\n老赖", terms=" 劳动报酬 "), acting_user=someone)
    assert (row.words, row.terms) == ("欠薪、讨薪、ＡＢ、老赖", "劳动报酬")
    assert "民诉法" in str(add_row(Abbreviation(short="《民诉法》", full="民事诉讼法"), acting_user=someone))


def test_change_holds_from_the_next_query_on(someone):
    assert not understand("欠薪怎么办").also
    row = add_row(Synonym(words="欠薪", terms="拖欠劳动报酬"), acting_user=someone)
    assert understand("欠薪怎么办").also == ("拖欠劳动报酬",)
    remove_row(row, acting_user=someone)
    assert not understand("欠薪怎么办").also


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"words": " 、， "}, "words", "至少填写一个词"),
        ({"terms": ""}, "terms", "至少填写一个词"),
        ({"words": "欠薪、钱"}, "words", "“钱”只有一个字"),
        ({"terms": "工资、薪"}, "terms", "“薪”只有一个字"),
        ({"words": "？？、欠薪"}, "words", "没有文字"),
        ({"words": "字" * 17}, "words", "超过 16 个字"),
        ({"terms": "字" * 41}, "terms", "超过 40 个字"),
        ({"words": "、".join(f"说法{n:03}" for n in range(40))}, "words", "不能超过 200 个字，现有 239 个"),
        ({"terms": "欠薪"}, "terms", "没有作用"),
        ({"direction": "x"}, "direction", "单向或双向"),
        ({"words": "討薪、欠 薪", "terms": "劳动报酬"}, "words", "已有同样的一条"),
    ],
)
def test_synonym_is_refused(someone, fields, field, words):
    add_row(Synonym(words="欠薪、讨薪", terms="劳动报酬"), acting_user=someone)
    row = Synonym(**{"words": "欠薪", "terms": "工资支付", "direction": "one"} | fields)
    assert words in refusals(row, someone)[field]
    assert Synonym.objects.count() == 1


@pytest.mark.parametrize(
    ("short", "full", "field", "words"),
    [
        ("", "中华人民共和国公证法", "short", "请填写"),
        ("法", "中华人民共和国公证法", "short", "至少两个字"),
        ("民 法", "中华人民共和国公证法", "short", "只能填写一个词"),
        ("字" * 17, "中华人民共和国公证法", "short", "不能超过 16 个字"),
        ("公证", "", "full", "请填写法律的全称"),
        ("公证法", "中华人民共和国公证法", "full", "不需要另设简称"),
        ("民诉法", "中华人民共和国民法典", "short", "已用于《中华人民共和国民事诉讼法》"),
        ("民訴法", "中华人民共和国民法典", "short", "已用于《中华人民共和国民事诉讼法》"),
        ("民事诉讼法", "中华人民共和国民法典", "short", "不能再指另一部法律"),
        ("诉讼", "民诉法", "full", "已是《中华人民共和国民事诉讼法》的简称"),
        ("诉讼", "字" * 256, "full", "不能超过 255 个字"),
    ],
)
def test_abbreviation_is_refused(someone, short, full, field, words):
    add_row(Abbreviation(short="民诉法", full="中华人民共和国民事诉讼法"), acting_user=someone)
    assert words in refusals(Abbreviation(short=short, full=full), someone)[field]


def test_two_short_names_of_one_law_are_welcome(someone):
    for short in ("民诉法", "民诉"):
        add_row(Abbreviation(short=short, full="中华人民共和国民事诉讼法"), acting_user=someone)
    assert Abbreviation.objects.count() == 2


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("", "请填写"),
        ("法", "至少两个字"),
        ("社区 矫正", "只能填写一个词"),
        ("字" * 13, "2 至 12 个字"),
        ("社區矯正", "已有“社区矫正”"),
    ],
)
def test_word_is_refused(someone, word, words):
    add_row(JudicialWord(word="社区矫正"), acting_user=someone)
    assert words in refusals(JudicialWord(word=word), someone)["word"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bsfw",
        "//evil.example/",
        "javascript:alert(1)",
        "java\x00script:alert(1)",
        "data:text/html,x",
        "https://",
        "https://user@example.cn/",
        "https://example.cn:99999/",
        "https://example.cn/a b",
        'https://example.cn/"onclick=',
        "/\\evil.example/",
        "https://[::1",
        "ftp://example.cn/",
    ],
)
def test_best_bet_leads_to_the_web_or_a_path_alone(someone, url):
    assert "请填写以 http" in refusals(BestBet(words="公证", title="公证", url=url), someone)["url"]


@pytest.mark.parametrize(
    "url", ["/", "/bsfw/?a=1#b", "https://sfj.example.gov.cn/a/", "http://司法.政务/", "http://x.localhost:8000/"]
)
def test_best_bet_takes_addresses(someone, url):
    assert add_row(BestBet(words="公证", title="公证", url=url), acting_user=someone).url == url


def test_best_bet_twice_or_crowded_is_refused(someone):
    for place in range(3):
        add_row(BestBet(words="公证、公证处", title="甲", url=f"/{place}/"), acting_user=someone)
    assert "同一网址" in refusals(BestBet(words="公证", title="乙", url="/1/"), someone)["words"]
    assert "已有 3 条推荐" in refusals(BestBet(words="赠与、公 证", title="乙", url="/9/"), someone)["words"]
    assert "标题" in refusals(BestBet(words="赠与", title=" ", url="/9/"), someone)["title"]


def test_row_that_clashes_by_now_is_not_switched_on(editor, someone):
    rows = [add_row(BestBet(words="公证", title="甲", url=f"/{place}/"), acting_user=someone) for place in range(3)]
    editor.post(f"{URL}best-bets/{rows[0].pk}/switch/", {"active": "0"})
    add_row(BestBet(words="公证", title="甲", url="/new/"), acting_user=someone)
    page = editor.post(f"{URL}best-bets/{rows[0].pk}/switch/", {"active": "1"}, follow=True).content.decode()
    assert "未能启用" in page
    rows[0].refresh_from_db()
    assert not rows[0].is_active


def test_row_that_breaks_todays_rules_can_still_be_switched_off(editor):
    row = JudicialWord.objects.create(word="党政主要负责人履行推进法治建设第一责任人职责")
    editor.post(f"{URL}words/{row.pk}/switch/", {"active": "0"})
    row.refresh_from_db()
    assert not row.is_active


def test_row_that_somebody_else_removed_is_refused(someone):
    row = add_row(JudicialWord(word="社区矫正"), acting_user=someone)
    JudicialWord.objects.all().delete()
    with pytest.raises(ValidationError, match="已被他人删除"):
        remove_row(row, acting_user=someone)


def test_list_is_searched_filtered_and_paged(editor):
    Synonym.objects.bulk_create(Synonym(words=f"说法{n:03}", terms="词语") for n in range(120))
    Synonym.objects.create(words="讨薪", terms="劳动报酬", is_active=False)

    def names(query):
        return [row.words for row in editor.get(f"{URL}synonyms/{query}").context["object_list"]]

    assert len(names("")) == 50
    assert names("?p=3")[-1] == "说法119"
    assert names("?q=薪") == names("?q=劳动") == names("results/?active=0") == ["讨薪"]
    assert names("?active=1&q=薪") == []


def test_form_comes_filled_in_from_the_overview(editor):
    form = editor.get(f"{URL}synonyms/new/?words=%E5%B7%A5%E8%B5%84%E6%B2%A1%E7%BB%99&direction=both").context["form"]
    assert (form["words"].value(), form["direction"].value()) == ("工资没给", "both")
    page = editor.get(f"{URL}best-bets/new/?words=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%00").content.decode()
    assert "<script>alert(1)" not in page


# --- Import --------------------------------------------------------------------------------------------------------------

TABLE = "\ufeff说法\t查找\t方向\r\n欠薪、讨薪\t劳动报酬\r\n# 说明\r\n\r\n法援,法律援助,双向\n欠 薪、討薪\t劳动报酬\n"
BAD = {
    "只有一列": "一列",
    "钱,劳动报酬": "说法：“钱”只有一个字",
    "欠薪,,": "一列",
    "欠薪,讨薪,拖欠工资": "第三列只能是",
    "甲乙,丙丁,one,戊己": "4 列",
    '"甲乙,丙丁': "引号没有配对",
    "甲乙\t": "一列",
    "甲乙,甲乙": "没有作用",
    "法援,法律援助": "方向不同",
}


def test_import_adds_what_is_sound_and_keeps_what_is_not(editor):
    text = TABLE + "\n".join(BAD)
    before = version()
    response = editor.post(f"{URL}synonyms/import/", {"text": text})
    assert {str(row): row.direction for row in Synonym.objects.all()} == {
        "欠薪、讨薪 → 劳动报酬": "one",
        "法援 → 法律援助": "both",
    }
    faults = response.context["faults"]
    assert [fault.line for fault in faults] == list(BAD)
    assert [fault.number for fault in faults] == list(range(7, 7 + len(BAD)))
    for fault in faults:
        assert BAD[fault.line].replace("一列", "这一行有 1 列") in fault.problem
    assert response.context["form"]["text"].value().split("\n") == list(BAD)
    assert "已添加 2 条，1 条原已有" in response.content.decode()
    entry = last_entry()
    assert (entry.action, entry.detail["faults"]) == ("search.synonyms_imported", len(BAD))
    assert entry.detail["added"] == ["欠薪、讨薪 → 劳动报酬", "法援 → 法律援助"]
    assert version() == before + 1


def test_import_without_faults_returns_to_the_list(editor):
    response = editor.post(f"{URL}synonyms/import/", {"text": '"欠薪,讨薪","劳动报酬、工资支付",单向'})
    assert response.headers["Location"] == f"{URL}synonyms/"
    assert str(Synonym.objects.get()) == "欠薪、讨薪 → 劳动报酬、工资支付"


def test_import_of_nothing_new_leaves_no_entry(someone):
    import_synonyms("欠薪,劳动报酬", acting_user=someone)
    before = (LedgerEntry.objects.count(), version())
    report = import_synonyms("欠薪,劳动报酬\n欠薪,劳动报酬", acting_user=someone)
    assert (report.known, report.added, report.faults) == (2, [], [])
    assert (LedgerEntry.objects.count(), version()) == before


@pytest.mark.parametrize(
    ("text", "words"), [("", "请粘贴"), ("\n".join(f"说法{n},词语{n}" for n in range(MOST_LINES + 1)), "一次最多导入")]
)
def test_import_as_a_whole_is_refused_with_its_text_kept(editor, text, words):
    response = editor.post(f"{URL}synonyms/import/", {"text": text})
    assert words in str(response.context["form"].errors["text"])
    assert response.context["form"]["text"].value() == text
    assert not Synonym.objects.exists()


def test_import_shows_hostile_lines_as_text(editor):
    page = editor.post(f"{URL}synonyms/import/", {"text": "</textarea><script>alert(1)</script>"}).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- Hot queries -------------------------------------------------------------------------------------------------------


def count(site, query, searches=1, vain=0, clicks=0, positions=0, back=0):
    day = timezone.localdate() - timedelta(days=back)
    SearchCount.objects.create(
        day=day, site=site, query=query, searches=searches, vain=vain, clicks=clicks, click_positions=positions
    )


def test_hot_queries_are_proposed_approved_and_refused(editor, two_sites):
    count(two_sites.a, "法律援助", 4)
    count(two_sites.b, "法律援助", 4)
    assert "提取了 1 个" in editor.post(f"{URL}hot/propose/", follow=True).content.decode()
    assert (last_entry().action, last_entry().detail) == ("search.hot_proposed", {"rows": 1})
    row = HotQuery.objects.get()
    assert (row.is_approved, row.is_refused) == (False, False)

    editor.post(f"{URL}hot/{row.pk}/", {"action": "approve", "rank": "3"})
    row.refresh_from_db()
    assert (row.is_approved, row.rank) == (True, 3)
    assert (last_entry().action, last_entry().object_name) == ("search.hot_approved", "法律援助")

    editor.post(f"{URL}hot/{row.pk}/", {"action": "refuse", "rank": "3"})
    row.refresh_from_db()
    assert (row.is_approved, row.is_refused) == (False, True)
    assert last_entry().action == "search.hot_refused"

    before = LedgerEntry.objects.count()
    assert "没有新的" in editor.post(f"{URL}hot/propose/", follow=True).content.decode()
    editor.post(f"{URL}hot/{row.pk}/", {"action": "refuse"})
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize(
    "data", [{}, {"action": "steal"}, {"action": "approve", "rank": "-1"}, {"action": "approve", "rank": "x"}]
)
def test_review_that_says_nothing_changes_nothing(editor, data):
    row = HotQuery.objects.create(query="公证")
    assert "未能保存" in editor.post(f"{URL}hot/{row.pk}/", data, follow=True).content.decode()
    row.refresh_from_db()
    assert not row.is_approved
    assert editor.post(f"{URL}hot/{row.pk + 1}/", {"action": "approve"}).status_code == 404


def test_query_with_a_number_of_somebodys_is_never_shown(editor):
    row = HotQuery.objects.create(query="13800138000")
    assert "含有号码" in editor.post(f"{URL}hot/{row.pk}/", {"action": "approve"}, follow=True).content.decode()
    row.refresh_from_db()
    assert not row.is_approved


def test_hot_queries_are_filtered_by_state(editor):
    HotQuery.objects.create(query="待定")
    HotQuery.objects.create(query="显示的", is_approved=True)
    HotQuery.objects.create(query="拒绝的", is_refused=True)
    shown = {
        state: [row.query for row in editor.get(f"{URL}hot/?state={state}").context["object_list"]]
        for state in ("", "waiting", "approved", "refused")
    }
    assert shown == {
        "": ["待定", "显示的", "拒绝的"],
        "waiting": ["待定"],
        "approved": ["显示的"],
        "refused": ["拒绝的"],
    }


# --- Statistics ----------------------------------------------------------------------------------------------------------


def test_counts_are_summed_over_sites_and_days(empty_lists, city, two_sites):
    count(two_sites.a, "公证", 6, vain=2, clicks=3, positions=9)
    count(two_sites.b, "公证", 4, clicks=1, positions=1, back=29)
    count(city, "法考", 3, vain=3)
    count(city, "很久以前", 50, vain=50, back=30)
    totals = get_totals()
    assert (totals.searches, totals.vain, totals.clicks, totals.position) == (13, 5, 4, 2.5)
    assert (totals.vain_percent, totals.click_percent) == (38, 31)
    top = [(each.query, each.searches, each.sites) for each in list_top_queries(5)]
    assert top == [("公证", 10, ["崆峒区司法局", "静宁县司法局"]), ("法考", 3, ["市司法局"])]
    vain = [(each.query, each.vain, each.sites) for each in list_vain_queries(5)]
    assert vain == [("法考", 3, ["市司法局"]), ("公证", 2, ["崆峒区司法局"])]
    volume = list_volume()
    assert len(volume) == 30
    assert (volume[-1].day, volume[-1].searches, volume[-1].height) == (timezone.localdate(), 9, 100)
    assert (volume[0].searches, volume[0].height, volume[1].searches) == (4, 45, 0)


def test_statistics_of_nothing(editor):
    totals = get_totals()
    assert (totals.searches, totals.vain_percent, totals.click_percent, totals.position) == (0, 0, 0, None)
    page = editor.get(f"{URL}overview/").content.decode()
    assert "还没有搜索记录" in page
    assert "（没有点击）" in page


def test_overview_leads_from_a_vain_query_to_the_forms(editor, auditor, two_sites):
    count(two_sites.a, '工资"没给<b>', 2, vain=2)
    page = editor.get(f"{URL}overview/").content.decode()
    assert "工资&quot;没给&lt;b&gt;" in page
    assert "没给<b>" not in page
    for name in ("synonyms", "best-bets"):
        link = page.split(f'href="{URL}{name}/new/?')[1].split('"')[0]
        assert editor.get(f"{URL}{name}/new/?{link}").context["form"]["words"].value() == '工资"没给<b>'
    page = auditor.get(f"{URL}overview/").content.decode()
    assert "工资&quot;没给&lt;b&gt;" in page
    assert "/new/?" not in page


def test_overview_shows_the_last_self_test_with_its_failures(editor, two_sites):
    assert "还没有运行过" in editor.get(f"{URL}overview/").content.decode()
    TitleTestRun.objects.create(run_at=timezone.now() - timedelta(days=1), tried=10, failed=9)
    TitleTestRun.objects.create(tried=2000, failed=1)
    TitleTest.objects.create(site=two_sites.a, title="某通知<i>", url_path="/tzgg/a/")
    page = editor.get(f"{URL}overview/").content.decode()
    assert "测试 2000 个标题，未找到 1 个，通过率 99.9%" in page
    assert 'href="http://kongtong.sfj.localhost/tzgg/a/"' in page
    assert "某通知&lt;i&gt;" in page
    assert len(find_last_self_test(0).failures) == 0


def test_queries_of_the_overview_do_not_grow_with_what_is_counted(editor, two_sites, django_assert_max_num_queries):
    for number in range(20):
        count(two_sites.a, f"词语{number}", 3, vain=1)
        TitleTest.objects.create(site=two_sites.a, title=f"标题{number}", url_path="/")
    TitleTestRun.objects.create(tried=20, failed=20)
    editor.get(f"{URL}overview/")
    with django_assert_max_num_queries(40):
        editor.get(f"{URL}overview/")


# --- How a query is understood -----------------------------------------------------------------------------------------------


def test_explanation_tells_what_is_searched_and_found(editor, city, two_sites, someone):
    add_row(Synonym(words="欠薪", terms="拖欠劳动报酬"), acting_user=someone)
    make_article(two_sites.a, "拖欠劳动报酬怎么处理", text="可以申请法律援助。")
    with enter_site(city):
        explanation = explain("请问被老板欠薪了怎么办 司法部令第146号")
        assert explanation.numbers == ["司法部令146"]
        assert {"请问", "怎么办", "被", "了"} <= set(explanation.dropped)
        assert "欠薪" not in explanation.dropped
        assert any("拖欠劳动报酬" in [each.text for each in group.alternatives] for group in explanation.query.groups)
        hits = explain("欠薪").hits
    assert [(each.hit.title, each.hit.site) for each in hits] == [("拖欠劳动报酬怎么处理", "崆峒区司法局")]
    assert hits[0].score > 0
    page = editor.get(f"{URL}explain/?q=欠薪").content.decode()
    assert "拖欠劳动报酬（" in page
    assert "拖欠劳动报酬怎么处理" in page
    assert "postgresql" in page


HOSTILE = (
    "'\"; DROP TABLE search_synonym; --",
    "“没有配对的引号",
    "\x00\x00",
    "公证\x00<script>alert(1)</script>",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "公" * 10_000,
    "公证 " * 3_000,
    "\\ & | ! : * ( ) <-> ''",
    "“公证” 'x'' \\'",
    "%_\\",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "   ",
)


@pytest.mark.parametrize("query", HOSTILE)
def test_explanation_takes_hostile_queries_as_text(editor, query):
    response = editor.get(f"{URL}explain/", {"q": query})
    assert response.status_code == 200
    page = response.content.decode()
    assert "<script>alert(1)" not in page
    assert "公" * 201 not in page
    assert Synonym.objects.count() == 0


def test_explanation_counts_nothing(editor):
    editor.get(f"{URL}explain/?q=公证")
    assert not SearchCount.objects.exists()
