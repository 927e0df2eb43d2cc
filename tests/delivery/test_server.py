"""The web server on a real socket: what the door answers, what goes behind it, and connections that misbehave."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from delivery.cache.answers import Stored
from delivery.cache.keys import PageKey
from delivery.cache.rendering import Rendered
from delivery.cache.store import PageStore
from delivery.server import protocol
from delivery.server.asgi import WebApplication
from delivery.server.door import Door
from delivery.server.protocol import LARGEST_HEAD, DoorProtocol
from tests.browser.server import wait_until

HOST = "sfj.localhost"
BODY = "<p>正文</p>".encode() * 200
HEAD = f"GET / HTTP/1.1\r\nHost: {HOST}\r\n"


class Behind:
    """A WSGI application that says what it was asked, and waits if it is told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.asked.append(environ | {"sent": sent})
        self.may_end.wait(10)
        start_response("200 OK", [("Content-Length", "6")])
        return [b"behind"]


class Scene:
    """A server in a thread of this process, its store, and what stands behind."""

    def __init__(self) -> None:
        self.store, self.behind, self.ended = PageStore(10_000_000), Behind(), threading.Event()
        self.store.open()
        application = WebApplication(self.behind, Door(self.store), threads=2, on_end=self.ended.set)
        config = uvicorn.Config(
            application, http=DoorProtocol, interface="asgi3", loop="uvloop", ws="none", lifespan="on",
            log_config=None, access_log=False, server_header=False, proxy_headers=False,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve(sockets=[self.listener])))

    def keep(self, path: str = "/", *, status: int = 200, host: str = HOST) -> PageKey:
        """Put a page into the store."""
        key = PageKey("http", host, path, "", "")
        headers = (("Content-Type", "text/html"), ("X-Page", path))
        made = Rendered(status, "OK" if status == 200 else "Not Found", headers, BODY, frozenset({"*"}), None, "")
        assert self.store.put(key, Stored(made), self.store.begin())
        return key

    def connect(self) -> socket.socket:
        return socket.create_connection(self.listener.getsockname(), timeout=10)

    def ask(self, connection: socket.socket, text: str, *, has_body: bool = True) -> "Answer":
        """One question and its answer. The server is done with it: a reader has the whole answer a moment before."""
        connection.sendall(text.encode())
        answer = Answer(connection, has_body=has_body)
        wait_until(lambda: not self.server.server_state.tasks)
        return answer


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    scene.thread.start()
    wait_until(lambda: scene.server.started)
    yield scene
    scene.behind.may_end.set()
    scene.server.should_exit = True
    scene.thread.join(10)
    assert not scene.thread.is_alive()


class Answer:
    """One answer, read off a connection to its end and no further."""

    def __init__(self, connection: socket.socket, *, has_body: bool = True) -> None:
        text = b""
        while not text.endswith(b"\r\n\r\n"):
            part = connection.recv(1)
            if not part:
                break
            text += part
        lines = text.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        self.body = b""
        length = int(self.headers.get("content-length", 0)) if has_body and self.status != 304 else 0
        while len(self.body) < length:
            self.body += connection.recv(length - len(self.body))


def test_a_page_in_store_is_answered_at_the_door(scene: Scene):
    scene.keep()
    with scene.connect() as connection:
        first, second = (scene.ask(connection, HEAD + "\r\n") for _ in range(2))
    assert (first.status, first.body) == (200, BODY)
    assert first.headers["cache-status"] == "sitecluster; hit"
    assert first.headers["x-page"] == "/"
    assert {"date", "etag", "vary", "cache-control"} <= set(first.headers)
    assert "server" not in first.headers
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert scene.behind.asked == []


def test_head_has_no_body_and_an_unchanged_page_none_either(scene: Scene):
    scene.keep()
    with scene.connect() as connection:
        whole = scene.ask(connection, HEAD + "\r\n")
        head = scene.ask(connection, HEAD.replace("GET", "HEAD") + "\r\n", has_body=False)
        same = scene.ask(connection, HEAD + f"If-None-Match: W/{whole.headers['etag']}\r\n\r\n")
        other = scene.ask(connection, HEAD + 'If-None-Match: "x"\r\n\r\n')
        assert (
            scene.ask(connection, HEAD + "X-Request-ID: from-nginx-1\r\n\r\n").headers["x-request-id"] == "from-nginx-1"
        )
    assert (head.status, head.headers["content-length"]) == (200, str(len(BODY)))
    assert (same.status, same.headers["etag"]) == (304, whole.headers["etag"])
    assert other.status == 200
    assert scene.behind.asked == []


def test_an_encoding_is_the_doors_once_it_is_made(scene: Scene):
    key = scene.keep()
    with scene.connect() as connection:
        assert scene.ask(connection, HEAD + "Accept-Encoding: br\r\n\r\n").body == b"behind"
        page = scene.store.get(key)
        assert page is not None
        page.variant("br")
        packed = scene.ask(connection, HEAD + "Accept-Encoding: br\r\n\r\n")
    assert packed.headers["content-encoding"] == "br"
    assert len(packed.body) < len(BODY)


def test_missing_page_is_told_from_one_with_strange_parameters(scene: Scene):
    scene.keep("/weg/", status=404)
    with scene.connect() as connection:
        plain = scene.ask(connection, HEAD.replace(" / ", " /weg/ ") + "\r\n")
        strange = scene.ask(connection, HEAD.replace(" / ", " /weg/?id=7 ") + "\r\n")
    assert plain.status == 404
    assert strange.body == b"behind"


def test_what_was_purged_goes_behind_the_door(scene: Scene):
    scene.keep()
    with scene.connect() as connection:
        assert scene.ask(connection, HEAD + "\r\n").body == BODY
        scene.store.purge(["*"])
        assert scene.ask(connection, HEAD + "\r\n").body == b"behind"
        scene.keep()
        assert scene.ask(connection, HEAD + "\r\n").body == BODY
        scene.store.close()
        assert scene.ask(connection, HEAD + "\r\n").body == b"behind"


def test_two_sites_on_one_connection(scene: Scene):
    scene.keep()
    with scene.connect() as connection:
        assert scene.ask(connection, HEAD + "\r\n").body == BODY
        assert scene.ask(connection, HEAD.replace(HOST, "jingning.sfj.localhost") + "\r\n").body == b"behind"
    assert scene.behind.asked[0]["HTTP_HOST"] == "jingning.sfj.localhost"


def test_a_request_in_a_body_is_no_request(scene: Scene):
    scene.keep()
    hidden = HEAD + "\r\n"
    with scene.connect() as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(hidden)}\r\n\r\n".encode())
        wait_until(lambda: scene.server.server_state.tasks)  # the head is read, the body comes as a packet of its own
        assert scene.ask(connection, hidden).body == b"behind"
        assert scene.ask(connection, HEAD + "\r\n").body == BODY
    assert [asked["sent"].decode() for asked in scene.behind.asked] == [hidden]


def test_answers_keep_the_order_of_their_questions(scene: Scene):
    scene.keep()
    scene.behind.may_end.clear()
    with scene.connect() as connection:
        connection.sendall(f"GET /slow/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        wait_until(lambda: scene.behind.asked)
        connection.sendall((HEAD + "\r\n").encode())  # is in store, but has to wait for its turn
        scene.behind.may_end.set()
        assert [Answer(connection).body, Answer(connection).body] == [b"behind", b"behind"]


def test_a_head_in_pieces_is_read_by_the_parser(scene: Scene):
    scene.keep()
    with scene.connect() as connection:
        connection.sendall(b"GET /x/ HTTP/1.1\r\n")
        wait_until(lambda: any(not each._is_between for each in scene.server.server_state.connections))
        # All by itself this would be a request; here it is the rest of one, and no plain one.
        assert scene.ask(connection, HEAD + "\r\n").status == 400


def test_a_strangers_underscores_are_no_hyphens(scene: Scene):
    with scene.connect() as connection:
        scene.ask(connection, HEAD + "X_Forwarded_For: 192.0.2.9\r\n\r\n")
    assert "HTTP_X_FORWARDED_FOR" not in scene.behind.asked[0]


def test_a_head_without_end_is_refused(scene: Scene):
    with scene.connect() as connection:
        connection.sendall(HEAD.encode() + b"X-Long: " + b"x" * (LARGEST_HEAD + 1000))
        assert Answer(connection).status == 431
        assert connection.recv(1) == b""


def test_a_long_body_is_no_long_head(scene: Scene):
    body = "x" * (3 * LARGEST_HEAD)
    with scene.connect() as connection:
        text = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        assert scene.ask(connection, text).body == b"behind"


@pytest.mark.parametrize("said", ["", "GET / HT", HEAD + "\r\n"])
def test_a_silent_connection_is_closed(scene: Scene, monkeypatch: pytest.MonkeyPatch, said: str):
    """Whether it never said anything, stopped in the middle, or has had its answer."""
    monkeypatch.setattr(protocol, "SILENT_SECONDS", 0.2)
    with scene.connect() as connection:
        connection.sendall(said.encode())
        if said.endswith("\r\n\r\n"):
            assert Answer(connection).status == 200
        assert connection.recv(1) == b""


def test_a_connection_that_waits_for_its_answer_is_not_silent(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(protocol, "SILENT_SECONDS", 0.05)
    scene.behind.may_end.clear()
    with scene.connect() as connection:
        connection.sendall((HEAD + "\r\n").encode())
        wait_until(lambda: scene.behind.asked)
        threading.Timer(0.3, scene.behind.may_end.set).start()
        assert Answer(connection).body == b"behind"


def test_the_end_waits_for_answers_and_is_told(scene: Scene):
    scene.behind.may_end.clear()
    with scene.connect() as connection:
        connection.sendall((HEAD + "\r\n").encode())
        wait_until(lambda: scene.behind.asked)
        scene.server.should_exit = True
        threading.Timer(0.2, scene.behind.may_end.set).start()
        assert Answer(connection).body == b"behind"
    assert scene.ended.wait(10)
