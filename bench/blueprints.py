"""The area `blueprints`: sites made from a release, rollouts, workers killed at it, doors tried against locks, review."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bench.database import RESULTS, ROOT, BenchServer, bench_server, fresh_database
from bench.report import Report
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

if TYPE_CHECKING:
    from bench.blueprints_sites import CountySites

AREA = "blueprints"
GOAL_SITES = 200
"""The number of sites that the goals of planning and applying are about."""


@dataclass(frozen=True)
class Scale:
    """How much is made and how often it is tried. The defaults are the full run's."""

    sites: int = GOAL_SITES
    articles: int = 50
    kills: int = 50
    orders: int = 300
    doors_for_all_roles: bool = True


FULL = Scale()
SHORT = Scale(sites=20, kills=5, orders=25, doors_for_all_roles=False)


class BlueprintsRun:
    """What the figures of one run share: scale, server, sites, and what a subprocess must be told."""

    def __init__(self, scale: Scale, server: BenchServer, workspace: Path, environment: dict[str, str]) -> None:
        self.scale = scale
        self.server = server
        self.workspace = workspace
        self.environment = environment

    @cached_property
    def counties(self) -> "CountySites":
        """The county sites on the shipped release, made by the first figure that needs them."""
        from bench.blueprints_sites import CountySites

        return CountySites(self.scale, self.server)


def list_stages() -> list[Stage[BlueprintsRun]]:
    """In the order in which they are run: sites are made before they are changed, and killed at last."""
    from bench import blueprints_kills, blueprints_rollouts, blueprints_sites, blueprints_suites

    return [
        Stage(("create_site_p95",), blueprints_sites.measure_creation),
        Stage(("plan_200_sites", "apply_200_sites"), blueprints_rollouts.measure_rollout),
        Stage(("torn_sites_after_kills", "sites_left_after_rerun"), blueprints_kills.measure_kills),
        Stage(("doors_through",), blueprints_suites.measure_doors),
        Stage(("review_orders_broken",), blueprints_suites.measure_orders),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset(), scale: Scale | None = None) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown."""
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    with _prepared_run(scale or (SHORT if short else FULL)) as prepared:
        return measure_stages(choose_stages(AREA, list_stages(), only), prepared, report)


@contextmanager
def _prepared_run(scale: Scale) -> Iterator[BlueprintsRun]:
    """A migrated database of the area's own; this process is set up to work in it."""
    with (
        bench_server() as server,
        fresh_database(server, "bench_blueprints") as url,
        tempfile.TemporaryDirectory(prefix="blueprints-", dir=RESULTS) as folder,
    ):
        os.environ.update(
            BENCH_DATABASE_URL=url,
            BENCH_MEDIA_ROOT=f"{folder}/media",
            DJANGO_SETTINGS_MODULE="bench.settings",
        )
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        from bench.blueprints_suites import drop_test_databases

        try:
            call_command("migrate", verbosity=0)
            yield BlueprintsRun(scale, server, Path(folder), dict(os.environ))
        finally:
            drop_test_databases(server)
            connection.close()
