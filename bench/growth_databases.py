"""A database for each size, all there at the same time: the smaller ones are what the larger ones are copied from."""

import json
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from bench.commands import run_python
from bench.database import BenchServer, fresh_database
from bench.growth_sizes import Size


@dataclass(frozen=True)
class Filled:
    """A database of that size: the environment of a process that uses it, its name, bytes on disk, and how long it took.

    `hosts` are its sites', the city's first; `session` is the key of an editor's session on the city's site, `column` the id
    of the column whose pages he lists.
    """

    size: Size
    environment: dict[str, str]
    name: str
    megabytes: float
    seconds: float
    hosts: list[str]
    session: str
    column: int


class GrowthDatabases:
    """A context manager: databases are made when they are first asked for, and dropped at the end."""

    def __init__(self, server: BenchServer, workspace: Path, few_sites: int) -> None:
        self._server, self._media, self._few_sites = server, workspace / "media", few_sites
        self._made: dict[Size, Filled] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def get(self, size: Size) -> Filled:
        """The database of that size. Raises CommandFailed."""
        if size not in self._made:
            self._made[size] = self._make(size)
        return self._made[size]

    def _make(self, size: Size) -> Filled:
        template = self._find_template(size)
        name = f"bench_growth_{size.sites}_{size.articles}"
        made = fresh_database(self._server, name, template=template.name if template else "template0")
        url = self._stack.enter_context(made)
        environment = os.environ | {
            "BENCH_DATABASE_URL": url,
            "BENCH_MEDIA_ROOT": str(self._media),  # one for all: files of the samples are the same
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PYTHONWARNINGS": "ignore",
        }
        done = run_python(["-m", "bench.growth_fill", str(size.sites), str(size.articles)], environment)
        self._server.checkpoint()
        told = json.loads(done.output.splitlines()[-1])
        return Filled(size, environment, name, _measure(url), **told)

    def _find_template(self, size: Size) -> Filled | None:
        """The largest of those with fewer sites and as many articles; for the fewest sites those without the articles."""
        if size.sites == self._few_sites:
            return self.get(Size(size.sites, 0)) if size.articles else None
        smaller = [each for each in self._made if each.sites < size.sites and each.articles == size.articles]
        return self.get(max(smaller, key=lambda each: each.sites, default=Size(self._few_sites, size.articles)))


def _measure(url: str) -> float:
    """MB of the database."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return float(row[0]) / 1e6 if row else 0.0
