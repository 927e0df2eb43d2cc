"""The area `cluster`: sites, migration, pages, import, and the way from a clone to the first page."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.database import RESULTS, ROOT, BenchServer, bench_server, fresh_database
from bench.report import Report
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

if TYPE_CHECKING:
    from bench.cluster_sites import BenchSites

AREA = "cluster"


@dataclass(frozen=True)
class Scale:
    """How much is made and how often it is measured. The defaults are the full run's."""

    few_sites: int = 10
    many_sites: int = 200
    samples: int = 20
    timed_sites: int = 100
    few_articles: int = 10
    many_articles: int = 10_000
    runs: int = 5
    pairs: int = 11
    requests: int = 60
    laws: int | None = None
    with_clone: bool = True

    @property
    def total_sites(self) -> int:
        """So many that the samples at `many_sites` stand around that number."""
        return self.many_sites + self.samples // 2 + 1


FULL = Scale()
SHORT = Scale(many_sites=30, samples=10, many_articles=1000, runs=3, laws=300, with_clone=False)


class ClusterRun:
    """What the figures of one run share: scale, server, sites, and what a subprocess must be told."""

    def __init__(self, scale: Scale, server: BenchServer, workspace: Path, sites: "BenchSites") -> None:
        self.scale = scale
        self.server = server
        self.workspace = workspace
        self.sites = sites
        self.environment = dict(os.environ)
        self._is_filled = False

    def fill_sites(self) -> None:
        """Articles on the two measured sites, once a run."""
        from bench.site_content import LARGE_SITE, SMALL_SITE, fill_site

        if self._is_filled:
            return
        self._is_filled = True
        fill_site(SMALL_SITE, self.scale.few_articles)
        fill_site(LARGE_SITE, self.scale.many_articles)
        self.server.checkpoint()


def list_stages() -> list[Stage[ClusterRun]]:
    """In the order in which they are run: the first makes the sites, and the migration comes when they hold something."""
    from bench import cluster_clone, cluster_cpu, cluster_import, cluster_migration, cluster_pages, cluster_sites

    queries = ("article_queries", "article_queries_growth", "list_queries", "list_queries_growth")
    return [
        Stage(queries, cluster_pages.measure_queries),
        Stage(("create_site_p95", "create_site_growth"), cluster_sites.measure_creation),
        Stage(("article_cpu_ratio",), cluster_cpu.measure_cpu),
        Stage(("import_laws",), cluster_import.measure_import),
        Stage(("migrate_nothing",), cluster_migration.measure_nothing),
        Stage(("migrate_real",), cluster_migration.measure_real),
        Stage(("clone_to_first_page",), cluster_clone.measure_clone),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset(), scale: Scale | None = None) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made; goals do not matter here.

    Raises BenchBusy, FigureUnknown.
    """
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    with _prepared_run(scale or (SHORT if short else FULL)) as prepared:
        return measure_stages(choose_stages(AREA, list_stages(), only), prepared, report)


@contextmanager
def _prepared_run(scale: Scale) -> Iterator[ClusterRun]:
    """An empty cluster on a database of its own; this process is set up to work in it."""
    with (
        bench_server() as server,
        fresh_database(server, "bench_cluster") as url,
        tempfile.TemporaryDirectory(prefix="run-", dir=RESULTS) as folder,
    ):
        workspace = Path(folder)
        os.environ.update(
            BENCH_DATABASE_URL=url,
            BENCH_MEDIA_ROOT=str(workspace / "media"),
            DJANGO_SETTINGS_MODULE="bench.settings",
        )
        try:
            yield ClusterRun(scale, server, workspace, _empty_cluster())
        finally:
            _disconnect()


def _empty_cluster() -> "BenchSites":
    import django
    from django.core.management import call_command

    django.setup()
    from bench.cluster_sites import BenchSites

    call_command("migrate", verbosity=0)
    return BenchSites()


def _disconnect() -> None:
    from django.db import connection

    connection.close()
