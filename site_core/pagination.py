"""Pages of a list: bounded, whatever number the reader asks for."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Listing:
    """One page of a list: items, its number from 1, number of pages, number of items."""

    items: list[Any]
    number: int
    pages: int
    total: int

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.number < self.pages

    @property
    def window(self) -> list[int]:
        """Numbers of the pages around this one."""
        return list(range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1))

    @property
    def steps(self) -> list[int | None]:
        """`window` with the first and the last page at its ends; None where pages are left out between."""
        steps: list[int | None] = [1]
        for before, number in pairwise(sorted({1, *self.window, self.pages})):
            between = {1: [], 2: [before + 1]}.get(number - before, [None])
            steps += [*between, number]
        return steps


def get_listing(queryset: Any, asked: str | None, size: int, *, total: int | None = None) -> Listing:
    """The page of the list that was asked for; a number that makes no sense gives the first or the last.

    `total` is the number of items, where it is known already.
    """
    total = queryset.count() if total is None else total
    pages = max(1, -(-total // size))
    number = min(max(int(asked), 1), pages) if asked and asked.isdecimal() and len(asked) < 10 else 1
    start = (number - 1) * size
    return Listing(list(queryset[start : start + size]), number, pages, total)
