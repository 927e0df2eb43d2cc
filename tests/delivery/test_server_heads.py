"""What the door reads of a request: as the server's parser reads it, or not at all."""

import re

import httptools
import pytest
from a2wsgi.wsgi import build_environ
from hypothesis import given
from hypothesis import strategies as st

from delivery.cache.keys import Question, read_question
from delivery.server.heads import LONGEST_HEAD, read_head

HOST = "sfj.localhost"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    read_head.cache_clear()


def head(line: str = "GET / HTTP/1.1", *fields: str, host: str = f"Host: {HOST}") -> bytes:
    return "\r\n".join([line, *([host] if host else []), *fields, "", ""]).encode("latin-1")


class Parsed:
    """What llhttp makes of bytes, and a2wsgi of that: the long way."""

    def __init__(self, data: bytes) -> None:
        self.url, self.headers, self.bodies, self.messages = b"", [], 0, 0
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.bodies += 1

    def on_message_complete(self) -> None:
        self.messages += 1

    def question(self) -> Question | None:
        parts = httptools.parse_url(self.url)
        from urllib.parse import unquote

        scope = {"method": self.parser.get_method().decode(), "path": unquote(parts.path.decode("ascii"))}
        scope |= {"query_string": parts.query or b"", "headers": self.headers, "http_version": "1.1"}
        return read_question(build_environ(scope | {"client": ("192.0.2.1", 1)}, None))  # type: ignore[arg-type]


def test_a_plain_request_is_read():
    asked = read_head(
        head("GET /tzgg/?page=2 HTTP/1.1", "Accept-Encoding: gzip, br", 'If-None-Match: "x"', "X-Request-ID: abcdefgh"),
        "192.0.2.1",
    )
    assert asked is not None
    assert (asked.question.key.path, asked.question.key.query) == ("/tzgg/", "page=2")
    assert (asked.accepts, asked.condition, asked.request_id) == ("gzip, br", '"x"', "abcdefgh")
    assert not asked.is_head
    assert read_head(head("HEAD / HTTP/1.1"), "192.0.2.1").is_head


LEFT_ALONE = {
    "two requests": head() + head(),
    "half a request": head()[:-2],
    "a body": head("GET / HTTP/1.1", "Content-Length: 1") + b"x",
    "the length of a body": head("GET / HTTP/1.1", "Content-Length: 0"),
    "a body in parts": head("GET / HTTP/1.1", "Transfer-Encoding: chunked"),
    "another method": head("POST / HTTP/1.1"),
    "an older version": head("GET / HTTP/1.0"),
    "an absolute address": head(f"GET http://{HOST}/ HTTP/1.1"),
    "an authority at the path's beginning": head("GET //sfj.localhost/ HTTP/1.1"),
    "no host": head(host=""),
    "two hosts": head("GET / HTTP/1.1", "Host: jingning.sfj.localhost"),
    "two cookies": head("GET / HTTP/1.1", "Cookie: a=1", "Cookie: b=1"),
    "a session": head("GET / HTTP/1.1", "Cookie: sessionid=1"),
    "a name in code": head("GET / HTTP/1.1", "X_Forwarded_Proto: https"),
    "a blank before the colon": head("GET / HTTP/1.1", "Cookie : a=1"),
    "a folded line": head("GET / HTTP/1.1", "Cookie: a=1", " b=2"),
    "line ends of Unix": head().replace(b"\r\n", b"\n"),
    "a lone carriage return": head("GET / HTTP/1.1", "Cookie: a\rb"),
    "an end to the connection": head("GET / HTTP/1.1", "Connection: close"),
    "another protocol": head("GET / HTTP/1.1", "Connection: Upgrade", "Upgrade: h2c"),
    "a promise of a body": head("GET / HTTP/1.1", "Expect: 100-continue"),
    "a part": head("GET / HTTP/1.1", "Range: bytes=0-1"),
    "letters that are none": head("GET /%FF HTTP/1.1"),
    "letters beyond ASCII": head("GET / HTTP/1.1", "Cookie: a=\xe9"),
    "a fragment": head("GET /#x HTTP/1.1"),
    "too much": head("GET / HTTP/1.1", "X: " + "x" * LONGEST_HEAD),
    "a page of the admin": head("GET /admin/ HTTP/1.1"),
    "a search": head("GET /tzgg/?q=x HTTP/1.1"),
}


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_the_door_leaves_alone(what: str):
    assert read_head(LEFT_ALONE[what], "192.0.2.1") is None


def test_a_stranger_says_nothing_of_his_scheme(settings):
    settings.ALLOWED_PROXIES = ["127.0.0.1"]
    data = head("GET / HTTP/1.1", "X-Forwarded-Proto: https")
    assert read_head(data, "192.0.2.1").question.key.scheme == "http"
    assert read_head(data, "127.0.0.1").question.key.scheme == "https"


NAMES = ["Host", "host", "Cookie", "Accept", "Content-Length", "Transfer-Encoding", "Connection", "If-None-Match"]
NAMES += ["X-Forwarded-Proto", "X_Forwarded_Proto", "Cookie ", "", "Expect", "X-Request-ID", "accept-encoding"]
VALUES = st.one_of(
    st.sampled_from([HOST, "0", "5", "chunked", "keep-alive", "close", "reader=1..", "a=1; reader=.huge", " x\t", ""]),
    st.text(st.characters(max_codepoint=255), max_size=8),
)
TARGETS = st.one_of(
    st.sampled_from(
        ["/", "/tzgg/", "/tzgg/?page=2&year=2024&page=3", "/%E5%86%9C?x", "//x/", "/a#b", "*", "http://x/", "/;a?b"]
    ),
    st.text(st.sampled_from("/ab%2F?&=#;:@\\ \t\x7fé"), max_size=12).map(lambda text: "/" + text),
)


@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "get", "GE T"]),
    target=TARGETS,
    version=st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "http/1.1"]),
    fields=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4),
    end=st.sampled_from(["\r\n\r\n", "\n\n", "\r\n", "\r\n\r\nx", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"]),
)
def test_what_is_read_the_parser_reads_alike(method, target, version, fields, end):
    lines = [f"{method} {target} {version}", f"Host: {HOST}", *(f"{name}: {value}" for name, value in fields)]
    data = ("\r\n".join(lines) + end).encode("latin-1")
    asked = read_head(data, "192.0.2.1")
    if asked is None:
        return
    parsed = Parsed(data)
    assert (parsed.messages, parsed.bodies) == (1, 0)
    assert parsed.parser.should_keep_alive()
    assert not parsed.parser.should_upgrade()
    assert asked.question == parsed.question()
    assert re.match(rb"(GET|HEAD) ", data)
