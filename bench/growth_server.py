"""A database served by the product's own server, asked by one client after the other; and what its processes hold in memory."""

import itertools
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from bench.growth_databases import Filled
from bench.page_driver import PageProblem
from bench.showcase import find_free_port, serve

THREADS = 4
"""So many the server has; each has a database connection and caches of its own."""

_readers = itertools.count()


class Served:
    """The running server of one size."""

    def __init__(self, filled: Filled, port: int, pid: int) -> None:
        self.filled = filled
        self._port, self._pid = port, pid
        self._reader = HTTPConnection("127.0.0.1", port, timeout=60)

    def time(self, path: str, requests: int, *, session: str = "x") -> list[float]:
        """Milliseconds of so many requests on the city's site, the whole answer read, one after the other.

        The session's cookie keeps page caches away. Raises PageProblem.
        """
        return [self._time(path, session) for _ in range(requests)]

    def _time(self, path: str, session: str) -> float:
        start = time.perf_counter()
        _ask(self._reader, self.filled.hosts[0], path, session)
        return (time.perf_counter() - start) * 1000

    def visit_all(self) -> None:
        """Every site's home page, by as many readers as the server has threads, each beginning elsewhere."""
        hosts = self.filled.hosts
        starts = [len(hosts) * number // THREADS for number in range(THREADS)]
        with ThreadPoolExecutor(THREADS) as readers:
            list(readers.map(self._walk, [hosts[start:] + hosts[:start] for start in starts]))

    def _walk(self, hosts: list[str]) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            for host in hosts:
                _ask(connection, host, "/", "x")
        finally:
            connection.close()

    def measure_memory(self) -> dict[str, float]:
        """MB: `worker`, the web process with its share of what it shares; `connections`, what its database backends alone hold."""
        workers = [_read_rollup(pid, "Pss") for pid in _list_children(self._pid)]
        with psycopg.connect(self.filled.environment["BENCH_DATABASE_URL"]) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchall()
        backends = [_read_rollup(pid, "Pss_Anon") for (pid,) in rows]
        return {"worker": round(sum(workers), 1), "connections": round(sum(backends), 1), "backends": len(backends)}

    def close(self) -> None:
        """Let the server go."""
        self._reader.close()


@contextmanager
def served(filled: Filled) -> Iterator[Served]:
    """The database behind a web server for the block. Raises CommandFailed."""
    port = find_free_port()
    # Each request comes from another reader: who searches sixty times a minute is refused.
    with serve(port, filled.environment | {"ALLOWED_PROXIES": "127.0.0.1"}) as process:
        one = Served(filled, port, process.pid)
        try:
            yield one
        finally:
            one.close()


def _ask(connection: HTTPConnection, host: str, path: str, session: str) -> None:
    headers = {"Host": host, "Cookie": f"sessionid={session}", "X-Forwarded-For": _make_address(next(_readers))}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise PageProblem(f"{host}{path}: {answer.status}")


def _make_address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _list_children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _read_rollup(pid: int, name: str) -> float:
    """MB of that kind of memory of a process, by the kernel's own sum."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0
