"""Lighthouse through Varnish: the scores of the area `content`, with a higher goal for performance."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bench import content_lighthouse
from bench.content import Scale as ContentScale
from bench.delivery_varnish import serve_behind_varnish
from bench.peers import PeerMissing
from bench.report import NotMeasured, Outcome, at_least

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

NAMES = tuple(f"varnish_{name}" for name in content_lighthouse.NAMES)
_GOALS = {"performance": 98}


def measure_lighthouse(run: "DeliveryRun") -> Iterator[Outcome]:
    """Mobile, the median of several runs."""
    scale = ContentScale(lighthouse_runs=run.scale.lighthouse_runs)
    try:
        with serve_behind_varnish(run):
            for outcome in content_lighthouse.measure_lighthouse(run.prepared.showcase, scale):
                yield _renamed(outcome)
    except PeerMissing as problem:
        for name in NAMES:
            yield NotMeasured(name, str(problem))


def _renamed(outcome: Outcome) -> Outcome:
    name = f"varnish_{outcome.name}"
    if isinstance(outcome, NotMeasured):
        return replace(outcome, name=name)
    return replace(outcome, name=name, goal=at_least(_GOALS.get(name.rpartition("_")[2], 95)))
