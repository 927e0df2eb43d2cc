"""The area `content`: what readers get. Lighthouse, axe, contrast, weight, queries, overflow, and pastes."""

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.database import RESULTS, ROOT
from bench.report import Report
from bench.showcase import Showcase, run_showcase
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

AREA = "content"


@dataclass(frozen=True)
class Scale:
    """How often Lighthouse runs, and how many sites are walked through."""

    lighthouse_runs: int = 5
    sites: int = 6


FULL = Scale()
SHORT = Scale(lighthouse_runs=1, sites=2)


def list_stages(scale: Scale) -> list[Stage[Showcase]]:
    """In the order in which they are run, at that scale."""
    from bench import content_browser, content_lighthouse, content_server

    return [
        Stage(("palette_contrast", "elder_contrast"), partial(content_server.measure_contrast, scale=scale)),
        Stage(("home_queries",), partial(content_server.measure_queries, scale=scale)),
        Stage(("paste_kept",), partial(content_server.measure_pastes, scale=scale)),
        Stage(("home_weight", "third_party_requests"), partial(content_browser.measure_weight, scale=scale)),
        Stage(("axe_violations", "overflowing_elements"), partial(content_browser.measure_pages, scale=scale)),
        Stage(content_lighthouse.NAMES, partial(content_lighthouse.measure_lighthouse, scale=scale)),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset()) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown."""
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    stages = choose_stages(AREA, list_stages(SHORT if short else FULL), only)
    with tempfile.TemporaryDirectory(prefix="content-", dir=RESULTS) as folder, run_showcase(Path(folder)) as showcase:
        return measure_stages(stages, showcase, report)
