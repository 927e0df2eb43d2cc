"""The area `growth`: what becomes of latency, memory and the database's size when sites and articles grow in number."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.database import RESULTS, ROOT, bench_server
from bench.report import Report
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

if TYPE_CHECKING:
    from bench.growth_databases import GrowthDatabases
    from bench.growth_pictures import Pictures

AREA = "growth"
DOCS = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Scale:
    """What the cluster grows through, and how often each page is asked for. The defaults are the full run's."""

    sites: tuple[int, ...] = (10, 50, 200)
    articles: tuple[int, ...] = (1_000, 10_000, 100_000)
    turns: int = 24
    requests: int = 5


FULL = Scale()
SHORT = Scale(sites=(10, 20), articles=(1_000, 5_000), turns=3, requests=3)


@dataclass(frozen=True)
class GrowthRun:
    """What both ways of growing share."""

    scale: Scale
    databases: "GrowthDatabases"
    pictures: "Pictures"


def list_stages() -> list[Stage[GrowthRun]]:
    """In the order in which they are run."""
    from bench import growth_series

    return [
        Stage(("latency_sites_ratio",), growth_series.measure_sites),
        Stage(("latency_articles_ratio",), growth_series.measure_articles),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset(), docs: bool = False, scale: Scale | None = None) -> bool:
    """Measure all figures, or those named; pictures go to `var/bench`, with `docs` to `docs/images` too.

    Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown.
    """
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    stages = choose_stages(AREA, list_stages(), only)
    with _prepared_run(scale or (SHORT if short else FULL), docs=docs) as prepared:
        return measure_stages(stages, prepared, report)


@contextmanager
def _prepared_run(scale: Scale, *, docs: bool) -> Iterator[GrowthRun]:
    from bench.growth_databases import GrowthDatabases
    from bench.growth_pictures import Pictures

    with (
        bench_server() as server,
        tempfile.TemporaryDirectory(prefix="growth-", dir=RESULTS) as folder,
        GrowthDatabases(server, Path(folder), scale.sites[0]) as databases,
    ):
        yield GrowthRun(scale, databases, Pictures(RESULTS, *([DOCS] if docs else [])))
