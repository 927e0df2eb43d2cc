"""The bench's own PostgreSQL in `var/bench-postgres`, as durable as the demo's, and databases that live for one run."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tenants import embedded

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "var" / "bench"
_DATA = ROOT / "var" / "bench-postgres"


class BenchBusy(RuntimeError):
    """Another bench is running in this checkout; both would measure each other."""


class ServerStays(RuntimeError):
    """The server was told to stop and runs."""


class BenchServer:
    """The running server: databases come and go here."""

    def __init__(self, server: Any) -> None:
        self._superuser = server.get_uri()
        self._cluster = embedded.url_of(server)

    def create(self, name: str, *, template: str = "template0") -> str:
        """A database of that name, owned by the cluster's role, empty or a copy of another that nobody uses; returns its URL."""
        self.drop(name)
        statement = "CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE {} STRATEGY FILE_COPY"
        names = map(sql.Identifier, (name, embedded.ROLE, template))
        self._execute(sql.SQL(statement).format(*names))
        return f"{self._cluster.rpartition('/')[0]}/{name}"

    def drop(self, name: str) -> None:
        """Drop the database, if it is there, whoever is connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def checkpoint(self) -> None:
        """Write out what a bulk load left behind, so that it does not slow what is timed next."""
        self._execute(sql.SQL("CHECKPOINT"))

    def _execute(self, statement: sql.Composed | sql.SQL) -> None:
        with psycopg.connect(self._superuser, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def bench_server() -> Iterator[BenchServer]:
    """The server for the block, alone. Raises BenchBusy."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    with (RESULTS / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BenchBusy("another bench is running in this checkout") from error
        server = embedded.start(_DATA)
        try:
            yield BenchServer(server)
        finally:
            embedded.stop(_DATA)


def stop_server() -> None:
    """Stop the running server under whoever is connected; for what is measured while it is away.

    Raises ServerStays: else a whole outage could be measured that was none.
    """
    embedded.stop(_DATA)
    if (_DATA / "postmaster.pid").exists():
        raise ServerStays(str(_DATA))


def restart_server() -> None:
    """Start it again, where it was: from another process, since this one's handle believes that it runs."""
    code = "import sys; from pathlib import Path; from tenants import embedded; embedded.start(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(_DATA)], cwd=ROOT, check=True)


@contextmanager
def fresh_database(server: BenchServer, name: str, *, template: str = "template0") -> Iterator[str]:
    """URL of a database (empty, or a copy of another) that is dropped after the block."""
    try:
        yield server.create(name, template=template)
    finally:
        server.drop(name)
