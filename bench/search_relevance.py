"""Figures of relevance: queries of citizens against the laws that answer them, and titles that must find themselves."""

import os
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from bench.cluster_sites import CITY
from bench.report import Figure, Outcome, at_least, at_most

if TYPE_CHECKING:
    from bench.search import SearchRun

_GOALS = {"success": 0.95, "recall": 0.85, "mrr": 0.80}


@dataclass(frozen=True)
class Judged:
    """One query's result: whether a law that answers it was among the first ten, the share of them, and 1/rank of the first."""

    kind: str
    success: float
    recall: float
    mrr: float
    is_vain: bool


def find_queries() -> Path:
    """The file that QUERIES names, else the one of the repository."""
    from bench.search import QUERIES

    return Path(os.environ.get("QUERIES") or QUERIES)


def judge_queries() -> list[Judged]:
    """Put every query of the file on the city's site, where the laws are."""
    from search.answers import Question
    from search.models import CatalogueEntry
    from search.searching import search
    from tenants.current import enter_site

    queries = tomllib.loads(find_queries().read_text(encoding="utf-8"))["query"]
    there = set(CatalogueEntry.objects.values_list("title", flat=True))
    answerable = [query for query in queries if there & set(query["laws"])]  # a short run loads some of the laws alone
    with enter_site(CITY):
        return [_judge(query, there, search(Question(query["text"])).hits) for query in answerable]


def _judge(query: dict[str, Any], there: set[str], hits: Any) -> Judged:
    wanted = set(query["laws"][:10]) & there
    found = [hit.title for hit in hits[:10]]
    ranks = [place for place, title in enumerate(found, 1) if title in wanted]
    recall = len(wanted & set(found)) / len(wanted)
    return Judged(query.get("kind", ""), float(bool(ranks)), recall, 1 / ranks[0] if ranks else 0.0, not found)


def measure_relevance(run: "SearchRun") -> Iterator[Outcome]:
    """success@10, recall@10 and MRR of each engine, and the largest distance between the engines."""
    means: dict[str, dict[str, float]] = {}
    for engine in run.engines():
        with run.using(engine):
            judged = judge_queries()
        means[engine] = {name: mean(getattr(each, name) for each in judged) for name in _GOALS}
        for name, goal in _GOALS.items():
            notes = {
                "queries": len(judged),
                "vain": sum(each.is_vain for each in judged),
                "kinds": _by_kind(judged, name),
            }
            yield Figure(f"{name}_{engine}", means[engine][name], "share", at_least(goal), notes)
    if len(means) > 1:
        gap = max(abs(means["postgresql"][name] - means["elasticsearch"][name]) for name in _GOALS)
        yield Figure("engines_gap", gap, "share", at_most(0.03), means)


def _by_kind(judged: list[Judged], name: str) -> dict[str, float]:
    kinds: dict[str, list[float]] = defaultdict(list)
    for each in judged:
        kinds[each.kind].append(getattr(each, name))
    return {kind: round(mean(values), 3) for kind, values in kinds.items()}


def measure_titles(run: "SearchRun") -> Iterator[Outcome]:
    """The share of titles that find an item of exactly that title on the first page."""
    from search.title_test import run_title_test

    for engine in run.engines():
        with run.using(engine):
            result = run_title_test(run.scale.titles)
        share = 100 * (1 - result.failed / result.tried)
        yield Figure(f"titles_{engine}", share, "%", at_least(100), {"tried": result.tried, "failed": result.failed})
