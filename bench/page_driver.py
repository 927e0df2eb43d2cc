"""One project's pages in a process of its own: requests on order, and what they cost.

`python -m bench.page_driver HOST`, with DJANGO_SETTINGS_MODULE set. Django alone, without layers for files. Orders on
standard input, one a line, answers as JSON lines: `run PATH N`, `count PATH`, `read PATH`.
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.wsgi import get_wsgi_application
from werkzeug.test import create_environ, run_wsgi_app


class PageProblem(RuntimeError):
    """The page did not answer as it must, so that its cost would mean nothing."""


class PageDriver:
    """The application, asked on one host in this thread over one lasting database connection."""

    def __init__(self, host: str) -> None:
        self._application = get_wsgi_application()
        self._host = host

    def read(self, path: str) -> dict[str, str]:
        """The page's HTML."""
        return {"body": self._get(path).decode()}

    def count(self, path: str) -> dict[str, int]:
        """Statements that the server gets for one request, as libpq sends them, by kind: SET and SELECT 1 too."""
        self._get(path)
        with tempfile.TemporaryFile("w+b") as trace:
            _pgconn().trace(trace.fileno())
            try:
                self._get(path)
            finally:
                _pgconn().untrace()
            trace.seek(0)
            return dict(Counter(kind for line in trace if (kind := _find_statement(line))))

    def run(self, path: str, requests: str) -> dict[str, float]:
        """CPU seconds of so many requests: of this process, and of its database backend."""
        length, backend = len(self._get(path)), _backend_pid()
        process_before, backend_before = time.process_time(), read_cpu_seconds(backend)
        for _ in range(int(requests)):
            if len(self._get(path)) != length:
                raise PageProblem(f"{path}: the page changes its length")
        process, database = time.process_time() - process_before, read_cpu_seconds(backend) - backend_before
        if _backend_pid() != backend:
            raise PageProblem(f"{path}: the database connection did not last")
        return {"process": process, "backend": database}

    def _get(self, path: str) -> bytes:
        environ = create_environ(path, f"http://{self._host}/", environ_base={"REMOTE_ADDR": "127.0.0.1"})
        chunks, status, _ = run_wsgi_app(self._application, environ, buffered=True)
        if not status.startswith("200"):
            raise PageProblem(f"{self._host}{path}: {status}")
        return b"".join(chunks)


def _pgconn() -> Any:
    from django.db import connection

    return connection.connection.pgconn


def _backend_pid() -> int:
    return int(_pgconn().backend_pid)


def _find_statement(line: bytes) -> str | None:
    """What kind of statement a line of libpq's trace sends, if it does: its first word, or `health check`.

    The line: time, F for what the client sends, length, kind of message, text of the statement in quotes.
    """
    parts = line.decode(errors="replace").rstrip().split("\t", 4)
    if len(parts) < 4 or parts[1] != "F":
        return None
    kind, *rest = parts[3].split(maxsplit=1) + parts[4:]
    if kind not in {"Query", "Execute"}:
        return None
    text = rest[0].strip().strip('"') if kind == "Query" and rest else "prepared"
    return "health check" if text == "SELECT 1" else text.split()[0]


def read_cpu_seconds(pid: int) -> float:
    """CPU that a process has used: in nanoseconds where the kernel counts them, else in clock ticks."""
    fine = Path(f"/proc/{pid}/schedstat")
    if fine.exists():
        return int(fine.read_text().split()[0]) / 1e9
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Obey until standard input ends."""
    driver = PageDriver(sys.argv[1])
    orders: dict[str, Callable[..., dict[str, Any]]]
    orders = {"run": driver.run, "count": driver.count, "read": driver.read}
    for line in sys.stdin:
        order, *arguments = line.split()
        sys.stdout.write(json.dumps(orders[order](*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
