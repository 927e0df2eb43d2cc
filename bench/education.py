"""The area `education`: a quiz that thousands sit at a time, the digest to its readers, podcasts, seeking in films."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.database import RESULTS, ROOT, BenchServer, bench_server, fresh_database
from bench.report import Report
from bench.showcase import find_free_port
from bench.stages import Stage, choose_stages, measure_stages
from bench.stamp import make_stamp

AREA = "education"
SITE, HOST = "jingning", "jingning.sfj.localhost"


@dataclass(frozen=True)
class Scale:
    """People of the quiz, the seconds within which they come, those that they take for their answers, and how many questions.

    Readers of the digest, and how many workers are killed while it is sent.
    """

    people: int = 2000
    start_seconds: int = 60
    answer_seconds: int = 600
    questions: int = 30
    digest_readers: int = 10_000
    digest_kills: int = 5


FULL = Scale()
SHORT = Scale(people=100, start_seconds=15, answer_seconds=30, digest_readers=400, digest_kills=2)
"""A little more than half of the full run's saves in a second, for a shorter while."""


@dataclass
class EducationRun:
    """What the figures of one run share: a database with a county's site below the city's, which this process works in."""

    scale: Scale
    workspace: Path
    environment: dict[str, str]
    server: BenchServer
    port: int


def list_stages() -> list[Stage[EducationRun]]:
    """In the order in which they are run."""
    from bench import education_digest, education_podcast, education_quiz

    return [
        Stage(education_quiz.NAMES, education_quiz.measure_quiz),
        Stage(education_digest.NAMES, education_digest.measure_digest),
        Stage(("podcast_ms",), education_podcast.measure_podcast),
        Stage(("seek_wrong", "seek_memory"), education_podcast.measure_seeking),
    ]


def run(*, short: bool, only: frozenset[str] = frozenset(), scale: Scale | None = None) -> bool:
    """Measure all figures, or those named. Returns whether every measurement could be made. Raises BenchBusy, FigureUnknown."""
    report = Report(AREA, RESULTS, make_stamp(ROOT, short=short))
    with _prepared_run(scale or (SHORT if short else FULL)) as prepared:
        return measure_stages(choose_stages(AREA, list_stages(), only), prepared, report)


@contextmanager
def _prepared_run(scale: Scale) -> Iterator[EducationRun]:
    with (
        bench_server() as server,
        fresh_database(server, "bench_education") as url,
        tempfile.TemporaryDirectory(prefix="education-", dir=RESULTS) as folder,
    ):
        port = find_free_port()
        os.environ.update(
            BENCH_DATABASE_URL=url,
            BENCH_MEDIA_ROOT=f"{folder}/media",
            DJANGO_SETTINGS_MODULE="bench.settings",
            # The load generator stands for as many addresses as there are people.
            ALLOWED_PROXIES="127.0.0.1",
        )
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        try:
            call_command("migrate", verbosity=0)
            _make_site()
            yield EducationRun(scale, Path(folder), dict(os.environ), server, port)
        finally:
            connection.close()


def _make_site() -> None:
    """The county's, below the city's: a county bureau has no host of its own."""
    from tenants.provisioning import SiteOrder, create_site

    city = {"name": "平凉市司法局", "short_name": "市司法局", "kind": "city_bureau", "state": "live"}
    create_site(SiteOrder("city", ("sfj.localhost",), "", city))
    county = {"name": "静宁县司法局", "short_name": "静宁县司法局", "kind": "county_bureau", "state": "live"}
    create_site(SiteOrder(SITE, (HOST,), "city", county))


def main() -> None:
    """`python -m bench.education PEOPLE START_SECONDS ANSWER_SECONDS`: the quiz at any scale."""
    people, start, answer = map(int, sys.argv[1:4])
    scale = Scale(people=people, start_seconds=start, answer_seconds=answer)
    sys.exit(0 if run(short=True, scale=scale) else 1)


if __name__ == "__main__":
    main()
