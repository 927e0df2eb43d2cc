"""The laws in the city's column, their words counted; and the rate at which the search server is loaded from the catalogue."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.cluster_import import choose_lines, find_law_file
from bench.cluster_sites import CITY
from bench.commands import manage
from bench.report import Figure, NotMeasured, Outcome, at_least
from bench.sample_text import COLUMN

if TYPE_CHECKING:
    from bench.search import SearchRun


class LawsMissing(RuntimeError):
    """The law texts are not beside the checkout, and LAWS names none: there is nothing to search in."""


def load(run: "SearchRun") -> None:
    """An empty cluster of two sites, then the laws by the product's own command. Raises LawsMissing."""
    path = find_law_file()
    if path is None:
        raise LawsMissing("no law file: LAWS=FILE names one")
    from django.core.management import call_command

    from bench.cluster_sites import BenchSites
    from search.shipped_words import load_shipped_words

    call_command("migrate", verbosity=0)
    BenchSites().ensure(2)
    load_shipped_words()
    file = path if run.scale.laws is None else choose_lines(path, run.scale.laws, run.workspace)
    manage(run.environment, "import_articles", str(file), "--site", CITY, "--column", COLUMN, "--json")
    count_words()
    run.server.checkpoint()


def count_words() -> None:
    """What the nightly jobs of product and database do."""
    from django.db import connection

    from search.catalogue_words import refresh

    refresh()
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE search_catalogueentry, search_cataloguepart, search_catalogueword, search_wordvariant"
        )


def measure_rebuild(run: "SearchRun") -> Iterator[Outcome]:
    """Parts a second, from the catalogue into the server's new index until it answers."""
    if not run.server_url:
        yield NotMeasured("rebuild_rate", run.obstacle)
        return
    parts, seconds = rebuild_index(run)
    yield Figure(
        "rebuild_rate", parts / seconds, "parts/s", at_least(5000), {"parts": parts, "seconds": round(seconds, 2)}
    )


def rebuild_index(run: "SearchRun") -> tuple[int, float]:
    """Load the server's index; (parts, seconds)."""
    from search.engines import elastic_index, elastic_rebuild
    from search.models import CataloguePart

    with run.using("elasticsearch"):
        start = time.perf_counter()
        elastic_rebuild.rebuild()
        seconds = time.perf_counter() - start
        elastic_index.refresh()
    return CataloguePart.objects.count(), seconds
