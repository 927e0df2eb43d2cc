"""Cached pages beside files: the product, Varnish in front of it, nginx with the same bytes, Varnish in front of that."""

import gzip
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median
from typing import TYPE_CHECKING

from bench.bulk_page import make_large_page
from bench.delivery_varnish import serve_behind_varnish, varnish_plain
from bench.peers import PeerMissing, load_well, nginx_with
from bench.report import Figure, NotMeasured, Outcome, at_least
from bench.showcase import serve

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

NAMES = ("embedded_of_file", "varnish_of_varnish", "varnish_of_file")
_THREADS = 2
_OF_SERVERS = {
    *("date", "content-type", "content-length", "content-encoding", "transfer-encoding", "connection"),
    *("age", "via", "x-varnish", "accept-ranges"),
}


def measure_speed(run: "DeliveryRun") -> Iterator[Outcome]:
    """In pairs, the first of a pair alternating; the median of the ratios. All send the same page of 25 KB: as it is, and
    with Varnish, which keeps it compressed, as browsers get it (unpacking it for each reader is not what it is for).
    """
    page = make_large_page(run)
    try:
        yield from _measure_embedded(run, page)
    except PeerMissing as problem:
        yield NotMeasured("embedded_of_file", str(problem))
    try:
        yield from _measure_varnish(run, page)
    except PeerMissing as problem:
        for name in NAMES[1:]:
            yield NotMeasured(name, str(problem))


def _measure_embedded(run: "DeliveryRun", page: str) -> Iterator[Outcome]:
    host = f"{run.prepared.showcase.hosts['city']}:{run.prepared.port}"
    with serve(run.prepared.port, run.prepared.environment, workers=2, threads=_THREADS):
        body = run.prepared.showcase.await_page("city", page).encode()
        with nginx_with(body, run.workspace / "peer") as nginx:
            pairs = _pairs(run, (run.prepared.port, page, host), (nginx, "/page.html", "x"))
    yield _ratio("embedded_of_file", pairs, 0.7, len(body))


def _measure_varnish(run: "DeliveryRun", page: str) -> Iterator[Outcome]:
    host = run.prepared.showcase.hosts["city"]  # as browsers send it to an edge on the usual port
    with serve_behind_varnish(run, threads=_THREADS):
        body = gzip.compress(run.prepared.showcase.await_page("city", page).encode(), 6, mtime=0)
        ours = (run.prepared.port, page, host)
        packed = "add_header Content-Encoding gzip;"
        with (
            nginx_with(body, run.workspace / "peer", headers=packed) as nginx,
            nginx_with(body, run.workspace / "twin", headers=f"etag off; {packed} {_headers_of(ours)}") as twin,
        ):
            to_file = _pairs(run, ours, (nginx, "/page.html", "x"), packed=True)
            with varnish_plain(run, twin) as plain:
                to_varnish = _pairs(run, ours, (plain, "/page.html", "x"), packed=True)
            with varnish_plain(run, nginx) as plain:
                to_bare = _pairs(run, ours, (plain, "/page.html", "x"), packed=True)
    # "The same bytes" are the whole answer. How far the page's headers alone go into the rate, the bare ratio tells.
    bare = median(ours / theirs for ours, theirs in to_bare)
    yield _ratio("varnish_of_varnish", to_varnish, 0.95, len(body), with_seven_headers=round(bare, 3))
    yield _ratio("varnish_of_file", to_file, 0.7, len(body))


def _headers_of(target: tuple[int, str, str]) -> str:
    """What the page says beside what each server says by itself, for nginx: so that Varnish has the same bytes to send."""
    port, path, host = target
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": host, "Accept-Encoding": "gzip"})
        told = connection.getresponse().getheaders()
    finally:
        connection.close()
    return " ".join(f"add_header {name} '{_quoted(value)}';" for name, value in told if name.lower() not in _OF_SERVERS)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _pairs(
    run: "DeliveryRun", ours: tuple[int, str, str], theirs: tuple[int, str, str], *, packed: bool = False
) -> list[tuple[float, float]]:
    for target in (ours, theirs):
        load_well(*target, seconds=1, packed=packed)
    pairs = []
    for number in range(run.scale.pairs):
        order = (ours, theirs) if number % 2 else (theirs, ours)
        rates = {target: load_well(*target, seconds=run.scale.seconds, packed=packed) for target in order}
        pairs.append((rates[ours], rates[theirs]))
    return pairs


def _ratio(name: str, pairs: list[tuple[float, float]], goal: float, size: int, **further: float) -> Figure:
    ratios = [ours / theirs for ours, theirs in pairs]
    notes = {
        "bytes": size,
        "ratios": [round(ratio, 3) for ratio in ratios],
        "ours_per_s": round(median(ours for ours, _ in pairs)),
        "theirs_per_s": round(median(theirs for _, theirs in pairs)),
    }
    return Figure(name, median(ratios), "×", at_least(goal), notes | further)
