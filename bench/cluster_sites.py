"""Figures of making sites: one after the other by the product's own action, each timed."""

import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench.report import Figure, at_most
from bench.sample_text import OWNER
from tenants.provisioning import SiteOrder, create_site

if TYPE_CHECKING:
    from bench.cluster import ClusterRun

CITY = "city"


class BenchSites:
    """The sites of a run: first the city, then county bureaus `c001`, `c002` …, all alike."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        """How long each site took; index = sites that there were before it."""

    def ensure(self, count: int) -> None:
        """Make sites until there are so many."""
        while len(self.seconds) < count:
            order = order_of(len(self.seconds))
            start = time.perf_counter()
            create_site(order)
            self.seconds.append(time.perf_counter() - start)

    def around(self, count: int, samples: int) -> list[float]:
        """Seconds of the sites made while there were about so many; the city's own is never among them."""
        first = count - samples // 2 + 1
        return self.seconds[first : first + samples]


def schema_of(number: int) -> str:
    """Schema of a county bureau, numbered from 1."""
    return f"c{number:03}"


def host_of(schema: str) -> str:
    """The site's host."""
    return "sfj.localhost" if schema == CITY else f"{schema}.sfj.localhost"


def order_of(number: int) -> SiteOrder:
    """Order for the site with that number: 0 is the city, the others are county bureaus."""
    if number == 0:
        fields = OWNER | {"name": "示例市司法局", "short_name": "市司法局", "kind": "city_bureau", "state": "live"}
        return SiteOrder(CITY, (host_of(CITY),), "", fields)
    schema = schema_of(number)
    fields = OWNER | {"short_name": f"示例局{number}", "kind": "county_bureau", "state": "live"}
    return SiteOrder(schema, (host_of(schema),), CITY, fields)


def measure_creation(run: "ClusterRun") -> Iterator[Figure]:
    """p95 over the last sites made (the worst placed), and the median at many sites over that at few."""
    scale, sites = run.scale, run.sites
    sites.ensure(scale.total_sites)
    timed = sites.seconds[1:][-scale.timed_sites :]
    few, many = (sites.around(count, scale.samples) for count in (scale.few_sites, scale.many_sites))
    p95 = quantiles(timed, n=20, method="inclusive")[-1]
    notes = {"sites": len(sites.seconds), "slowest_s": round(max(timed), 4)}
    yield Figure("create_site_p95", p95, "s", at_most(1), notes | _describe(timed))
    by_sites = {str(scale.few_sites): _describe(few), str(scale.many_sites): _describe(many)}
    yield Figure("create_site_growth", median(many) / median(few), "×", at_most(1.2), {"at_sites": by_sites})


def _describe(seconds: list[float]) -> dict[str, float]:
    return {"samples": len(seconds), "median_s": round(median(seconds), 4)}
