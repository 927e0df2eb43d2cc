"""Figures of programmes: the feed of a long podcast, and seeking in a large film."""

import random
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import feedparser
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.report import Figure, Outcome, at_most
from bench.showcase import serve
from legal_education.models import EpisodePage, ProgrammePage
from legal_education.podcasts import make_feed
from site_core.actions import publish_page
from site_core.models import SiteDocument
from site_core.selectors import get_column
from tenants.current import enter_site

if TYPE_CHECKING:
    from bench.education import EducationRun

SITE, HOST = "jingning", "jingning.sfj.localhost"
SEEKS = 120
GOAL_MS = 200
EPISODES = 500
FILM_BYTES = 200 * 1024 * 1024
_ROUNDS = 7
_SLUG = "bench"
_SAMPLE = Path(__file__).resolve().parent.parent / "legal_education" / "sample" / "media"
_MOMENT = "2026-01-02T03:04:05+08:00"


def measure_podcast(run: "EducationRun") -> Iterator[Outcome]:
    """The feed of 500 episodes as the application makes it each time, without any cache; the median of the runs."""
    with enter_site(SITE):
        yield _measure_feed(_make_long_programme())


def _make_long_programme() -> ProgrammePage:
    programme = _make_programme("radio", _SLUG)
    sound = _make_file("tones-1.mp3")
    for number in range(1, EPISODES + 1):
        _make_episode(programme, number, sound)
    return programme


def _measure_feed(programme: ProgrammePage) -> Figure:
    times, text = [], ""
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        text = make_feed(ProgrammePage.objects.get(pk=programme.pk)).writeString("utf-8")
        times.append((time.perf_counter() - begun) * 1000)
    with CaptureQueriesContext(connection) as queries:
        make_feed(ProgrammePage.objects.get(pk=programme.pk))
    found = feedparser.parse(text)
    if found.bozo or len(found.entries) != EPISODES:
        raise AssertionError(f"the feed is not valid: {found.get('bozo_exception')}, {len(found.entries)} episodes")
    notes = {
        "episodes": EPISODES,
        "queries": len(queries),
        "bytes": len(text.encode()),
        "slowest": round(max(times), 1),
    }
    return Figure("podcast_ms", median(times), "ms", at_most(GOAL_MS), notes)


def measure_seeking(run: "EducationRun") -> Iterator[Outcome]:
    """Ranges of a film of 200 MB through the web server: each byte compared, and what the web process grew by."""
    with enter_site(SITE):
        film = _make_large_film()
        path, disk = film.url, Path(film.file.path)
    host = f"{HOST}:{run.port}"
    with serve(run.port, {**run.environment, "PORT": str(run.port)}) as web:
        _ask(run.port, host, path, "bytes=0-0")
        before = _count_memory(web.pid)
        wrong = sum(not _is_right(run.port, host, path, disk, wanted) for wanted in _list_ranges(SEEKS))
        grown = _count_memory(web.pid) - before
    disk.unlink()
    notes = {"ranges": SEEKS, "bytes": FILM_BYTES}
    yield Figure("seek_wrong", wrong, "answers", at_most(0), notes)
    yield Figure("seek_memory", max(0.0, grown / 1024 / 1024), "MB", at_most(20), notes)


@transaction.atomic
def _make_programme(medium: str, slug: str) -> ProgrammePage:
    programme = ProgrammePage(title="测量用节目", slug=slug, medium=medium, outlet="测量用电台", schedule="每天")
    publish_page(get_column("pufa"), programme)
    return programme


@transaction.atomic
def _make_episode(programme: ProgrammePage, number: int, sound: SiteDocument) -> None:
    words: Any = [{"type": "speech", "value": {"speaker": "律师", "text": f"第{number}期的话。" * 20}}]
    episode = EpisodePage(
        title=f"第{number}期：听众来信和律师的回答", slug=f"di{number}qi", number=number, media=sound,
        summary="一封来信，一个身边的案子，一段说明白的法。", aired_at=_MOMENT, transcript=words,
    )  # fmt: skip
    programme.refresh_from_db()
    publish_page(programme, episode)


def _make_file(name: str) -> SiteDocument:
    content = (_SAMPLE / name).read_bytes()
    document = SiteDocument(title=name, file=ContentFile(content, name=name), file_size=len(content))
    document.save()
    return document


def _make_large_film() -> SiteDocument:
    """A film of that size whose bytes tell where they stand."""
    document = _make_file("film.mp4")
    with Path(document.file.path).open("r+b") as file:
        file.seek(0)
        for start in range(0, FILM_BYTES, 1024 * 1024):
            file.write(start.to_bytes(8, "big") * (1024 * 1024 // 8))
    return document


def _list_ranges(count: int) -> list[tuple[str, int, int]]:
    """(header, first byte, last byte) of so many ranges, some of them long; first -1 for those that must be refused."""
    dice = random.Random(9)  # noqa: S311 - places in a film
    found = [("bytes=-500", FILM_BYTES - 500, FILM_BYTES - 1), (f"bytes={FILM_BYTES}-", -1, -1)]
    while len(found) < count:
        start = dice.randrange(FILM_BYTES)
        end = min(FILM_BYTES - 1, start + dice.choice((1, 4096, 1 << 20, 1 << 24)))
        found.append((f"bytes={start}-{end}", start, end))
    return found


def _is_right(port: int, host: str, path: str, disk: Path, wanted: tuple[str, int, int]) -> bool:
    header, start, end = wanted
    status, ranged, body = _ask(port, host, path, header)
    if start < 0:
        return (status, ranged) == (416, f"bytes */{FILM_BYTES}")
    with disk.open("rb") as file:
        file.seek(start)
        expected = file.read(end - start + 1)
    return (status, ranged, body) == (206, f"bytes {start}-{end}/{FILM_BYTES}", expected)


def _ask(port: int, host: str, path: str, wanted: str) -> tuple[int, str, bytes]:
    asked = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request("GET", path, headers={"Host": host, "Range": wanted})
        answer: HTTPResponse = asked.getresponse()
        return answer.status, answer.headers.get("Content-Range", ""), answer.read()
    finally:
        asked.close()


def _count_memory(pid: int) -> int:
    """Bytes that the process and its children hold for themselves (anonymous memory: files that are read do not count)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("RssAnon")]
    return sum(int(line.split()[1]) * 1024 for line in own) + sum(_count_memory(int(child)) for child in children)
