"""The page cache in front of Django: what is kept, for whom, and what never is."""

import gzip
import threading
from collections.abc import Iterable
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.cache.answers import Stored, choose_encoding
from delivery.cache.keys import PageKey, make_environ, read_question
from delivery.cache.layer import PageCacheLayer
from delivery.cache.rendering import Rendered
from delivery.cache.store import PageStore
from site_core import reading

HOST = "sfj.localhost"
BODY = "<p>正文</p>".encode() * 200


class Site:
    """An application that counts, and says what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: tuple[str, list[tuple[str, str]], bytes] = ("200 OK", [("Content-Type", "text/html")], BODY)
        self.tags = {"settings:city", "page:city:1"}
        self.meanwhile: Any = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ)
        for tag in self.tags:
            reading.record(tag)
        status, headers, body = self.answer
        if self.meanwhile:
            self.meanwhile()
        start_response(status, list(headers))
        return [body]


class Asked:
    """An answer as the reader gets it."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def source(self) -> str:
        """Cache-Status."""
        return self.headers["cache-status"].removeprefix("sitecluster; ")


@pytest.fixture
def store() -> PageStore:
    store = PageStore(10_000_000)
    store.open()
    return store


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def layer(site: Site, store: PageStore) -> PageCacheLayer:
    return PageCacheLayer(site, store)


def ask(layer: PageCacheLayer, path: str = "/", query: str = "", **headers: str) -> Asked:
    """A request of a reader."""
    environ = make_environ(PageKey("http", headers.pop("HTTP_HOST", HOST), path, query, "")) | headers
    taken: list[Any] = []
    body = b"".join(layer(environ, lambda status, given, *rest: taken.extend((status, given))))
    return Asked(taken[0], taken[1], body)


def test_page_is_rendered_once_and_again_after_its_tag_was_purged(layer, site, store):
    assert [ask(layer).source for _ in range(3)] == ["fwd=uri-miss; stored", "hit", "hit"]
    store.purge(["page:city:2"])
    assert ask(layer).source == "hit"
    store.purge(["page:city:1"])
    site.answer = ("200 OK", [("Content-Type", "text/html")], b"new")
    assert ask(layer).body == b"new"
    assert len(site.asked) == 2


def test_nothing_rendered_from_before_a_purge_is_kept(layer, site, store):
    """The purge is heard while the page is rendered from what was before: the next reader gets another one."""
    site.meanwhile = lambda: store.purge(["page:city:1"])
    assert ask(layer).source == "fwd=uri-miss"
    site.meanwhile = None
    assert ask(layer).source == "fwd=uri-miss; stored"
    site.meanwhile = lambda: store.purge(["page:city:99"])
    assert ask(layer, "/b/").source == "fwd=uri-miss; stored"


def test_nothing_rendered_while_the_store_was_closed_is_kept(layer, site, store):
    def lose_and_find() -> None:
        store.close()
        store.open()

    site.meanwhile = lose_and_find
    assert ask(layer).source == "fwd=uri-miss"
    site.meanwhile = None
    store.close()
    assert ask(layer).source == "fwd=bypass"


def test_readers_who_wait_share_one_rendering(layer, site):
    inside, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        assert go_on.wait(10)

    site.meanwhile = hold
    answers: list[Asked] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(layer))) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert inside.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(answers) == 6
    assert len(site.asked) == 1
    assert {answer.body for answer in answers} == {BODY}


def test_reader_who_waits_for_what_was_purged_gets_another_one(layer, site, store):
    """He came after the change: the rendering that he waits for began before it."""
    inside, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        assert go_on.wait(10)

    site.meanwhile = hold
    first = threading.Thread(target=lambda: ask(layer))
    first.start()
    assert inside.wait(10)
    store.purge(["page:city:1"])
    late: list[Asked] = []
    second = threading.Thread(target=lambda: late.append(ask(layer)))
    second.start()
    site.answer, site.meanwhile = ("200 OK", [("Content-Type", "text/html")], b"new"), None
    go_on.set()
    first.join(10)
    second.join(10)
    assert late[0].body == b"new"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", [("Set-Cookie", "csrftoken=x")]),
        ("200 OK", [("Cache-Control", "private, no-store")]),
        ("200 OK", [("Vary", "Accept-Language")]),
        ("302 Found", [("Location", "/a/")]),
        ("500 Internal Server Error", []),
        ("403 Forbidden", []),
    ],
)
def test_what_is_for_one_reader_alone_is_not_kept(layer, site, status, headers):
    site.answer = (status, headers, b"mine")
    assert ask(layer).source == "fwd=bypass"
    assert ask(layer).source == "fwd=bypass"


def test_what_is_of_no_site_is_not_kept(layer, site):
    site.tags = {"page:city:1"}
    assert ask(layer).source == ask(layer).source == "fwd=bypass"


def test_page_that_says_so_is_not_kept(layer, site):
    site.meanwhile = lambda: reading.refuse_to_keep("reads sessions")
    assert ask(layer).source == ask(layer).source == "fwd=bypass"


@pytest.mark.parametrize("cookie", ["sessionid=abc", "reader=1; sessionid=abc", "messages=x", "a=b;sessionid=abc"])
def test_whoever_is_signed_in_passes_by(layer, site, cookie):
    ask(layer)
    site.answer = ("200 OK", [("Content-Type", "text/html")], b"for the editor")
    answer = ask(layer, HTTP_COOKIE=cookie)
    assert (answer.body, answer.source) == (b"for the editor", "fwd=bypass")
    assert ask(layer).body == BODY


@pytest.mark.parametrize(
    "path", ["/admin/", "/account/x.css", "/api/search/", "/search/", "/documents/1/a.pdf", "/leave/"]
)
def test_paths_that_are_never_kept(layer, path):
    assert ask(layer, path).source == ask(layer, path).source == "fwd=bypass"


def test_page_is_made_from_its_key_alone(layer, site):
    """Whatever else a stranger sends cannot get into the page that others are given."""
    strange = {
        "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "1.2.3.4",
        "HTTP_X_ORIGINAL_URL": "/admin/", "HTTP_X_REWRITE_URL": "/admin/", "HTTP_ACCEPT_LANGUAGE": "en", "HTTP_USER_AGENT": "x",
        "HTTP_REFERER": "http://evil.example/", "HTTP_RANGE": "bytes=0-3", "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
        "HTTP_COOKIE": "a=b; csrftoken=c", "HTTP_FORWARDED": "host=evil.example", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest",
    }  # fmt: skip
    ask(layer, **strange)
    seen = site.asked[0]
    assert not set(strange) & set(seen)
    assert seen["wsgi.url_scheme"] == "http"
    assert ask(layer).source == "hit"


def test_scheme_of_a_trusted_proxy_counts(layer, site, settings):
    settings.ALLOWED_PROXIES = ["127.0.0.1"]
    ask(layer, HTTP_X_FORWARDED_PROTO="https")
    assert site.asked[0]["wsgi.url_scheme"] == "https"
    assert ask(layer).source == "fwd=uri-miss; stored"


def test_parameters_that_pages_know_make_other_pages_in_any_order(layer, site):
    assert ask(layer, "/a/", "page=2&year=2026").source == "fwd=uri-miss; stored"
    assert ask(layer, "/a/", "year=2026&page=2").source == "hit"
    assert ask(layer, "/a/", "year=2026&page=3").source == "fwd=uri-miss; stored"
    assert [each["QUERY_STRING"] for each in site.asked] == ["page=2&year=2026", "page=3&year=2026"]


def test_strange_parameters_get_the_page_without_them(layer, site):
    assert ask(layer, "/a/", "utm_source=x&cb=1").source == "fwd=uri-miss; stored"
    assert site.asked[0]["QUERY_STRING"] == ""
    assert ask(layer, "/a/").source == "hit"
    assert ask(layer, "/a/", "page=<script>").source == "hit"
    assert ask(layer, "/a/", "x=" + "y" * 100_000).source == "hit"


def test_strange_parameters_where_there_is_no_page_reach_django(layer, site):
    """An old address may have been one with parameters: its redirection is Django's to know."""
    site.answer = ("404 Not Found", [("Content-Type", "text/html")], b"nothing")
    assert ask(layer, "/news.asp").source == "fwd=uri-miss; stored"
    assert ask(layer, "/news.asp", "id=7").source == "fwd=bypass"
    assert site.asked[-1]["QUERY_STRING"] == "id=7"


@pytest.mark.parametrize("query", ["q=word", "elder=1", "size=large&page=2", "script=hant", "contrast=dark"])
def test_searches_and_choices_pass_by(layer, query):
    assert ask(layer, "/a/", query).source == "fwd=bypass"


def test_readers_settings_make_pages_of_their_own(layer, site):
    ask(layer)
    assert ask(layer, HTTP_COOKIE="reader=1").source == "fwd=uri-miss; stored"
    assert site.asked[1]["HTTP_COOKIE"] == "reader=1"
    assert ask(layer, HTTP_COOKIE="reader=1; other=x").source == "hit"
    assert ask(layer, HTTP_COOKIE="reader=nonsense.<b>").source == "hit"


@pytest.mark.parametrize("host", ["SFJ.LOCALHOST", "sfj.localhost:80", "evil.example", ""])
def test_hosts_never_share_a_page(layer, site, host):
    """Another spelling is the same host in lower case or another key; a strange host never gets a site's page."""
    ask(layer)
    answer = ask(layer, HTTP_HOST=host)
    assert answer.source == ("hit" if host.lower() == HOST else "fwd=uri-miss; stored")


def test_head_and_conditional_requests(layer):
    full = ask(layer)
    head = ask(layer, REQUEST_METHOD="HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(BODY)))
    etag = full.headers["etag"]
    for condition in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = ask(layer, HTTP_IF_NONE_MATCH=condition)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == etag
    assert ask(layer, HTTP_IF_NONE_MATCH='"other"').status == 200
    assert ask(layer, REQUEST_METHOD="POST").source == "fwd=bypass"


def test_variants_are_made_once_and_have_tags_of_their_own(layer, store):
    plain = ask(layer)
    zipped = ask(layer, HTTP_ACCEPT_ENCODING="gzip")
    packed = ask(layer, HTTP_ACCEPT_ENCODING="gzip, deflate, br")
    assert gzip.decompress(zipped.body) == brotli.decompress(packed.body) == plain.body == BODY
    assert len({answer.headers["etag"] for answer in (plain, zipped, packed)}) == 3
    assert packed.headers["vary"] == "Accept-Encoding, Cookie"
    assert (
        ask(layer, HTTP_ACCEPT_ENCODING="br").body is packed.body
        or ask(layer, HTTP_ACCEPT_ENCODING="br").body == packed.body
    )
    assert store.state().bytes > len(BODY) + len(zipped.body) + len(packed.body)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip;q=0, br;q=0", ""),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("gzip;q=1.0, br;q=x", "gzip"),
    ],
)
def test_choice_of_encoding(accepted, encoding):
    assert choose_encoding(accepted) == encoding


def test_every_answer_has_an_id_and_the_callers_is_kept(layer):
    first, second = ask(layer), ask(layer)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert ask(layer, HTTP_X_REQUEST_ID="abcdef-12345").headers["x-request-id"] == "abcdef-12345"
    assert "\n" not in ask(layer, HTTP_X_REQUEST_ID="abcdefgh\nx").headers["x-request-id"]


def stored(size: int, tags: Iterable[str] = ("t",), status: int = 200) -> Stored:
    made = Rendered(status, "OK", (), b"x" * size, frozenset(tags), None, "")
    return Stored(made)


def test_store_keeps_within_its_bytes_and_lets_the_least_read_go():
    store = PageStore(56_000)
    store.open()
    keys = [PageKey("http", HOST, f"/{number}/", "", "") for number in range(10)]
    for key in keys[:5]:
        store.put(key, stored(8_000), store.begin())
    store.get(keys[0])
    for key in keys[5:]:
        store.put(key, stored(8_000), store.begin())
        store.get(keys[0])
    assert store.state().bytes <= 56_000
    assert store.get(keys[0]) is not None
    assert store.get(keys[1]) is None
    assert not store.put(PageKey("http", HOST, "/large/", "", ""), stored(20_000), store.begin())


def test_what_is_not_there_cannot_push_out_what_is():
    store = PageStore(1_000_000)
    store.open()
    page = PageKey("http", HOST, "/", "", "")
    store.put(page, stored(1000), store.begin())
    for number in range(2000):
        store.put(PageKey("http", HOST, f"/{number}/", "", ""), stored(1000, status=404), store.begin())
    assert store.get(page) is not None
    assert store.state().pages < 30


TAGS = st.sets(st.sampled_from("abcdef"), min_size=1)
STEPS = st.lists(
    st.one_of(st.tuples(st.just("put"), st.integers(0, 5), TAGS), st.tuples(st.just("purge"), st.just(0), TAGS))
)


@given(STEPS, st.integers(0, 4))
def test_store_never_holds_what_was_purged_since_it_was_begun(steps, late):
    """Renderings that end later than they began, in any order with purges; what is held carries no tag purged since."""
    store = PageStore(10_000_000)
    store.open()
    begun: list[tuple[int, int, set[str], int]] = []
    purges: list[set[str]] = []
    held: dict[int, tuple[set[str], int]] = {}
    for kind, number, tags in steps:
        if kind == "purge":
            store.purge(sorted(tags))
            purges.append(tags)
        else:
            begun.append((number, store.begin(), tags, len(purges)))
        while len(begun) > late:
            page, moment, its_tags, seen = begun.pop(0)
            if store.put(PageKey("http", HOST, f"/{page}/", "", ""), stored(10, its_tags), moment):
                held[page] = (its_tags, seen)
    for page, (its_tags, seen) in held.items():
        if store.get(PageKey("http", HOST, f"/{page}/", "", "")) is not None:
            assert not any(its_tags & purged for purged in purges[seen:])


def test_encoded_paths_are_the_path_that_django_sees():
    """A server hands over decoded paths: two spellings of one address are one page, and another address is another."""
    first = read_question(make_environ(PageKey("http", HOST, "/a/b/", "", "")))
    second = read_question(make_environ(PageKey("http", HOST, "/a%2Fb/", "", "")))
    assert first is not None
    assert second is not None
    assert first.key != second.key
