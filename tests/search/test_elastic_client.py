"""The search server's answers, good and hostile, from a fake on loopback: what is not an answer in time is EngineProblem."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from search.engines import elastic_client
from search.engines.base import Alternative, EngineProblem, Request, TermGroup
from search.engines.elastic import ElasticEngine
from search.engines.elastic_client import Breaker, RequestRefused, reading, writing

REQUEST = Request((TermGroup((Alternative("公证", ("公证",)),), 2.0),), (1, 2))
OPENSEARCH = {"version": {"number": "2.19.1", "distribution": "opensearch"}}
ELASTICSEARCH = {"version": {"number": "8.19.0", "build_flavor": "default"}}
EMPTY = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}, "hits": []}}


@dataclass
class Reply:
    """What the fake answers: JSON by default."""

    body: Any = None
    status: int = 200
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0


@dataclass
class Seen:
    """A request that came to the fake."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


class FakeServer:
    """Answers `GET /` as the product that it plays, everything else by `reply`, and keeps what it was asked."""

    def __init__(self, root: Any = OPENSEARCH) -> None:
        self.root = root if isinstance(root, Reply) else Reply(root)
        self.seen: list[Seen] = []
        self.reply: Callable[[Seen], Reply] = lambda seen: Reply({"responses": [EMPTY, EMPTY, EMPTY]})
        self.is_elasticsearch = root is ELASTICSEARCH
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                names = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.command, self.path, names, body)
                fake.seen.append(seen)
                self.send(fake.root if self.path == "/" else fake.reply(seen))

            def send(self, reply: Reply) -> None:
                time.sleep(reply.delay_s)
                content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                self.send_header("content-type", reply.type)
                self.send_header("content-length", str(len(content)))
                if fake.is_elasticsearch:
                    self.send_header("X-Elastic-Product", "Elasticsearch")
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@pytest.fixture
def start_fake(settings: Any) -> Iterator[Callable[..., FakeServer]]:
    """`start_fake(root)`: a fake that the settings point at."""
    started: list[FakeServer] = []

    def start(root: Any = OPENSEARCH) -> FakeServer:
        fake = FakeServer(root)
        started.append(fake)
        settings.ELASTICSEARCH_URL = fake.url
        return fake

    elastic_client.forget_servers()
    yield start
    for fake in started:
        fake.close()
    elastic_client.forget_servers()


@pytest.fixture
def fake(start_fake: Any) -> FakeServer:
    return start_fake()


def retrieve() -> Any:
    return ElasticEngine().retrieve(REQUEST)


# --- Good answers ------------------------------------------------------------------------------------------------------


def test_candidates_total_and_facets_are_read(fake: FakeServer) -> None:
    def found(*ids: int) -> dict[str, Any]:
        return EMPTY | {"hits": {"hits": [{"sort": [1.5, entry_id]} for entry_id in ids]}}

    counted = EMPTY | {
        "hits": {"total": {"value": 10_001, "relation": "gte"}, "hits": [{"sort": [3, 0, 9]}]},
        "aggregations": {"year": {"buckets": [{"key": "2020", "doc_count": 2}, {"key": "2019", "doc_count": 2}]}},
    }
    fake.reply = lambda seen: Reply({"responses": [found(1, 2), found(2, 3, 4), counted]})

    answer = retrieve()

    assert list(answer.candidates) == [1, 2, 3, 4, 9]
    assert answer.total == 10_001
    assert answer.facets == {"year": [("2019", 2), ("2020", 2)]}


def test_opensearch_is_sent_plain_media_types(fake: FakeServer) -> None:
    fake.reply = lambda seen: Reply({"responses": [EMPTY] * 3} if "_msearch" in seen.path else {"count": 0})

    retrieve()
    with writing() as client:
        client.count(index="catalogue", query={"match_all": {}})

    search, count = [seen for seen in fake.seen if seen.path != "/"]
    assert (search.headers["content-type"], search.headers["accept"]) == ("application/x-ndjson", "application/json")
    assert (count.headers["content-type"], count.headers["accept"]) == ("application/json", "application/json")


def test_elasticsearch_is_sent_the_vendors_media_types_untouched(start_fake: Any) -> None:
    fake = start_fake(ELASTICSEARCH)
    fake.reply = lambda seen: Reply(
        {"responses": [EMPTY] * 3} if "_msearch" in seen.path else {"count": 0},
        type="application/vnd.elasticsearch+json;compatible-with=8",
    )

    retrieve()
    with writing() as client:
        client.count(index="catalogue", query={"match_all": {}})

    search, count = [seen for seen in fake.seen if seen.path != "/"]
    json_type = "application/vnd.elasticsearch+json; compatible-with=8"
    assert search.headers["content-type"] == "application/vnd.elasticsearch+x-ndjson; compatible-with=8"
    assert {search.headers["accept"], count.headers["accept"], count.headers["content-type"]} == {json_type}


def test_the_product_is_asked_for_once(fake: FakeServer) -> None:
    for _ in range(3):
        retrieve()

    assert [seen.path for seen in fake.seen].count("/") == 1


def test_user_and_password_in_the_url_are_sent(fake: FakeServer, settings: Any) -> None:
    settings.ELASTICSEARCH_URL = fake.url.replace("://", "://reader:s%40cret@")

    retrieve()

    assert {seen.headers["authorization"] for seen in fake.seen} == {"Basic cmVhZGVyOnNAY3JldA=="}


# --- Hostile answers ---------------------------------------------------------------------------------------------------

HOSTILE = {
    "server error": Reply({"error": {"type": "boom"}, "status": 500}, status=500),
    "overloaded": Reply({"error": {"type": "rejected"}, "status": 429}, status=429),
    "unavailable, in HTML": Reply(b"<h1>503</h1>", status=503, type="text/html"),
    "no index": Reply({"error": {"type": "index_not_found_exception"}, "status": 404}, status=404),
    "not allowed": Reply({"error": "denied"}, status=401),
    "elsewhere": Reply(b"", status=302, type="text/html", headers={"location": "http://127.0.0.1:1/"}),
    "HTML": Reply(b"<html>welcome</html>", type="text/html"),
    "unknown type": Reply(b"\x00\x01", type="application/octet-stream"),
    "broken JSON": Reply(b'{"responses": [', type="application/json"),
    "not UTF-8": Reply(b'{"responses": "\xff\xfe"}', type="application/json"),
    "empty": Reply(b"", type="application/json"),
    "null": Reply(None),
    "a list": Reply([1, 2]),
    "no responses": Reply({"took": 1}),
    "too few responses": Reply({"responses": [EMPTY]}),
    "responses of another kind": Reply({"responses": ["a", "b", "c"]}),
    "no hits": Reply({"responses": [{"timed_out": False, "_shards": {"failed": 0}}] * 3}),
    "hits without sort": Reply({"responses": [EMPTY | {"hits": {"hits": [{}]}}] * 3}),
    "ids that are no numbers": Reply({"responses": [EMPTY | {"hits": {"hits": [{"sort": ["x"]}]}}] * 3}),
    "ids that are null": Reply({"responses": [EMPTY | {"hits": {"hits": [{"sort": [None]}]}}] * 3}),
    "facets of another kind": Reply({"responses": [EMPTY | {"aggregations": {"year": {"buckets": [1]}}}] * 3}),
    "one search failed": Reply({"responses": [EMPTY, EMPTY, {"error": {"type": "boom"}, "status": 503}]}),
    "in part, for lack of time": Reply({"responses": [EMPTY, EMPTY, EMPTY | {"timed_out": True}]}),
    "in part, for lack of shards": Reply({"responses": [EMPTY, EMPTY, EMPTY | {"_shards": {"failed": 1}}]}),
}


@pytest.mark.parametrize("reply", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_answer_is_an_engine_problem(fake: FakeServer, reply: Reply) -> None:
    fake.reply = lambda seen: reply

    with pytest.raises(EngineProblem):
        retrieve()


@pytest.mark.parametrize(
    "root",
    [
        Reply(b"<html>", type="text/html"),
        Reply({"version": "1"}),
        Reply([]),
        Reply(None),
        Reply({}, status=500),
        Reply(b"{", type="application/json"),
    ],
    ids=["HTML", "version of another kind", "list", "null", "500", "broken JSON"],
)
def test_a_server_that_is_no_search_server_is_an_engine_problem(start_fake: Any, root: Reply) -> None:
    start_fake(root)

    with pytest.raises(EngineProblem):
        retrieve()


def test_a_server_of_another_product_is_an_engine_problem(start_fake: Any) -> None:
    start_fake({"version": {"number": "1.0"}})  # says neither in GET / nor in its headers what the client expects

    with pytest.raises(EngineProblem):
        retrieve()


def test_a_slow_server_is_left_after_a_second(fake: FakeServer) -> None:
    retrieve()
    fake.reply = lambda seen: Reply({"responses": [EMPTY] * 3}, delay_s=1.6)
    before = time.monotonic()

    with pytest.raises(EngineProblem):
        retrieve()

    assert 0.9 < time.monotonic() - before < 1.4
    assert sum("_msearch" in seen.path for seen in fake.seen) == 2  # no second try


def test_refused_connections_are_an_engine_problem(settings: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(EngineProblem):
            retrieve()
    elastic_client.forget_servers()


@pytest.mark.parametrize("url", ["", "nonsense", "http://", "http://127.0.0.1:99999", "ftp://127.0.0.1:21"])
def test_an_address_that_is_none_is_an_engine_problem(settings: Any, url: str) -> None:
    settings.ELASTICSEARCH_URL = url

    with pytest.raises(EngineProblem):
        retrieve()
    elastic_client.forget_servers()


def test_writers_get_engine_problems_too(fake: FakeServer) -> None:
    fake.reply = lambda seen: Reply({"error": {"type": "boom"}, "status": 500}, status=500)

    with pytest.raises(EngineProblem), writing() as client:
        client.count(index="catalogue")


def test_other_errors_pass_untouched(fake: FakeServer) -> None:
    with pytest.raises(ZeroDivisionError), reading():
        raise ZeroDivisionError


# --- The breaker -------------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(2.0, clock)


def is_admitted(breaker: Breaker) -> bool:
    try:
        breaker.admit()
    except EngineProblem:
        return False
    return True


def test_breaker_admits_while_all_is_well(breaker: Breaker) -> None:
    assert all(is_admitted(breaker) for _ in range(5))


def test_breaker_skips_for_its_pause_after_a_failure(breaker: Breaker, clock: Clock) -> None:
    breaker.open()
    clock.now += 1.99

    assert not is_admitted(breaker)


def test_breaker_lets_one_try_after_the_pause(breaker: Breaker, clock: Clock) -> None:
    breaker.open()
    clock.now += 2

    assert [is_admitted(breaker) for _ in range(3)] == [True, False, False]


def test_breaker_admits_all_after_a_success(breaker: Breaker, clock: Clock) -> None:
    breaker.open()
    clock.now += 2
    breaker.admit()
    breaker.close()

    assert all(is_admitted(breaker) for _ in range(3))


def test_breaker_lets_another_try_when_the_first_never_came_back(breaker: Breaker, clock: Clock) -> None:
    breaker.open()
    clock.now += 2
    breaker.admit()
    clock.now += 2

    assert is_admitted(breaker)


def test_breaker_lets_only_one_of_many_threads_try(breaker: Breaker, clock: Clock) -> None:
    breaker.open()
    clock.now += 2
    admitted: list[bool] = []
    threads = [threading.Thread(target=lambda: admitted.append(is_admitted(breaker))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert admitted.count(True) == 1


def test_readers_skip_a_server_that_failed(fake: FakeServer) -> None:
    fake.reply = lambda seen: Reply({}, status=500)
    with pytest.raises(EngineProblem):
        retrieve()
    asked = len(fake.seen)

    for _ in range(3):
        with pytest.raises(EngineProblem):
            retrieve()

    assert len(fake.seen) == asked


def test_writers_do_not_skip_it(fake: FakeServer) -> None:
    fake.reply = lambda seen: Reply({}, status=500) if "_msearch" in seen.path else Reply({"count": 3})
    with pytest.raises(EngineProblem):
        retrieve()

    with writing() as client:
        assert client.count(index="catalogue")["count"] == 3


def test_a_refused_request_is_no_reason_to_skip(fake: FakeServer) -> None:
    refused = {"error": {"type": "search_phase_execution_exception"}, "status": 400}
    fake.reply = lambda seen: Reply({"responses": [refused] * 3})
    with pytest.raises(RequestRefused):
        retrieve()
    fake.reply = lambda seen: Reply(refused, status=400)
    with pytest.raises(RequestRefused):
        retrieve()
    fake.reply = lambda seen: Reply({"responses": [EMPTY] * 3})

    assert retrieve().total == 0


def test_too_long_a_query_is_no_reason_to_skip(fake: FakeServer) -> None:
    refused = {"error": {"root_cause": [{"type": "too_many_nested_clauses"}]}, "status": 500}
    fake.reply = lambda seen: Reply({"responses": [refused] * 3})

    with pytest.raises(RequestRefused):
        retrieve()
