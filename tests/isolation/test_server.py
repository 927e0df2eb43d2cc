"""What no test client can send, sent to the server as it is run: odd request lines, one connection for two sites, a crowd."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.browser.server import find_free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
KONGTONG, JINGNING = "kongtong.sfj.localhost", "jingning.sfj.localhost"
OWN_NAME = {KONGTONG: "崆峒", JINGNING: "静宁"}


def start_server(environment, port, *, stderr=subprocess.DEVNULL):
    command = f"manage.py serve --port {port} --processes 1 --threads 4"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", *command.split()],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=stderr,
    )  # fmt: skip


def is_answering(port):
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


@pytest.fixture
def port(cluster_db):
    port = find_free_port()
    server = start_server({**os.environ, **cluster_db.environment}, port)
    try:
        wait_until(lambda: server.poll() is not None or is_answering(port))
        assert server.poll() is None
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def send(port, text):
    """All that the server answers to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")


def named_in(answer):
    return {host for host, name in OWN_NAME.items() if name in answer or host in answer}


# Each of these says 静宁 in its Host header, and 崆峒 somewhere else.
ODD = {
    "absolute address of another site": f"GET http://{KONGTONG}/ HTTP/1.1\nHost: {JINGNING}\nConnection: close\n\n",
    "absolute address of an unknown site": f"GET http://nobody.sfj.localhost/ HTTP/1.1\nHost: {JINGNING}\nConnection: close\n\n",
    "absolute address of a picture": f"GET http://{KONGTONG}/media/images/x.png HTTP/1.1\nHost: {JINGNING}\nConnection: close\n\n",
    "two hosts": f"GET / HTTP/1.1\nHost: {JINGNING}\nHost: {KONGTONG}\nConnection: close\n\n",
    "host with a user": f"GET / HTTP/1.1\nHost: {KONGTONG}@{JINGNING}\nConnection: close\n\n",
    "forwarded": f"GET / HTTP/1.1\nHost: {JINGNING}\nX-Forwarded-Host: {KONGTONG}\nForwarded: host={KONGTONG}\nConnection: close\n\n",
}
NAMELESS = {
    "no host": "GET / HTTP/1.0\n\n",
    "no host in 1.1": "GET / HTTP/1.1\nConnection: close\n\n",
    "empty host": "GET / HTTP/1.1\nHost:\nConnection: close\n\n",
    "unknown host": "GET / HTTP/1.1\nHost: nobody.sfj.localhost\nConnection: close\n\n",
    "address": "GET /admin/ HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n",
}


def test_server_keeps_two_sites_apart(port):
    """One server for all of it: to start it takes longer than all its answers."""
    check_odd_requests(port)
    check_requests_without_a_host(port)
    check_one_connection_for_two_sites(port)
    check_a_crowd(port)


def check_odd_requests(port):
    for name, text in ODD.items():
        answer = send(port, text)
        assert answer.startswith("HTTP/1."), name
        assert named_in(answer) <= {JINGNING}, f"{name}: {named_in(answer)}"
        assert " 500 " not in answer.partition("\r\n")[0], name


def check_requests_without_a_host(port):
    for name, text in NAMELESS.items():
        answer = send(port, text)
        assert answer == "" or answer.split(" ", 2)[1] in {"400", "404"}, f"{name}: {answer[:100]}"
        assert named_in(answer) == set(), name


def check_one_connection_for_two_sites(port):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    for host in (KONGTONG, JINGNING) * 3:
        connection.putrequest("GET", "/", skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        assert named_in(connection.getresponse().read().decode()) == {host}


def check_a_crowd(port):
    def read(host):
        answer = send(port, f"GET /tzgg/ HTTP/1.1\nHost: {host}\nConnection: close\n\n")
        return answer.split(" ", 2)[1], named_in(answer)

    hosts = [KONGTONG, JINGNING] * 12
    with ThreadPoolExecutor(6) as crowd:
        assert list(crowd.map(read, hosts)) == [("200", {host}) for host in hosts]
