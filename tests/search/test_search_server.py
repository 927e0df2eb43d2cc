"""The search server itself: it starts, several run side by side, and what it acknowledged outlives a crash."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from bench import search_server as server

pytestmark = pytest.mark.needs("search_server")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server.search_server(tmp_path_factory.mktemp("shared")) as url:
        yield url


def ask(url: str, method: str, path: str, body: Any = None) -> Any:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        found = json.loads(answer.read())
        assert answer.status < 300, found
        return found
    finally:
        connection.close()


def make_program(folder: Path, name: str, *lines: str) -> None:
    program = folder / name
    program.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    program.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder which is all that PATH has."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def test_answers_as_opensearch_on_loopback(url):
    assert ask(url, "GET", "/")["version"]["distribution"] == "opensearch"
    assert url.startswith("http://127.0.0.1:")


def test_finds_what_was_indexed(url):
    ask(url, "PUT", "/notices/_doc/1?refresh=true", {"title": "法律援助办事指南"})
    found = ask(url, "POST", "/notices/_search", {"query": {"match": {"title": "援助"}}})
    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]


def test_two_run_at_once_and_do_not_become_one_cluster_and_temporary_data_is_thrown_away(url, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with server.search_server() as other:
        assert list(tmp_path.iterdir())
        assert other != url
        ask(other, "PUT", "/only-there/_doc/1", {})
        assert "only-there" not in ask(url, "GET", "/_cluster/state/metadata")["metadata"]["indices"]
        assert [ask(each, "GET", "/_cluster/health")["number_of_nodes"] for each in (url, other)] == [1, 1]
    assert not list(tmp_path.iterdir())


def test_nodes_that_start_at_the_same_moment_get_ports_of_their_own(tmp_path):
    def run(number: int) -> tuple[str, str]:
        with server.search_server(tmp_path / str(number)) as url:
            return url, ask(url, "GET", "/")["cluster_uuid"]

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(run, range(2)))) == 2


def test_nothing_acknowledged_is_lost_when_killed_and_restarted_on_the_same_port(tmp_path):
    """Data in a folder that was given stays there, and is one node's at a time."""
    port = server.find_free_port()
    url = f"http://127.0.0.1:{port}"
    process = server.start(tmp_path, port)
    try:
        ask(url, "PUT", "/notices", {"settings": {"number_of_replicas": 0}})
        for number in range(300):
            ask(url, "PUT", f"/notices/_doc/{number}", {"number": number})
        with pytest.raises(server.SearchServerFailed, match="另一个节点正在使用"):
            server.start(tmp_path, server.find_free_port())
        server.kill(process)
        process = server.start(tmp_path, port)
        ask(url, "POST", "/notices/_refresh")
        assert ask(url, "GET", "/notices/_count")["count"] == 300
    finally:
        server.stop(process)


def test_refuses_a_port_that_is_taken_and_one_that_the_runner_cannot_use(url, tmp_path):
    with pytest.raises(server.SearchServerPortTaken, match="已被占用"):
        server.start(tmp_path, int(url.rpartition(":")[2]))
    with pytest.raises(server.SearchServerFailed, match="9201–9299"):
        server.start(tmp_path, 9300)


def test_quotes_the_end_of_the_log_when_the_node_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "_SETTINGS", "no.such.setting: 1\n")
    with pytest.raises(server.SearchServerFailed, match=r"退出了（1）(.|\n)*JAVA_TOOL_OPTIONS(.|\n)*Closed all nodes"):
        server.start(tmp_path, server.find_free_port())


def test_quotes_the_reason_when_java_is_asked_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "_SETTINGS", "no.such.setting: 1\n")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xlog:exceptions=info")
    with pytest.raises(server.SearchServerFailed, match=r"unknown setting \[no\.such\.setting\]"):
        server.start(tmp_path, server.find_free_port())


def test_serves_in_the_foreground_until_sigterm(tmp_path):
    port = server.find_free_port()
    command = [sys.executable, "-m", "bench.search_server", "serve", "--port", str(port), "--data", str(tmp_path)]
    process = subprocess.Popen(command, cwd=server.ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().strip() == f"OpenSearch http://127.0.0.1:{port}"
        node = next(iter(ask(f"http://127.0.0.1:{port}", "GET", "/_nodes/process")["nodes"].values()))["process"]["id"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(node, 0)
    finally:
        process.kill()
        process.communicate()


def test_says_plainly_that_java_is_missing(programs, tmp_path):
    assert server.find_java() is None
    assert server.why_missing().startswith("没有找到 Java（apt-get install ")
    with pytest.raises(server.SearchServerFailed, match="没有找到 Java"):
        server.start(tmp_path, server.find_free_port())


def test_says_plainly_that_java_is_too_old(programs):
    make_program(programs, "java", """echo 'openjdk version "1.8.0_392"' >&2""")
    assert server.find_java() is None
    assert server.why_missing().startswith("Java 8 太旧，需要 11 或更新版本")


def test_prefers_java_home(programs, tmp_path, monkeypatch):
    for folder, version in ((programs, "17.0.15"), (tmp_path / "home" / "bin", "21")):
        folder.mkdir(parents=True, exist_ok=True)
        make_program(folder, "java", f"""echo 'openjdk version "{version}" 2025-04-15' >&2""")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    assert server.find_java() == str(tmp_path / "home" / "bin" / "java")


def test_maven_is_missing_only_while_the_libraries_are(programs, tmp_path):
    make_program(programs, "java", """echo 'openjdk version "17.0.15"' >&2""")
    assert server.why_missing(tmp_path).startswith("没有找到 Maven（")
    server._locate_libraries(tmp_path).mkdir()
    assert server.why_missing(tmp_path) is None


def test_fetches_once_when_two_ask_at_once(programs, tmp_path):
    make_program(programs, "mvn", f"echo x >> {tmp_path}/calls", "for last; do :; done", '/bin/mkdir "${last#*=}"')
    code = "import sys; from pathlib import Path; from bench import search_server as server; server.fetch_libraries(Path(sys.argv[1]))"
    asking = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=server.ROOT) for _ in range(4)]
    assert [each.wait(30) for each in asking] == [0] * 4
    assert (tmp_path / "calls").read_text() == "x\n"


def test_a_failed_fetch_leaves_nothing_and_says_why(programs, tmp_path):
    make_program(programs, "mvn", "for last; do :; done", '/bin/mkdir "${last#*=}"', "echo no network; exit 1")
    with pytest.raises(server.SearchServerFailed, match="no network"):
        server.fetch_libraries(tmp_path)
    assert not server._locate_libraries(tmp_path).exists()
