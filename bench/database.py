"""The bench's own PostgreSQL in `var/bench-postgres`, as durable as the demo's, and databases that live for one run."""

import fcntl
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


class BenchServer:
    """The running server: databases come and go here."""

    def __init__(self, server: Any) -> None:
        self._superuser = server.get_uri()
        self._cluster = embedded.url_of(server)

    def create(self, name: str) -> str:
        """An empty database of that name, owned by the cluster's role; returns its URL."""
        self.drop(name)
        statement = "CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0"
        self._execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(embedded.ROLE)))
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


@contextmanager
def fresh_database(server: BenchServer, name: str) -> Iterator[str]:
    """URL of an empty database that is dropped after the block."""
    try:
        yield server.create(name)
    finally:
        server.drop(name)
