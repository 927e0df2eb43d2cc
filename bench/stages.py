"""Stages of an area: figures that are measured together, chosen by name, each failure told without costing the others."""

import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench.report import NotMeasured, Outcome, Report

Run = TypeVar("Run")


class FigureUnknown(ValueError):
    """A figure was asked for that the area does not have."""


@dataclass(frozen=True)
class Stage(Generic[Run]):
    """Figures that are measured together, in a run that is prepared for all stages of the area."""

    names: tuple[str, ...]
    measure: Callable[[Run], Iterable[Outcome]]


def choose_stages(area: str, stages: Sequence[Stage[Run]], only: frozenset[str]) -> list[Stage[Run]]:
    """Those with one of the named figures, or all. Raises FigureUnknown."""
    known = {name for stage in stages for name in stage.names}
    if only - known:
        raise FigureUnknown(f"no figure {', '.join(sorted(only - known))} in {area}: {', '.join(sorted(known))}")
    return [stage for stage in stages if not only or only & set(stage.names)]


def measure_stages(stages: Sequence[Stage[Run]], prepared: Run, report: Report) -> bool:
    """Measure all; returns whether every measurement could be made."""
    done = [_measure(stage, prepared, report) for stage in stages]  # all of them, whatever becomes of the first
    return all(done)


def _measure(stage: Stage[Run], prepared: Run, report: Report) -> bool:
    missing = list(stage.names)
    try:
        for outcome in stage.measure(prepared):
            report.add(outcome)
            missing.remove(outcome.name)
    except Exception:  # noqa: BLE001 - told here and by the exit status; the other figures are worth having
        traceback.print_exc(file=sys.stderr)
        for name in missing:
            report.add(NotMeasured(name, "the measurement failed, see standard error"))
        return False
    for name in missing:
        report.add(NotMeasured(name, "needs what this machine lacks, or is no part of a short run"))
    return True
