"""The area `content`: what readers get. Lighthouse, axe, contrast, weight, queries, overflow, and pastes."""

import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.cluster import FigureUnknown
from bench.database import RESULTS, ROOT
from bench.report import NotMeasured, Outcome, Report
from bench.showcase import Showcase, run_showcase
from bench.stamp import make_stamp

AREA = "content"


@dataclass(frozen=True)
class Scale:
    """How often Lighthouse runs, and how many sites are walked through."""

    lighthouse_runs: int = 5
    sites: int = 6


FULL = Scale()
SHORT = Scale(lighthouse_runs=1, sites=2)

Measure = Callable[[Showcase, Scale], Iterable[Outcome]]


@dataclass(frozen=True)
class Stage:
    """Figures that are measured together."""

    names: tuple[str, ...]
    measure: Measure


def list_stages() -> list[Stage]:
    """In the order in which they are run."""
    from bench import content_browser, content_lighthouse, content_server

    return [
        Stage(("palette_contrast", "elder_contrast"), content_server.measure_contrast),
        Stage(("home_queries",), content_server.measure_queries),
        Stage(("paste_kept",), content_server.measure_pastes),
        Stage(("home_weight", "third_party_requests"), content_browser.measure_weight),
        Stage(("axe_violations", "overflowing_elements"), content_browser.measure_pages),
        Stage(content_lighthouse.NAMES, content_lighthouse.measure_lighthouse),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset()) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown."""
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    stages = _choose(list_stages(), only)
    with tempfile.TemporaryDirectory(prefix="content-", dir=RESULTS) as folder, run_showcase(Path(folder)) as showcase:
        measured = [_measure(stage, showcase, SHORT if short else FULL, report) for stage in stages]
        return all(measured)


def _choose(stages: list[Stage], only: frozenset[str]) -> list[Stage]:
    known = {name for stage in stages for name in stage.names}
    if only - known:
        raise FigureUnknown(f"no figure {', '.join(sorted(only - known))} in {AREA}: {', '.join(sorted(known))}")
    return [stage for stage in stages if not only or only & set(stage.names)]


def _measure(stage: Stage, showcase: Showcase, scale: Scale, report: Report) -> bool:
    missing = list(stage.names)
    try:
        for outcome in stage.measure(showcase, scale):
            report.add(outcome)
            missing.remove(outcome.name)
    except Exception:  # noqa: BLE001 - told here and by the exit status; the other figures are worth having
        traceback.print_exc(file=sys.stderr)
        for name in missing:
            report.add(NotMeasured(name, "the measurement failed, see standard error"))
        return False
    return True
