"""Sizes that a cluster grows through, how a number of articles is split, and how two sizes' latencies are compared."""

from dataclasses import dataclass
from statistics import median, quantiles

Turns = list[list[float]]
"""Milliseconds of requests: by turn, and within the turn by request."""


@dataclass(frozen=True)
class Size:
    """A cluster: number of sites, and number of articles on the city's."""

    sites: int
    articles: int

    def __str__(self) -> str:
        return f"{self.sites} sites, {self.articles} articles"


def split(total: int, shares: int) -> list[int]:
    """So many whole numbers, as equal as can be, that add up to the total."""
    return [total // shares + (index < total % shares) for index in range(shares)]


def compare(many: Turns, few: Turns) -> float:
    """How much longer a request takes at the one size than at the other: median over the pairs of turns, each by its median.

    A pair was measured within a second, so that both turns met the same noise.
    """
    return median(median(mine) / median(theirs) for mine, theirs in zip(many, few, strict=True))


def describe(turns: Turns) -> dict[str, float]:
    """`median_ms` and `p95_ms` of all requests."""
    times = [each for turn in turns for each in turn]
    p95 = quantiles(times, n=20, method="inclusive")[-1]
    return {"median_ms": round(median(times), 2), "p95_ms": round(p95, 2)}


def grow_per(sizes: dict[int, float]) -> float:
    """How much is added by each one more, from the smallest number to the largest: {number: value}."""
    few, many = min(sizes), max(sizes)
    return (sizes[many] - sizes[few]) / (many - few)
