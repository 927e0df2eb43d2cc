"""The area `search`: relevance, title self-test, speed, freshness, rebuilding, and a search server that dies at work.

Figures of the search server are measured where Java and Maven are; else they are told as not measured, with the reason.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.database import RESULTS, ROOT, BenchServer, bench_server, fresh_database
from bench.report import Report
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

AREA = "search"
QUERIES = ROOT / "tests" / "search" / "queries.toml"


@dataclass(frozen=True)
class Scale:
    """How much is loaded and how often it is measured. The defaults are the full run's."""

    laws: int | None = None
    titles: int | None = None
    timed: int = 200
    publications: int = 100
    killed_publications: int = 10_000
    many_parts: int = 1_000_000


FULL = Scale(titles=1000)
SHORT = Scale(laws=400, titles=100, timed=60, publications=20, killed_publications=200, many_parts=0)


@dataclass
class SearchRun:
    """What the figures of one run share. `server_url` is '' where there is no search server, and `obstacle` says why."""

    scale: Scale
    server: BenchServer
    workspace: Path
    database_url: str
    server_url: str = ""
    obstacle: str = ""
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def engines(self) -> list[str]:
        """Names of the engines that can be measured here."""
        return ["postgresql", "elasticsearch"] if self.server_url else ["postgresql"]

    @contextmanager
    def using(self, engine: str) -> Iterator[None]:
        """Answer searches of this process by that engine alone: a figure must never be the other one's."""
        from django.conf import settings

        before = settings.ELASTICSEARCH_URL
        settings.ELASTICSEARCH_URL = self.server_url if engine == "elasticsearch" else ""
        try:
            yield
        finally:
            settings.ELASTICSEARCH_URL = before


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{engine}" for name in names for engine in ("postgresql", "elasticsearch"))


def list_stages() -> list[Stage[SearchRun]]:
    """In the order in which they are run: the last ones make the catalogue large, and let the server die."""
    from bench import search_load, search_relevance, search_server_down, search_speed

    return [
        Stage(("rebuild_rate",), search_load.measure_rebuild),
        Stage((*_both("success", "recall", "mrr"), "engines_gap"), search_relevance.measure_relevance),
        Stage(_both("titles"), search_relevance.measure_titles),
        Stage(_both("query_p95"), search_speed.measure_speed),
        Stage(("unfound_at_commit", "findable_p95_elasticsearch"), search_speed.measure_freshness),
        Stage(("lost_after_kill", "reader_errors"), search_server_down.measure_kill),
        Stage(_both("million_p95"), search_speed.measure_million),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset()) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown."""
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    with _prepared_run(SHORT if short else FULL) as prepared:
        return measure_stages(choose_stages(AREA, list_stages(), only), prepared, report)


@contextmanager
def _prepared_run(scale: Scale) -> Iterator[SearchRun]:
    """A city and a county on a database of their own, the laws imported, the search server beside it where there is one."""
    from bench.search_server import search_server, why_missing

    with (
        bench_server() as server,
        fresh_database(server, "bench_search") as url,
        tempfile.TemporaryDirectory(prefix="search-", dir=RESULTS) as folder,
    ):
        os.environ.update(
            BENCH_DATABASE_URL=url,
            BENCH_MEDIA_ROOT=f"{folder}/media",
            DJANGO_SETTINGS_MODULE="bench.settings",
        )
        prepared = SearchRun(scale, server, Path(folder), url)
        import django

        django.setup()
        from bench.search_load import load

        load(prepared)
        prepared.obstacle = why_missing() or ""
        if prepared.obstacle:
            yield prepared
        else:
            with search_server(Path(folder) / "index") as server_url:
                prepared.server_url = server_url
                yield prepared
        _disconnect()


def _disconnect() -> None:
    from django.db import connection

    connection.close()
