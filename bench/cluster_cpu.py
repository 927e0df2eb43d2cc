"""Figure of what several sites in one process cost: an uncached article here, and the same one in plain Wagtail.

CPU of the web process and of its database backend together; the two projects take turns, so that both meet the same noise.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.cluster_sites import host_of
from bench.commands import run_python
from bench.database import fresh_database
from bench.page_process import Cost, PageProcess
from bench.report import Figure, at_most
from bench.site_content import LARGE_SITE, LAW_PATH

if TYPE_CHECKING:
    from bench.cluster import ClusterRun

PLAIN_HOST = "plain.localhost"
_NO_TEXT = re.compile(r"<head>.*?</head>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Pair:
    """What a request cost here and there, measured one right after the other."""

    ours: Cost
    plain: Cost

    @property
    def ratio(self) -> float:
        """Ours over plain."""
        return self.ours.total / self.plain.total


def measure_cpu(run: "ClusterRun") -> Iterator[Figure]:
    """Median of the pairs' ratios."""
    run.sites.ensure(run.scale.few_sites)
    run.fill_sites()
    with _plain_site(run) as environment:
        ours_process = PageProcess(run.environment, host_of(LARGE_SITE))
        with ours_process as ours, PageProcess(environment, PLAIN_HOST) as plain:
            notes = {"sites": len(run.sites.seconds), **_compare_pages(ours, plain)}
            pairs = _run_pairs(run, ours, plain)
    ratio = median(pair.ratio for pair in pairs)
    yield Figure("article_cpu_ratio", ratio, "×", at_most(1.1), notes | _describe(pairs, run))


def _run_pairs(run: "ClusterRun", ours: PageProcess, plain: PageProcess) -> list[Pair]:
    """Pairs in alternating order, after a warm-up of each."""
    requests = run.scale.requests
    for process in (ours, plain):
        process.run(LAW_PATH, requests)
    pairs = []
    for number in range(run.scale.pairs):
        if number % 2:
            theirs = plain.run(LAW_PATH, requests)
            pairs.append(Pair(ours.run(LAW_PATH, requests), theirs))
        else:
            pairs.append(Pair(ours.run(LAW_PATH, requests), plain.run(LAW_PATH, requests)))
    return pairs


def _compare_pages(ours: PageProcess, plain: PageProcess) -> dict[str, Any]:
    """Statements of each, bytes, and how alike what a reader sees is (1 = the same words in the same order)."""
    pages = [ours.read(LAW_PATH), plain.read(LAW_PATH)]
    here, there = (unescape(_NO_TEXT.sub(" ", page)).split() for page in pages)
    return {
        "queries": [ours.count(LAW_PATH), plain.count(LAW_PATH)],
        "bytes": [len(page.encode()) for page in pages],
        "same_text": round(SequenceMatcher(None, here, there, autojunk=False).ratio(), 4),
    }


def _describe(pairs: list[Pair], run: "ClusterRun") -> dict[str, Any]:
    ratios = [pair.ratio for pair in pairs]
    return {
        "pairs": len(pairs),
        "requests": run.scale.requests,
        "articles": run.scale.many_articles,
        "lowest": round(min(ratios), 3),
        "highest": round(max(ratios), 3),
        "ours_ms": _medians([pair.ours for pair in pairs]),
        "plain_ms": _medians([pair.plain for pair in pairs]),
    }


def _medians(costs: list[Cost]) -> dict[str, float]:
    return {name: round(median(getattr(cost, name) for cost in costs), 3) for name in ("total", "process", "backend")}


@contextmanager
def _plain_site(run: "ClusterRun") -> Iterator[dict[str, str]]:
    """The peer with its articles on a database of its own; yields its environment."""
    with fresh_database(run.server, "bench_plain") as url:
        environment = run.environment | {
            "DJANGO_SETTINGS_MODULE": "bench.plain.settings",
            "BENCH_PLAIN_DATABASE_URL": url,
            "BENCH_PLAIN_MEDIA_ROOT": str(run.workspace / "plain-media"),
        }
        run_python(["-m", "django", "migrate", "--verbosity", "0"], environment)
        run_python(["-m", "django", "fill_site", str(run.scale.many_articles)], environment)
        yield environment
