"""What the city's home page costs when no cache holds it: processor time of web process and database, and statements."""

from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from bench.page_process import PageProcess
from bench.report import Figure, at_most

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

_RUNS, _REQUESTS = 7, 20


def measure_home(run: "DeliveryRun") -> Iterator[Figure]:
    """Django alone, without the layers in front; the median of several runs."""
    host = f"{run.prepared.showcase.hosts['city']}:{run.prepared.port}"
    with PageProcess(run.prepared.environment, host) as pages:
        pages.run("/", _REQUESTS)
        costs = [pages.run("/", _REQUESTS).total for _ in range(_RUNS)]
        counted = pages.count("/")
    yield Figure("home_cpu", median(costs), "ms", at_most(60), {"runs_ms": [round(cost, 2) for cost in costs]})
    yield Figure("home_queries", sum(counted.values()), "queries", at_most(25), {"by_kind": counted})
