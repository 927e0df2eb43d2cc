"""Figures of `content` that need no browser: contrast of palettes, queries of the home page, pastes."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.commands import run_python
from bench.report import Figure, Outcome, at_least, at_most

if TYPE_CHECKING:
    from bench.content import Scale
    from bench.showcase import Showcase

_IN_DJANGO = "bench.content_in_django"


def measure_contrast(showcase: "Showcase", scale: "Scale") -> Iterator[Outcome]:
    """The worst pair of all palettes, as a ratio."""
    usual, elder, count = ask(showcase, "contrast")
    yield Figure("palette_contrast", usual, "ratio", at_least(4.5), {"palettes": count})
    yield Figure("elder_contrast", elder, "ratio", at_least(7), {"palettes": count})


def measure_queries(showcase: "Showcase", scale: "Scale") -> Iterator[Outcome]:
    """Statements for the city's home page with the sample content; caches of the process warm, no page cache."""
    (count,) = ask(showcase, "queries")
    yield Figure("home_queries", count, "queries", at_most(25))


def measure_pastes(showcase: "Showcase", scale: "Scale") -> Iterator[Outcome]:
    """Clipboards of word processors of which all structure was kept and no style."""
    kept, all_of_them = ask(showcase, "pastes")
    yield Figure("paste_kept", kept, "snippets", at_least(all_of_them))


def ask(showcase: "Showcase", what: str) -> list[float]:
    """What a process of the product says, on the showcase's database."""
    environment = {
        **os.environ,
        **{"DATABASE_URL": showcase.database_url, "MEDIA_ROOT": showcase.media_root, "CLUSTER_DEMO": "true"},
        **{"PORT": str(showcase.port), "DJANGO_SETTINGS_MODULE": "site_core.settings", "PYTHONWARNINGS": "ignore"},
    }
    done = run_python(["-m", _IN_DJANGO, what], environment)
    return [float(part) for part in done.output.split()]
