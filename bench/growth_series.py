"""One way of growing: the databases of its sizes served side by side, asked in turns; the figure is the worst ratio of its ends."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench.growth_databases import Filled
from bench.growth_server import Served, served
from bench.growth_sizes import Size, Turns, compare, describe, grow_per
from bench.report import Figure, at_most
from bench.sample_text import COLUMN, LAW_SLUG

if TYPE_CHECKING:
    from bench.growth import GrowthRun

LIST = "gzdt"
"""Slug of the column whose list is measured: with the columns below it, it holds most articles."""
PAGES = {
    "home": "/",
    "list": f"/{LIST}/",
    "list_page_50": f"/{LIST}/?page=50",  # the last page, where there are not so many
    "article": f"/{COLUMN}/{LAW_SLUG}/",
    "feed": f"/{LIST}/feed.xml",
    "sitemap": "/sitemap.xml",
    "search": f"/search/?q={quote('法律援助 公证')}",
}
EDITOR = "admin_listing"
JUDGED = ("home", "list", "article")
"""What the goal is about; the others are noted."""


@dataclass(frozen=True)
class Series:
    """What a way of growing came to, size by size: milliseconds of each page by turn, memory, and the databases."""

    by: str
    sizes: tuple[Size, ...]
    turns: dict[str, dict[Size, Turns]]
    memory: dict[Size, dict[str, float]]
    filled: dict[Size, Filled]

    def number_of(self, size: Size) -> int:
        """What grows."""
        return size.sites if self.by == "sites" else size.articles

    @property
    def ratios(self) -> dict[str, float]:
        """By page: the largest size over the smallest."""
        few, many = self.sizes[0], self.sizes[-1]
        return {page: compare(found[many], found[few]) for page, found in self.turns.items()}

    @property
    def notes(self) -> dict[str, Any]:
        """Everything, by size."""
        megabytes = {self.number_of(size): self.filled[size].megabytes for size in self.sizes}
        return {
            "ratios": {page: round(value, 3) for page, value in self.ratios.items()},
            "latency": {
                page: {str(size): describe(turns) for size, turns in by.items()} for page, by in self.turns.items()
            },
            "memory_mb": {str(size): self.memory[size] for size in self.sizes},
            "database_mb": {str(size): round(self.filled[size].megabytes, 1) for size in self.sizes},
            f"database_kb_per_{self.by.removesuffix('s')}": round(grow_per(megabytes) * 1000, 2),
            "made_in_s": {str(size): round(self.filled[size].seconds, 1) for size in self.sizes},
        }


def measure_sites(run: "GrowthRun") -> Iterator[Figure]:
    """Latency at the most sites over that at the fewest."""
    scale = run.scale
    yield _measure(run, "sites", tuple(Size(sites, scale.articles[0]) for sites in scale.sites))


def measure_articles(run: "GrowthRun") -> Iterator[Figure]:
    """Latency at the most articles over that at the fewest."""
    scale = run.scale
    yield _measure(run, "articles", tuple(Size(scale.sites[0], articles) for articles in scale.articles))


def _measure(run: "GrowthRun", by: str, sizes: tuple[Size, ...]) -> Figure:
    filled = {size: run.databases.get(size) for size in sizes}
    with ExitStack() as stack:
        servers = [stack.enter_context(served(filled[size])) for size in sizes]
        for server in servers:
            server.visit_all()
        turns = _take_turns(servers, run.scale.turns, run.scale.requests)
        memory = {server.filled.size: server.measure_memory() for server in servers}
    series = Series(by, sizes, turns, memory, filled)
    run.pictures.draw(series)
    worst = max(series.ratios[page] for page in JUDGED)
    notes = {"turns": run.scale.turns, "requests": run.scale.requests}
    return Figure(f"latency_{by}_ratio", worst, "×", at_most(1.1), notes | series.notes)


def _take_turns(servers: Sequence[Served], turns: int, requests: int) -> dict[str, dict[Size, Turns]]:
    """Each page from each server, a few requests at a time; the first of a round alternates. The first round warms up."""
    found: dict[str, dict[Size, Turns]] = {
        page: {each.filled.size: [] for each in servers} for page in (*PAGES, EDITOR)
    }
    for number in range(turns + 1):
        for page, by_size in found.items():
            for server in servers if number % 2 else reversed(servers):
                taken = _time(server, page, requests)
                if number:
                    by_size[server.filled.size].append(taken)
    return found


def _time(server: Served, page: str, requests: int) -> list[float]:
    if page != EDITOR:
        return server.time(PAGES[page], requests)
    return server.time(f"/admin/pages/{server.filled.column}/", requests, session=server.filled.session)
