"""PostgreSQL is stopped under load: what readers get meanwhile, and how soon all is well again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from django.db import transaction

from bench.database import restart_server, stop_server
from bench.delivery_varnish import serve_behind_varnish
from bench.peers import PeerMissing, load
from bench.report import Figure, NotMeasured, Outcome, at_least, at_most
from bench.showcase import Showcase, serve
from site_core.actions import ArticleDraft, publish_article
from site_core.selectors import get_column
from tenants.current import enter_site

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

NAMES = (
    *("outage_served_by_varnish", "outage_clean_refusals", "outage_recovery", "varnish_outage_recovery"),
    "varnish_first_publication",
)
_ASKED_EVERY_S = 0.05
_RECOVERS_WITHIN_S = 60.0


def measure_outage(run: "DeliveryRun") -> Iterator[Outcome]:
    """Without Varnish for a tenth of the time, with it for the whole."""
    prepared = run.prepared
    with serve(prepared.port, prepared.environment, workers=2, threads=4):
        _read(prepared.showcase, "/")
        with _database_stopped():
            time.sleep(3)
            clean, asked = _count_refusals(prepared.showcase, max(5.0, run.scale.outage_seconds / 10))
        recovered = _wait_for(prepared.showcase, "/gzdt/")
    yield Figure("outage_clean_refusals", 100 * clean / asked, "%", at_least(100), {"asked": asked})
    yield Figure("outage_recovery", recovered, "s", at_most(10))
    try:
        with serve_behind_varnish(run):
            yield from _measure_varnish(run, prepared.showcase)
    except PeerMissing as problem:
        yield NotMeasured("outage_served_by_varnish", str(problem))
        yield NotMeasured("varnish_outage_recovery", str(problem))


def _measure_varnish(run: "DeliveryRun", showcase: Showcase) -> Iterator[Outcome]:
    host = f"{showcase.hosts['city']}:{showcase.port}"
    for path in ("/", "/gzdt/"):
        showcase.await_page("city", path)
    with _database_stopped():
        seen = load(showcase.port, "/gzdt/", host, seconds=run.scale.outage_seconds, connections=8, threads=1)
        uncached = _read(showcase, "/tzgg/?page=77")[0]
    recovered = _wait_for(showcase, "/zcwj/")
    first = _publish_and_wait(showcase)
    answers = seen.rate * run.scale.outage_seconds
    notes = {
        "answers": round(answers),
        "failed": seen.failed,
        "seconds": run.scale.outage_seconds,
        "uncached": uncached,
    }
    yield Figure("outage_served_by_varnish", 100 * (1 - seen.failed / answers), "%", at_least(100), notes)
    yield Figure("varnish_outage_recovery", recovered, "s", at_most(10))
    yield Figure("varnish_first_publication", first, "s", at_most(10))


def _publish_and_wait(showcase: Showcase) -> float:
    """Seconds until the first publication after it stands in its column, which Varnish has held all the while."""
    with enter_site("city"), transaction.atomic():
        publish_article(get_column("gzdt"), ArticleDraft("停电之后的消息", [("paragraph", "<p>示例。</p>")]))
    start = time.monotonic()
    while time.monotonic() - start < _RECOVERS_WITHIN_S and "停电之后的消息" not in showcase.fetch("city", "/gzdt/"):
        time.sleep(_ASKED_EVERY_S)
    return time.monotonic() - start


@contextmanager
def _database_stopped() -> Iterator[None]:
    from django.db import connection

    connection.close()
    stop_server()
    try:
        yield
    finally:
        restart_server()


def _count_refusals(showcase: Showcase, seconds: float) -> tuple[int, int]:
    """(answers of 503 with Retry-After, all answers)."""
    clean = asked = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status, headers = _read(showcase, "/")
        asked += 1
        clean += status == 503 and "retry-after" in headers
        time.sleep(_ASKED_EVERY_S)
    return clean, asked


def _wait_for(showcase: Showcase, path: str) -> float:
    """Seconds until the page is there again."""
    start = time.monotonic()
    while time.monotonic() - start < _RECOVERS_WITHIN_S:
        if _read(showcase, path)[0] == 200:
            break
        time.sleep(_ASKED_EVERY_S)
    return time.monotonic() - start


def _read(showcase: Showcase, path: str) -> tuple[int, dict[str, str]]:
    asking = HTTPConnection("127.0.0.1", showcase.port, timeout=30)
    try:
        asking.request("GET", path, headers={"Host": f"{showcase.hosts['city']}:{showcase.port}"})
        answer = asking.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        asking.close()
