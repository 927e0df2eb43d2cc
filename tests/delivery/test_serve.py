"""The web processes as `serve` runs them: one that dies is replaced, and what they counted is written when they end."""

import os
import signal
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from tests.browser.server import find_free_port, wait_until
from tests.delivery.test_visits_processes import views
from tests.delivery.visits import BROWSER, KONGTONG
from tests.isolation.test_server import is_answering, start_server


@pytest.fixture
def web(cluster_db) -> Iterator[tuple[Popen[bytes], int]]:
    port = find_free_port()
    web = start_server({**os.environ, **cluster_db.environment}, port)
    try:
        wait_until(lambda: web.poll() is not None or is_answering(port))
        yield web, port
    finally:
        web.terminate()
        web.wait(timeout=20)


def children_of(process: Popen[bytes]) -> set[int]:
    """Its web processes; multiprocessing keeps one beside them, for its own use."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(pid) for pid in listed if "resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_text()}


def send_beacon(port: int) -> int:
    headers = {"Host": KONGTONG, "Origin": f"http://{KONGTONG}", "User-Agent": BROWSER}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/visit/", body="path=%2F", headers=headers)
    return connection.getresponse().status


def test_processes_are_replaced_and_end_with_their_visits_written(web: tuple[Popen[bytes], int], cluster_db):
    """One server for all of it: to start it takes longer than the rest."""
    server, port = web
    check_that_a_taken_port_is_told(port, cluster_db)
    (first,) = children_of(server)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: children_of(server) - {first})
    wait_until(lambda: is_answering(port))
    (second,) = children_of(server)
    server.send_signal(signal.SIGHUP)
    wait_until(lambda: children_of(server) and second not in children_of(server))
    assert is_answering(port), "the new one takes connections before the old one ends"
    assert send_beacon(port) == 204
    before = views("kongtong")
    server.terminate()
    assert server.wait(timeout=20) in (0, -signal.SIGTERM)
    assert views("kongtong") == before + 1


def check_that_a_taken_port_is_told(port: int, cluster_db):
    other = start_server({**os.environ, **cluster_db.environment}, port, stderr=PIPE)
    _, said = other.communicate(timeout=30)
    assert other.returncode > 0
    assert b"address already in use" in said.lower()
