"""The area `microblog`: posts that arrive once whatever fails, how soon they arrive, and limits that are kept."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.database import RESULTS, ROOT, bench_server, fresh_database
from bench.report import Report
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

AREA = "microblog"


@dataclass(frozen=True)
class Scale:
    """Posts to each platform and kills meanwhile; articles for the time to arrival; accounts and posts of each for the limits.

    `hour_seconds` is how long an hour of the platforms is while limits are tried.
    """

    posts: int = 1000
    kills: int = 10
    articles: int = 60
    accounts: int = 200
    posts_of_account: int = 50
    hour_seconds: int = 120


FULL = Scale()
SHORT = Scale(posts=60, kills=2, articles=8, accounts=6, posts_of_account=35, hour_seconds=10)


@dataclass
class MicroblogRun:
    """What the figures of one run share."""

    scale: Scale
    workspace: Path
    environment: dict[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))


def list_stages() -> list[Stage[MicroblogRun]]:
    """In the order in which they are run."""
    from bench import microblog_latency, microblog_limits, microblog_truth

    return [
        Stage(("accepted_p95",), microblog_latency.measure_arrival),
        Stage(microblog_truth.NAMES, microblog_truth.measure_truth),
        Stage(("limits_broken", "orders_broken"), microblog_limits.measure_limits),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset()) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown."""
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    with _prepared_run(SHORT if short else FULL) as prepared:
        return measure_stages(choose_stages(AREA, list_stages(), only), prepared, report)


@contextmanager
def _prepared_run(scale: Scale) -> Iterator[MicroblogRun]:
    """A database of the area's own with one county site; this process is set up to work in it."""
    with (
        bench_server() as server,
        fresh_database(server, "bench_microblog") as url,
        tempfile.TemporaryDirectory(prefix="microblog-", dir=RESULTS) as folder,
    ):
        os.environ.update(
            BENCH_DATABASE_URL=url,
            BENCH_MEDIA_ROOT=f"{folder}/media",
            DJANGO_SETTINGS_MODULE="bench.settings",
            MICROBLOG_PRIVATE_TARGETS="true",
        )
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        from bench.microblog_site import make_site

        try:
            call_command("migrate", verbosity=0)
            make_site()
            yield MicroblogRun(scale, Path(folder), dict(os.environ))
        finally:
            connection.close()
