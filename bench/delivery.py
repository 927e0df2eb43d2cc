"""The area `delivery`: how fast readers get pages, how soon they see a change, and what a change drops."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.database import RESULTS, ROOT
from bench.report import Report
from bench.showcase import PreparedShowcase, prepared_showcase
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

AREA = "delivery"


@dataclass(frozen=True)
class Scale:
    """Pairs of runs of wrk and their seconds, publications, seconds of outage, sites and pages of the drop, runs of Lighthouse."""

    pairs: int = 7
    seconds: int = 5
    publications: int = 200
    outage_seconds: int = 600
    sites: int = 200
    cached_pages: int = 20_000
    lighthouse_runs: int = 5


FULL = Scale()
SHORT = Scale(pairs=2, seconds=2, publications=20, outage_seconds=15, sites=12, cached_pages=600, lighthouse_runs=1)


@dataclass(frozen=True)
class DeliveryRun:
    """What the figures of one run share."""

    scale: Scale
    prepared: PreparedShowcase
    workspace: Path


def list_stages() -> list[Stage[DeliveryRun]]:
    """In the order in which they are run: the database is stopped at last."""
    from bench import (
        delivery_drops,
        delivery_fresh,
        delivery_home,
        delivery_lighthouse,
        delivery_outage,
        delivery_speed,
    )

    return [
        Stage(("home_cpu", "home_queries"), delivery_home.measure_home),
        Stage(delivery_speed.NAMES, delivery_speed.measure_speed),
        Stage(delivery_fresh.NAMES, delivery_fresh.measure_freshness),
        Stage(("dropped_without_showing",), delivery_drops.measure_drops),
        Stage(delivery_lighthouse.NAMES, delivery_lighthouse.measure_lighthouse),
        Stage(delivery_outage.NAMES, delivery_outage.measure_outage),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset()) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown."""
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    with _prepared_run(SHORT if short else FULL) as prepared:
        return measure_stages(choose_stages(AREA, list_stages(), only), prepared, report)


@contextmanager
def _prepared_run(scale: Scale) -> Iterator[DeliveryRun]:
    """The demo cluster's data; this process is set up to publish in it."""
    with (
        tempfile.TemporaryDirectory(prefix="delivery-", dir=RESULTS) as folder,
        prepared_showcase(Path(folder)) as prepared,
    ):
        os.environ.update(prepared.environment)
        import django

        django.setup()
        yield DeliveryRun(scale, prepared, Path(folder))
