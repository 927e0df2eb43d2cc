"""Queries that nobody means well, or nobody means at all: results or a hint, never a 500, and never markup of their own."""

import json
import re
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import limits
from search.engines.base import FACETS, EngineProblem
from search.engines.postgres import PostgresEngine
from search.models import SearchCount
from tenants.current import enter_site
from tests.factories import make_article

READER = {"HTTP_USER_AGENT": "Mozilla/5.0"}
HOSTILE = {
    "10,000 characters": "法" * 10_000,
    "10,000 different characters": "".join(chr(0x4E00 + number) for number in range(10_000)),
    "5,000 words": "公证 " * 5_000,
    "200 words": " ".join(f"词{number}" for number in range(200)),
    "200 letters": "a" * 200,
    "letters without an end": "zhuanli" * 28,
    "operators": "公证 AND OR NOT & | ! <-> ( ) :* +- ~",
    "tsquery": "'公证':A & !'律师' | 'x'",
    "quotes": "\"公证 '律师 \"\"\" ''' “”“ `",
    "unclosed phrase": "“公证",
    "empty phrase": "“”""",
    "phrase of punctuation": "“，。？！”",
    "phrase of percent signs": "“%%%_”",
    "backslashes": "公证\\ \\\\ \\' \\\" \\n",
    "percent": "100% %s %(x)s %% %d",
    "underscores": "____公证%____",
    "NUL": "公\x00证\x00",
    "only NUL": "\x00\x00",
    "control characters": "\x01\x02\x1b[31m公证\x7f\x85",
    "SQL": "'; DROP TABLE search_catalogueentry; --",
    "SQL union": "公证' UNION SELECT password FROM accounts_user --",
    "Lucene": 'title:公证 AND site_id:[* TO *] OR _exists_:x^5~2 {!lucene} "公证"~10 /.*/',
    "Lucene special": '+ - && || ! ( ) { } [ ] ^ " ~ * ? : \\ /',
    "regular expression": "^(a+)+$|(.*)*[公证",
    "JSON": '{"query": {"match_all": {}}}',
    "script": "<script>alert(1)</script>",
    "attribute": "\" onmouseover=alert(1) x=\"",
    "mark": "<mark>公证</mark>",
    "template": "{{ question }}{% debug %}",
    "emoji": "👍🏽👩‍👩‍👧‍👦🇨🇳",
    "emoji with words": "公证👍律师",
    "right to left": "\u202e公证\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "combining": "a\u0301\u0301\u0301\u0301公\u0300证",
    "zero width": "公\u200b证\u200d\ufeff",
    "rare characters": "𠮷野家 㐀㐁 \U0002ffff",
    "compatibility": "ﷺ ﬃ ㍿ ㌔ ①②③ Ⅷ",
    "only punctuation": "，。？！；：、…——",
    "only blanks": " \u3000\t\n",
    "only fillers": "怎么办怎么办请问如何",
    "one filler": "怎么",
    "one particle": "的",
    "line breaks": "公证\r\nSet-Cookie: x=1",
    "path": "../../../../etc/passwd",
    "many numbers": "法释〔2020〕17号" * 20,
    "numeral": "令第" + "十" * 30 + "号",
    "number without organ": "〔2020〕17号",
    "number of nothing": "第0号令 国务院令第0号",
    "large number": "法释〔2020〕99999999999号",
    "digits": "9" * 200,
    "one letter": "a",
    "decree list": "公安部、" * 30 + "令第1号",
}  # fmt: skip
RAW = {
    "lone surrogates": "%ED%A0%80%ED%B0%80",
    "not UTF-8": "%FF%FE%80",
    "half a character": "%E6%B3",
    "overlong": "%C0%80",
}


@pytest.fixture
def site(engine, two_sites):
    make_article(two_sites.a, "公证收费办法", text="公证按规定收费。", keywords="公证")
    make_article(two_sites.a, "律师名单", text="律师。")
    engine.bring_up_to_date(words=True)
    return two_sites.a


def ask_all(client, query_string):
    """The page's HTML and the API's answer for a query string; suggestions are asked for as well."""
    answer = ask_api(client, query_string)
    page = client.get(f"/search/?{query_string}", **READER)
    suggestions = client.get(f"/search/suggest/?{query_string}")
    assert {page.status_code, suggestions.status_code} == {200}
    return page.content.decode(), answer


def ask_api(client, query_string):
    """The API's answer for a query string."""
    cache.clear()
    api = client.get(f"/api/search/?{query_string}", **READER)
    assert api.status_code == 200
    answer = json.loads(api.content)
    assert set(answer) == {"query", "total", "total_is_exact", "results", "facets", "next"}
    return answer


# --- Hostile words -----------------------------------------------------------------------------------------------------


def test_hostile_words_are_answered(site, client_of):
    client, problems = client_of(site), {}
    for name, text in HOSTILE.items():
        try:
            with transaction.atomic():  # what one of them breaks must not break the others
                page, answer = ask_all(client, urlencode({"q": text}))
            assert answer["total"] <= 2
            assert len(answer["query"]["text"]) <= 200
            assert "\x00" not in page
        except Exception as problem:  # noqa: BLE001 - each is told, by name
            problems[name] = problem

    assert problems == {}


def test_bytes_that_are_no_text_are_answered(site, client_of):
    for query in RAW.values():
        ask_all(client_of(site), f"q={query}")
        for name in ("scope", "kind", "since", "page", "field"):
            ask_api(client_of(site), f"{name}={query}&q=%E5%85%AC%E8%AF%81")


def test_hostile_words_do_not_send_readers_to_the_other_engine(site, engine, client_of):
    """A query that the server refuses is a defect of ours: the reader would wait twice, for less."""
    from search import searching
    from search.analysis.understanding import read_text
    from search.answers import Question

    with enter_site(site):
        for name, text in HOSTILE.items():
            found = searching.search(Question(text=read_text(text)))
            assert found.engine in {engine.name, ""}, name


def test_words_are_shown_escaped(site, client_of):
    texts = [
        "<script>alert(1)</script>",
        '" onmouseover=alert(1) x="',
        "<img src=x onerror=alert(1)>公证",
        "'><svg/onload=1>",
    ]
    for text in texts:
        page, answer = ask_all(client_of(site), urlencode({"q": text}))
        assert text not in page
        assert escape(text) in page
        assert answer["query"]["text"] == text


def test_titles_are_shown_escaped_and_plain_in_json(engine, two_sites, client_of):
    wanted = ["<b>公证</b>收费", "<script>公证</script>", "公证 & 律师 \"甲\" '乙'"]
    for title in wanted:
        make_article(two_sites.a, title, summary=f"公证 {title}")
    engine.bring_up_to_date()

    page, answer = ask_all(client_of(two_sites.a), "q=公证")

    assert sorted(hit["title"] for hit in answer["results"]) == sorted(wanted)
    tags = {tag for hit in answer["results"] for marked in hit["highlights"] for tag in re.findall(r"<[^>]*>", marked)}
    assert tags == {"<mark>", "</mark>"}
    assert "<script>公证" not in page
    assert "<b>公证" not in page


WORDS = st.text(max_size=30) | st.text(
    alphabet="公证律师法令第号〔〕[]（）0123456789“”\"'&|!:*()<>\\%_ aAｚ的怎么办 ", max_size=60
)
quick = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@quick
@given(text=WORDS)
def test_any_words_are_answered(site, client_of, text):
    _, answer = ask_all(client_of(site), f"q={quote(text, errors='replace')}")
    assert answer["total"] >= len(answer["results"]) or answer["query"]["correction"]


@quick
@given(
    asked=st.dictionaries(
        st.sampled_from(["scope", "since", "until", "field", "sort", "page", *FACETS]),
        st.text(max_size=12)
        | st.sampled_from(
            ["2020", "2020-01-01", "date", "number", "all", "kongtong", "0", "-1", "999999999999", "²", "٣"]
        ),
        max_size=6,
    )
)
def test_any_filters_are_answered(site, client_of, asked):
    values = {name: value.encode(errors="replace").decode() for name, value in asked.items()}
    ask_all(client_of(site), urlencode({"q": "公证", **values}))


# --- Impossible filters ------------------------------------------------------------------------------------------------


IMPOSSIBLE = [
    "since=abc", "since=2020-02-30", "until=2020-13-01", "since=0001-01-01", "until=9999-12-31", "since=2020-01-02&until=2020-01-01",
    "year=abcd", "year=0", "year=99999999999999999999", "year=１９９９", "year=-2020", "field=nonsense", "sort=nonsense", "scope=nonsense",
    "scope=public", "scope=golden", "type=nonsense", "validity=nonsense", "topic=nonsense", "kind=nonsense", "site=nonsense&scope=all",
]  # fmt: skip


def test_impossible_filters_are_ignored_with_a_notice(site, client_of):
    heeded = {}
    for query in IMPOSSIBLE:
        answer = ask_api(client_of(site), f"q=公证收费&{query}")
        told = bool(answer["query"]["notices"])
        if not told or [hit["title"] for hit in answer["results"]] != ["公证收费办法"]:
            heeded[query] = (answer["query"]["notices"], len(answer["results"]))

    assert heeded == {}


def test_notice_stands_on_the_page(site, client_of):
    page, answer = ask_all(client_of(site), "q=公证收费&since=2020-02-30")

    assert answer["query"]["notices"][0] in page


def test_impossible_page_is_one_that_there_is(site, client_of):
    for page in ("0", "-1", "abc", "1.5", "99999999999", "1001", "²", ""):
        answer = ask_api(client_of(site), f"q=公证&page={quote(page)}")
        assert 1 <= answer["query"]["page"] <= 1000, page
        assert answer["total"] == 1


def test_repeated_parameters_are_answered(site, client_of):
    ask_all(client_of(site), "q=a&q=公证&scope=all&scope=site&page=1&page=2&type=article&type=law")


def test_possible_filter_gives_no_notice(site, client_of):
    _, answer = ask_all(client_of(site), "q=公证&since=2000-01-01&type=article&sort=date&field=title&scope=all&page=1")

    assert answer["query"]["notices"] == []
    assert answer["total"] == 1


def test_nothing_asked_shows_ways_on(site, client_of):
    page, answer = ask_all(client_of(site), "")

    assert (answer["total"], answer["results"], answer["next"]) == (0, [], None)
    assert "怎么找得快" in page


def test_next_leads_to_the_rest_with_the_same_filters(engine, two_sites, client_of):
    for number in range(12):
        make_article(two_sites.a, f"公证之{number}")
    engine.bring_up_to_date()
    client = client_of(two_sites.a)

    first = json.loads(client.get("/api/search/?q=公证&type=article&sort=date").content)
    second = json.loads(client.get(first["next"]).content)

    assert second["query"]["filters"] == {"type": "article"}
    assert second["next"] is None
    shown = [hit["title"] for answer in (first, second) for hit in answer["results"]]
    assert sorted(shown) == sorted(f"公证之{number}" for number in range(12))


# --- Other methods, clicks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/search/", "/api/search/", "/search/suggest/", "/api/schema/"])
def test_nothing_is_posted(two_sites, client_of, path):
    assert client_of(two_sites.a).post(path, {"q": "公证"}).status_code == 405


def test_click_of_nonsense_is_answered_and_not_counted(two_sites, client_of):
    client, problems = client_of(two_sites.a), {}
    client.get("/search/?q=公证", **READER)
    positions = ["", "abc", "0", "-1", "1e9", "9" * 21, "00000001999999999999", "²", "\x00", "1\x00"]
    pairs = [("公证", position) for position in positions]
    for words, position in [*pairs, ("没有搜过", "1"), ("", "1"), ("\x00", "1"), ("法" * 10_000, "1")]:
        try:
            with transaction.atomic():
                assert client.post("/search/click/", {"q": words, "position": position}).status_code == 204
        except Exception as problem:  # noqa: BLE001 - each is told, by name
            problems[words[:9], position] = problem

    assert problems == {}
    assert sum(SearchCount.objects.values_list("clicks", flat=True)) == 0


def test_click_counts(two_sites, client_of):
    client = client_of(two_sites.a)
    client.get("/search/?q=公证", **READER)

    client.post("/search/click/", {"q": "公证", "position": "3"})

    assert list(SearchCount.objects.values_list("clicks", "click_positions")) == [(1, 3)]


@pytest.mark.parametrize(
    "query", ["13912345678", "620802199001011234", "139 1234 5678", "zhang@example.com", "张三 1391234567８"]
)
def test_what_may_be_a_person_s_own_is_not_counted(two_sites, client_of, query):
    client_of(two_sites.a).get(f"/search/?{urlencode({'q': query})}", **READER)

    assert not SearchCount.objects.exists()


# --- Limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/search/", "/api/search/"])
def test_who_asks_too_often_is_told_to_wait(two_sites, client_of, monkeypatch, path):
    monkeypatch.setattr(limits, "SEARCHES_A_MINUTE", 3)
    client = client_of(two_sites.a)

    codes = [client.get(f"{path}?q=公证", REMOTE_ADDR="203.0.113.7").status_code for _ in range(5)]

    assert codes == [200, 200, 200, 429, 429]
    assert client.get(f"{path}?q=公证", REMOTE_ADDR="203.0.113.8").status_code == 200


def test_refusal_says_so(two_sites, client_of, monkeypatch):
    monkeypatch.setattr(limits, "SEARCHES_A_MINUTE", 0)
    client = client_of(two_sites.a)
    for path in ("/search/?q=公证", "/api/search/?q=公证"):
        client.get(path)

    page, api = client.get("/search/?q=公证"), client.get("/api/search/?q=公证")

    assert "搜索得太频繁了" in page.content.decode()
    assert "请过一分钟再试" in page.content.decode()
    assert "频繁" in json.loads(api.content)["error"]
    assert api.headers["Retry-After"] == "60"


def test_the_form_itself_is_never_refused(two_sites, client_of, monkeypatch):
    monkeypatch.setattr(limits, "SEARCHES_A_MINUTE", 1)
    client = client_of(two_sites.a)

    assert {client.get("/search/").status_code for _ in range(5)} == {200}


def test_suggestions_become_none_for_who_asks_too_often(two_sites, client_of, monkeypatch):
    monkeypatch.setattr(limits, "SUGGESTIONS_A_MINUTE", 1)
    make_article(two_sites.a, "公证收费办法")
    client = client_of(two_sites.a)

    found = [len(json.loads(client.get("/search/suggest/?q=公证收").content)["suggestions"]) for _ in range(3)]

    assert found == [1, 0, 0]


# --- When PostgreSQL itself gives up -----------------------------------------------------------------------------------


def test_database_that_gives_up_gives_a_hint_and_no_500(two_sites, client_of, monkeypatch):
    def give_up(self, request):
        raise EngineProblem("postgresql: canceling statement due to statement timeout")

    monkeypatch.setattr(PostgresEngine, "retrieve", give_up)
    client = client_of(two_sites.a)
    client.raise_request_exception = False

    assert client.get("/search/?q=公证").status_code in {200, 503}
    assert client.get("/api/search/?q=公证").status_code in {200, 503}
