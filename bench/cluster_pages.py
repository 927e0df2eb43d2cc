"""Figures of queries: what an uncached page asks of the database, at few and many sites, and few and many articles."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.cluster_sites import host_of
from bench.page_process import PageProcess
from bench.report import Figure, at_most
from bench.site_content import LARGE_SITE, LAW_PATH, LIST_PATH, SMALL_SITE

if TYPE_CHECKING:
    from bench.cluster import ClusterRun

MOST_QUERIES = 15
_PATHS = {"article": LAW_PATH, "list": LIST_PATH}

Counts = dict[str, dict[str, dict[str, int]]]
"""By page (`article`, `list`), by circumstances (`10 sites, 10000 articles`), by kind of statement."""


def measure_queries(run: "ClusterRun") -> Iterator[Figure]:
    """The most that any circumstances take, and how far they differ."""
    scale, counts = run.scale, Counts({page: {} for page in _PATHS})
    run.sites.ensure(scale.few_sites)
    run.fill_sites()
    _count(run, counts)
    run.sites.ensure(scale.total_sites)
    _count(run, counts)
    for page, found in counts.items():
        values = [sum(kinds.values()) for kinds in found.values()]
        yield Figure(f"{page}_queries", max(values), "queries", at_most(MOST_QUERIES), {"counted": found})
        yield Figure(f"{page}_queries_growth", max(values) - min(values), "queries", at_most(0), {"counted": found})


def _count(run: "ClusterRun", counts: Counts) -> None:
    sizes = {SMALL_SITE: run.scale.few_articles, LARGE_SITE: run.scale.many_articles}
    for schema, articles in sizes.items():
        with PageProcess(run.environment, host_of(schema)) as pages:
            for page, path in _PATHS.items():
                counts[page][f"{len(run.sites.seconds)} sites, {articles} articles"] = pages.count(path)
