"""How soon a publication is on every page that shows it, while readers ask for a thousand pages a second."""

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from statistics import median, quantiles
from typing import TYPE_CHECKING

from django.db import transaction

from bench.delivery_varnish import serve_behind_varnish
from bench.peers import PeerMissing, steady_load
from bench.report import Figure, NotMeasured, Outcome, at_most
from bench.showcase import Showcase, serve
from site_core.actions import ArticleDraft, publish_article
from site_core.selectors import get_column
from tenants.current import enter_site

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

NAMES = ("visible_p95", "stale_afterwards", "varnish_visible_p95", "varnish_stale_afterwards")
_RATE = 1000
_COLUMN = "gzdt"
_GIVE_UP_S = 20.0
_LOOKS = 6
"""How often each page is asked for again once it was seen to be new, over fresh connections, so that each process answers."""


def measure_freshness(run: "DeliveryRun") -> Iterator[Outcome]:
    """First with the cache in the processes, then through Varnish."""
    prepared = run.prepared
    with serve(prepared.port, prepared.environment, workers=2, threads=4):
        yield from _measure(run, "")
    try:
        with serve_behind_varnish(run):
            yield from _measure(run, "varnish_")
    except PeerMissing as problem:
        for name in NAMES[2:]:
            yield NotMeasured(name, str(problem))


def _measure(run: "DeliveryRun", prefix: str) -> Iterator[Outcome]:
    showcase, scale = run.prepared.showcase, run.scale
    counties = [schema for schema, kind in showcase.kinds.items() if kind == "county_bureau"]
    for schema in ("city", *counties):
        showcase.await_page(schema, "/")  # its first reader makes its pictures: seconds that no publication causes
    warm = [
        (f"{showcase.hosts[schema]}:{showcase.port}", path)
        for schema in ("city", *counties)
        for path in ("/", f"/{_COLUMN}/")
    ]
    seconds, stale = [], 0
    slowest: list[tuple[float, int, tuple[str, str]]] = []
    with steady_load(showcase.port, warm, _RATE, run.workspace), ThreadPoolExecutor(10) as pool:
        time.sleep(2)
        for number, schema in zip(range(scale.publications), itertools.cycle(counties), strict=False):
            title = f"示例消息{prefix}{number:04}号"
            path = _publish(schema, title)
            start = time.perf_counter()
            pages = _list_pages(schema, path, title)
            waited = list(pool.map(partial(_wait_until_new, showcase, start), pages))
            seconds.append(max(waited))
            slowest.append((round(max(waited), 3), number, pages[waited.index(max(waited))][:2]))
            stale += sum(pool.map(partial(_count_stale, showcase), pages))
    notes = {
        "publications": len(seconds), "pages_each": len(pages), "median_s": round(median(seconds), 3),
        "worst_s": round(max(seconds), 3), "requests_per_s_meanwhile": _RATE,
        "slowest": sorted(slowest, reverse=True)[:5],
    }  # fmt: skip
    yield Figure(f"{prefix}visible_p95", quantiles(seconds, n=20, method="inclusive")[-1], "s", at_most(1), notes)
    yield Figure(
        f"{prefix}stale_afterwards", stale, "answers", at_most(0), {"looked": len(seconds) * len(pages) * _LOOKS}
    )


def _publish(schema: str, title: str) -> str:
    with enter_site(schema), transaction.atomic():
        return str(
            publish_article(get_column(_COLUMN), ArticleDraft(title, [("paragraph", "<p>示例。</p>")])).get_url()
        )


def _list_pages(schema: str, path: str, title: str) -> list[tuple[str, str, bytes]]:
    """(site, path, what must stand there)."""
    name = title.encode()
    return [
        (schema, path, name),
        (schema, f"/{_COLUMN}/", name),
        (schema, "/", name),
        (schema, f"/{_COLUMN}/feed.xml", name),
        (schema, "/sitemap-1.xml", path.encode()),
        ("city", "/", name),
    ]


def _wait_until_new(showcase: Showcase, start: float, page: tuple[str, str, bytes]) -> float:
    """Seconds from the commit to the first answer that has it. The bench gives up after twenty."""
    while True:
        if _has(showcase, page):
            return time.perf_counter() - start
        if time.perf_counter() - start > _GIVE_UP_S:
            return _GIVE_UP_S
        time.sleep(0.01)


def _count_stale(showcase: Showcase, page: tuple[str, str, bytes]) -> int:
    return sum(not _has(showcase, page) for _ in range(_LOOKS))


def _has(showcase: Showcase, page: tuple[str, str, bytes]) -> bool:
    schema, path, wanted = page
    host, port = showcase.hosts[schema], showcase.port
    asking = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asking.request("GET", path, headers={"Host": f"{host}:{port}"})
        return wanted in asking.getresponse().read()
    finally:
        asking.close()
