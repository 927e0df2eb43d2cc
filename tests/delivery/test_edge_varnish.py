"""The VCL of deploy/varnish in a real varnishd, in front of a small application that answers as told."""

import itertools
import re
import threading
import time

import pytest
from django.conf import settings

from delivery.cache import keys
from site_core.reader import ReaderSettings
from tests.delivery.varnish import VCL, keep, run_backend, run_varnish, wait_for

pytestmark = pytest.mark.needs("varnish")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with run_backend() as backend, run_varnish(tmp_path_factory.mktemp("varnish"), backend.port) as node:
        yield node, backend


@pytest.fixture
def backend(running):
    return running[1]


@pytest.fixture
def node(running, backend):
    """The node, empty and with an application that is well."""
    node = running[0]
    backend.forget()
    wait_for(lambda: is_seen_well(node))
    node.flush()
    backend.forget()
    return node


def is_seen_well(node):
    return node.ask("/account/never-kept").status == 200


def is_hit(answer):
    return "varnish; hit" in answer.source


# --- Kept, dropped, told ----------------------------------------------------------------------------------------------


def test_page_is_kept_and_nothing_of_the_inside_is_told(node, backend):
    first, second = node.ask("/tzgg/"), node.ask("/tzgg/")
    assert first.source == "varnish; fwd=uri-miss; stored"
    assert second.source == "varnish; hit"
    assert backend.paths() == ["/tzgg/"]
    for answer in (first, second):
        assert answer.headers["vary"] == "Accept-Encoding, Cookie"
        assert answer.headers["cache-control"] == "no-cache"
        assert not {"xkey", "surrogate-control", "x-checked-at"} & set(answer.headers)
        assert not [name for name in answer.headers if name.startswith("x-edge")]
        # Of the request that rendered the page: the application knows no other.
        assert answer.headers["x-request-id"] == backend.asked[0].headers["x-request-id"]


def test_purge_by_tag_drops_only_what_carries_it(node, backend):
    for path, tags in {"/a/": "page:a:1 nav:a", "/b/": "page:a:11", "/c/": "nav:a"}.items():
        backend.pages[path] = lambda asked, tags=tags: (200, keep(tags), b"x")
        node.ask(path)
    purged = node.purge("page:a:1")
    assert (purged.status, purged.text) == (200, "1")
    assert [is_hit(node.ask(path)) for path in ("/a/", "/b/", "/c/")] == [False, True, True]
    assert node.purge("page:a:11 nav:a none:none").text == "3"
    assert node.purge("none:none").text == "0"


def test_tags_may_stand_in_many_lines(node, backend):
    many = [f"page:kongtong:{number}" for number in range(2000)]
    lines = [" ".join(many[start : start + 200]) for start in range(0, 2000, 200)]

    def answer(asked):
        return 200, LinesOf(keep(), lines), b"x"

    backend.pages["/many/"] = answer
    node.ask("/many/")
    assert is_hit(node.ask("/many/"))
    assert node.purge("page:kongtong:1999").text == "1"


class LinesOf(dict):
    """Headers of which xkey comes several times."""

    def __init__(self, headers, lines):
        super().__init__(headers)
        self.lines = lines

    def items(self):
        return [*super().items(), *(("xkey", line) for line in self.lines)]


def test_flush_empties_pages_and_files(node, backend):
    backend.pages["/static/a.css"] = lambda asked: (200, {"Cache-Control": "max-age=600"}, b"x")
    for path in ("/a/", "/static/a.css"):
        node.ask(path)
        assert is_hit(node.ask(path))
    node.purge("*")
    assert not is_hit(node.ask("/a/"))
    assert not is_hit(node.ask("/static/a.css"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cache-Control": "max-age=600", "Content-Type": "text/html"},
        {"Surrogate-Control": "no-store", "xkey": "* page:a:1"},
        {"Surrogate-Control": "max-age=600"},
        {**keep(), "Set-Cookie": "csrftoken=x"},
        {name: value for name, value in keep().items() if name != "X-Checked-At"},
    ],
)
def test_nothing_is_kept_that_is_not_said_to_be_for_all(node, backend, headers):
    backend.pages["/a/"] = lambda asked: (200, headers, b"x")
    for _ in range(2):
        assert not is_hit(node.ask("/a/"))
    assert len(backend.asked) == 2


@pytest.mark.parametrize("late", [1.5, -2.0, 86400.0])
def test_answer_that_was_long_on_its_way_is_not_kept(node, backend, late):
    """Or whose clock is wrong: then nothing says that no purge passed it."""
    backend.pages["/a/"] = lambda asked: (200, {**keep(), "X-Checked-At": keep(late=late)["X-Checked-At"]}, b"x")
    assert node.ask("/a/").source == "varnish; fwd=uri-miss; detail=late"
    assert not is_hit(node.ask("/a/"))


def test_page_purged_while_it_was_rendered_is_shown_to_nobody_who_came_after(node, backend):
    """The reader who waits for the same page gets one of his own, and only that is kept."""
    began, may_end = threading.Event(), threading.Event()
    answers = {}

    def slow(asked):
        if len(backend.asked) > 1:
            return 200, keep(), b"new"
        began.set()
        may_end.wait(10)
        # What the application says when a purge came meanwhile.
        return 200, {**keep(), "Surrogate-Control": "no-store"}, b"old"

    backend.pages["/a/"] = slow
    readers = [threading.Thread(target=lambda name=name: answers.update({name: node.ask("/a/")})) for name in "12"]
    readers[0].start()
    assert began.wait(10)
    node.purge("page:a:1")
    readers[1].start()
    may_end.set()
    for reader in readers:
        reader.join(10)
    assert (answers["1"].text, answers["2"].text) == ("old", "new")
    assert node.ask("/a/").text == "new"


def test_one_request_serves_all_who_wait(node, backend):
    began, may_end = threading.Event(), threading.Event()

    def slow(asked):
        began.set()
        may_end.wait(10)
        return 200, keep(), b"x"

    backend.pages["/a/"] = slow
    readers = [threading.Thread(target=node.ask, args=("/a/",)) for _ in range(5)]
    for reader in readers:
        reader.start()
    assert began.wait(10)
    may_end.set()
    for reader in readers:
        reader.join(10)
    assert backend.paths() == ["/a/"]


def test_not_found_holds_as_long_as_it_says(node, backend):
    backend.pages["/gone/"] = lambda asked: (404, keep(seconds=60), b"404")
    node.ask("/gone/")
    second = node.ask("/gone/")
    assert second.status == 404
    assert is_hit(second)
    wait_for(lambda: node.seconds_kept("/gone/"))
    assert node.seconds_kept("/gone/") == [60]


def test_compressed_once_and_compared_by_entity_tag(node, backend):
    body = "正文".encode() * 500
    backend.pages["/a/"] = lambda asked: (200, keep(ETag='"abc"'), body)
    packed, plain = node.ask("/a/", Accept_Encoding="gzip, br"), node.ask("/a/")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < 200
    assert plain.body == body
    for answer in (packed, plain):
        assert node.ask("/a/", If_None_Match=answer.headers["etag"]).status == 304
    assert node.ask("/a/", If_None_Match='"other"').status == 200
    head = node.ask("/a/", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert len(backend.asked) == 1


def test_files_follow_their_own_headers(node, backend):
    for path, control in {"/static/a.css": "max-age=31536000", "/media/images/a.jpg": "max-age=86400"}.items():
        backend.pages[path] = lambda asked, control=control: (200, {"Cache-Control": control}, b"x")
        node.ask(path, Cookie="sessionless=1")
        answer = node.ask(f"{path}?anything=1")
        assert is_hit(answer)
        assert answer.headers["cache-control"] == control
    wait_for(lambda: node.seconds_kept("/media/images/a.jpg"))
    assert node.seconds_kept("/media/images/a.jpg") == [300]
    # One copy of a static file for all sites; a picture is its own site's.
    assert is_hit(node.ask("/static/a.css", host="jingning.sfj.localhost"))
    assert not is_hit(node.ask("/media/images/a.jpg", host="jingning.sfj.localhost"))
    for path in ("/media/images/b.jpg", "/static/none.css"):
        backend.pages[path] = lambda asked: (404, {"Cache-Control": "max-age=600"}, b"x")
        assert not is_hit(node.ask(path))
        assert not is_hit(node.ask(path))


# --- While the application is away ------------------------------------------------------------------------------------


def make_sick(node, backend):
    backend.health = 503
    wait_for(lambda: not is_seen_well(node))


def test_nothing_past_its_time_is_served_while_the_application_is_well(node, backend):
    backend.pages["/a/"] = lambda asked: (200, keep(seconds=1), b"old")
    node.ask("/a/")
    over = time.monotonic() + 1.1
    backend.pages["/a/"] = lambda asked: (200, keep(seconds=1), b"new")
    wait_for(lambda: time.monotonic() > over)
    assert node.ask("/a/").text == "new"


def test_what_is_held_is_served_while_the_application_is_away(node, backend):
    """For a day, also what is over; what is not held gets a clean 503; afterwards it recovers by itself."""
    backend.pages["/short/"] = lambda asked: (200, keep(seconds=1), b"short")
    node.ask("/short/")
    node.ask("/long/")
    backend.pages["/new/"] = lambda asked: (503, {}, b"database away")
    backend.pages["/short/"] = backend.pages["/new/"]
    make_sick(node, backend)
    wait_for(lambda: "ttl=-" in node.ask("/short/").source)
    assert node.ask("/short/").text == "short"
    assert is_hit(node.ask("/long/"))
    away = node.ask("/new/")
    assert (away.status, away.headers["retry-after"]) == (503, "30")
    assert "暂时无法访问" in away.text
    assert away.headers["cache-control"] == "no-store"
    backend.forget()
    wait_for(lambda: node.ask("/new/").status == 200)
    assert is_hit(node.ask("/new/"))


def test_page_past_its_time_is_served_before_the_probe_has_noticed(node, backend):
    backend.pages["/a/"] = lambda asked: (200, keep(seconds=1), b"old")
    node.ask("/a/")
    backend.pages["/a/"] = lambda asked: (503, {}, b"")
    wait_for(lambda: "ttl=-" in node.ask("/a/").source or len(backend.asked) > 5)
    for _ in range(3):
        answer = node.ask("/a/")
        assert (answer.status, answer.text) == (200, "old")


def test_purged_page_is_not_served_however_sick_the_application_is(node, backend):
    node.ask("/a/")
    make_sick(node, backend)
    assert node.purge("page:a:1").text != "0"
    assert node.ask("/a/").status == 503


def test_error_of_the_application_keeps_its_own_text(node, backend):
    """The notice of a suspended site, say."""
    backend.pages["/a/"] = lambda asked: (503, {"Content-Type": "text/html"}, "停用".encode())
    assert node.ask("/a/").text == "停用"


# --- Whose request it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cookie", ["sessionid=s", "a=b; sessionid=s", "messages=m", "reader=1;sessionid = s", "x=reader; messages=m"]
)
def test_signed_in_editor_neither_gets_nor_leaves_a_page(node, backend, cookie):
    node.ask("/a/")
    backend.pages["/a/"] = lambda asked: (200, keep(), b"of the editor")
    answer = node.ask("/a/", Cookie=cookie)
    assert answer.text == "of the editor"
    assert answer.source == "varnish; fwd=bypass"
    assert backend.asked[-1].headers["cookie"] == cookie
    assert node.ask("/a/").text == "/a/"
    node.ask("/b/", Cookie=cookie)
    assert not is_hit(node.ask("/b/"))


def test_other_cookies_and_headers_do_not_reach_the_application(node, backend):
    node.ask(
        "/a/",
        source="127.0.0.2",
        Cookie="_ga=1; csrftoken=x; reader=1.large",
        X_Forwarded_Host="evil.example",
        X_Forwarded_For="6.6.6.6",
        X_Forwarded_Proto="https",
        X_Original_URL="/admin/",
        X_HTTP_Method_Override="DELETE",
        X_Edge_Is="pass",
        X_Request_ID="stranger-stranger",
    )
    (asked,) = backend.asked
    assert asked.headers["cookie"] == "reader=1.large"
    assert asked.headers["x-forwarded-for"] == "127.0.0.2"
    assert asked.headers["x-request-id"].startswith("edge-")
    strange = {"x-forwarded-host", "x-forwarded-proto", "x-original-url", "x-http-method-override"}
    assert not strange & set(asked.headers)
    assert not [name for name in asked.headers if name.startswith("x-edge")]
    assert is_hit(node.ask("/a/", Cookie="reader=1.large"))
    assert not is_hit(node.ask("/a/"))


def test_trusted_proxy_is_believed(node, backend):
    sent = {"X_Forwarded_For": "6.6.6.6, 7.7.7.7", "X_Forwarded_Proto": "https", "X_Request_ID": "0123456789abcdef"}
    answer = node.ask("/a/", source="127.0.0.9", **sent)
    (asked,) = backend.asked
    assert asked.headers["x-forwarded-for"] == "7.7.7.7"
    assert asked.headers["x-forwarded-proto"] == "https"
    assert answer.headers["x-request-id"] == asked.headers["x-request-id"] == "0123456789abcdef"
    # Who comes without TLS gets no page that was made for those with.
    assert not is_hit(node.ask("/a/", source="127.0.0.2"))
    sent["X_Request_ID"] = "another-request"
    second = node.ask("/a/", source="127.0.0.9", **sent)
    assert is_hit(second)
    assert second.headers["x-request-id"] == "another-request"
    sent["X_Request_ID"] = "<no-number>"
    assert node.ask("/a/", source="127.0.0.9", **sent).headers["x-request-id"] == "0123456789abcdef"
    assert is_hit(node.ask("/a/", source="127.0.0.9", **sent))


def test_purge_from_a_stranger_is_refused(node, backend):
    node.ask("/a/")
    assert node.purge("*", source="127.0.0.2").status == 403
    assert node.purge("*", source="127.0.0.2", X_Forwarded_For="127.0.0.1").status == 403
    # Through a proxy on a machine that may purge.
    assert node.purge("*", X_Forwarded_For="6.6.6.6").status == 403
    assert is_hit(node.ask("/a/"))


def test_every_reader_setting_has_its_own_page(node, backend):
    choices = itertools.product(("", "1"), ("", "large", "huge"), ("", "dark", "blue"), ("", "hant"))
    cookies = [ReaderSettings(*choice).to_cookie() for choice in choices]
    for cookie in cookies:
        headers = {"Cookie": f"reader={cookie}"} if cookie else {}
        assert not is_hit(node.ask("/a/", **headers)), cookie
        assert is_hit(node.ask("/a/", **headers))
    for forged in ("reader=2", "reader=1.", "reader=evil", "reader=1.large.dark.hant.x", "xreader=1", "reader="):
        assert is_hit(node.ask("/a/", Cookie=forged)), forged
    assert len(backend.asked) == len(cookies)


# --- Keys -------------------------------------------------------------------------------------------------------------


def test_vcl_knows_the_same_paths_and_parameters_as_the_page_cache(node, backend):
    text = (VCL / "sitecluster.vcl").read_text()
    for path in keys.never_kept():
        if path in ("/media/", "/static/"):
            continue
        assert not is_hit(node.ask(f"{path}x"))
        assert not is_hit(node.ask(f"{path}x")), path
    for name in keys._PARAMETERS:
        assert f"&({name}" in text or f"|{name}" in text
    assert len(set(re.findall(r"admin/\|[^\"]*media/", text))) == 1
    listed = re.findall(r"\(\?:page((?:\|\w+)+)\)", text)
    assert listed
    for names in listed:
        assert {"page", *names.strip("|").split("|")} == set(keys._PARAMETERS)
    for name in ("elder", "size", "contrast", "script", keys._SEARCHED):
        assert keys._read_query(f"{name}=1") is None
        assert node.ask(f"/a/?{name}=1").source == "varnish; fwd=bypass"
    for name in keys._PERSONAL:
        assert node.ask("/a/", Cookie=f"{name}=1").source == "varnish; fwd=bypass"
    assert frozenset({settings.SESSION_COOKIE_NAME, "messages"}) == keys._PERSONAL


@pytest.mark.parametrize(
    ("spelling", "clean"),
    [
        ("/a/?utm_source=x", "/a/"),
        ("/a/?", "/a/"),
        ("/a/?page=2&utm=1", "/a/?page=2"),
        ("/a/?year=2020&page=2", "/a/?page=2&year=2020"),
        ("/a/?&&page=2&", "/a/?page=2"),
        ("/a/#part", "/a/"),
        ("/a/?x=1#part", "/a/"),
        ("/a/?pages=2", "/a/"),
        ("/a/?" + "x" * 5000, "/a/"),
        ("/a/?x=" + "%20" * 50, "/a/"),
        ("/a/?topic=%E6%B3%95&x=1", "/a/?topic=%E6%B3%95"),
        ("/a/?validity=youxiao&kind=law_office&region=620800", "/a/?kind=law_office&region=620800&validity=youxiao"),
    ],
)
def test_one_spelling_of_an_address_is_asked_for_and_kept(node, backend, spelling, clean):
    node.ask(spelling)
    assert backend.paths() == [clean]
    assert is_hit(node.ask(clean))


@pytest.mark.parametrize(
    "spelling",
    [
        "/%61/",
        "/a%2F",
        "/a%2fb",
        "/%e4/",
        "/%zz/",
        "/a;b/",
        "/a\\b/",
        "/a/?page=2&page=1",
        "/a/?page=%32",
        "/a/?p%61ge=2",
        "/a/?page=x",
        "/a/?page",
        "/a/?page=0",
        "/a/?page=2+",
        "/a/?page=2&page",
        "/" + "a" * 600,
    ],
)
def test_other_spellings_are_the_applications_and_never_kept(node, backend, spelling):
    for _ in range(2):
        assert node.ask(spelling).source == "varnish; fwd=bypass"
    assert backend.paths() == [spelling] * 2


def test_address_that_is_no_page_without_its_parameters_is_asked_for_as_it_came(node, backend):
    """Old addresses, which redirects know."""
    backend.pages["/index.php"] = lambda asked: (404, keep(), b"404")
    backend.pages["/index.php?id=5"] = lambda asked: (301, {"Location": "/a/"}, b"")
    for _ in range(2):
        answer = node.ask("/index.php?id=5")
        assert (answer.status, answer.headers["location"]) == (301, "/a/")
    assert node.ask("/index.php").status == 404


@pytest.mark.parametrize(
    "host",
    ["KONGTONG.sfj.localhost", "kongtong.sfj.localhost:8080", "kongtong.sfj.localhost.", "kongtong.sfj.localhost:"],
)
def test_one_spelling_of_a_host_is_kept(node, backend, host):
    node.ask("/a/")
    answer = node.ask("/a/", host=host)
    assert is_hit(answer) or answer.status == 400
    assert len(backend.asked) == 1
    assert backend.asked[0].headers["host"] == "kongtong.sfj.localhost"


@pytest.mark.parametrize(
    "host", ["", "a b", "a/b", "evil.example/..", "a,b", "<script>", "a:b", "-", "a" * 300, "司法.政务"]
)
def test_malformed_host_is_refused(node, backend, host):
    assert node.ask("/a/", host=host.encode().decode("latin-1")).status == 400
    assert backend.asked == []


def test_hosts_do_not_share_pages(node, backend):
    node.ask("/a/")
    assert not is_hit(node.ask("/a/", host="jingning.sfj.localhost"))
    # A full address in the request line counts as the host, whatever the header says.
    assert is_hit(node.ask("http://jingning.sfj.localhost/a/", host="kongtong.sfj.localhost"))


@pytest.mark.parametrize(
    "path", ["/account/x.css", "/admin/x.jpg", "/account/..%2Fstatic/x.css", "/search/static/a.css"]
)
def test_cache_deception_finds_nothing_kept(node, backend, path):
    backend.pages[path] = lambda asked: (200, {"Cache-Control": "max-age=600", "Content-Type": "text/css"}, b"secret")
    node.ask(path, Cookie="sessionid=s")
    node.ask(path)
    assert not is_hit(node.ask(path))


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "FOO", "BAN"])
def test_other_methods_are_refused(node, backend, method):
    assert node.ask("/a/", method).status in (400, 405)
    assert backend.asked == []


def test_what_is_posted_passes(node, backend):
    answer = node.ask("/a/", "POST", Content_Length="0", Cookie="csrftoken=x")
    assert answer.source == "varnish; fwd=method"
    assert backend.asked[0].headers["cookie"] == "csrftoken=x"
