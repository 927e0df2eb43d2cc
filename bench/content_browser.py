"""Figures of `content` that a browser measures: weight of the home page, axe, and what sticks out of the window."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.report import Figure, NotMeasured, Outcome, at_most
from bench.showcase import find_chromium

if TYPE_CHECKING:
    from bench.content import Scale
    from bench.showcase import Showcase

WIDTHS = (320, 375, 768, 1440)
DRESSES = {
    "usual": "elder=0&contrast=normal&size=normal",
    "elder": "elder=1&contrast=normal",
    "dark": "elder=1&contrast=dark",
}
_COUNTED = {"document", "stylesheet", "script", "font"}
# Elements wider than the window that cannot be scrolled to within a box of their own.
_STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = element => { for (let e = element; e; e = e.parentElement) {
    const style = getComputedStyle(e); if (/auto|scroll|hidden|clip/.test(style.overflowX)) return true; } return false; };
  return [...document.querySelectorAll('body *')].filter(e => { const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 1 || box.left < -1) && !e.closest('.vh, .skip') && !scrolls(e); })
    .map(e => e.tagName + '.' + e.className).slice(0, 5);
}"""


def measure_weight(showcase: "Showcase", scale: "Scale") -> Iterator[Outcome]:
    """Compressed bytes of a first visit to the city's home page, without pictures; requests to other hosts."""
    if not find_chromium():
        yield from _without_browser("home_weight", "third_party_requests")
        return
    from tests.browser.chromium import open_browser

    sizes: Counter[str] = Counter()
    foreign: list[str] = []
    with open_browser() as browser:
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        kinds: dict[str, str] = {}
        session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"].lower()}))
        session.on("Network.loadingFinished", lambda event: _count(sizes, kinds, event))
        page.on("request", lambda request: foreign.append(request.url) if _is_foreign(request.url, showcase) else None)
        page.goto(showcase.url("city"), wait_until="networkidle")
    weight = sum(size for kind, size in sizes.items() if kind in _COUNTED) / 1024
    yield Figure("home_weight", weight, "KB", at_most(100), {"bytes": dict(sizes)})
    yield Figure("third_party_requests", len(foreign), "requests", at_most(0), {"urls": foreign[:5]})


def _count(sizes: Counter[str], kinds: dict[str, str], event: dict[str, Any]) -> None:
    sizes[kinds.get(event["requestId"], "other")] += int(event["encodedDataLength"])


def _is_foreign(url: str, showcase: "Showcase") -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and parts.hostname != showcase.hosts["city"]


def measure_pages(showcase: "Showcase", scale: "Scale") -> Iterator[Outcome]:
    """Violations that axe finds and elements that stick out, over all page types of a site of each theme and dress."""
    if not find_chromium():
        yield from _without_browser("axe_violations", "overflowing_elements")
        return
    from axe_playwright_python.sync_playwright import Axe

    from tests.browser.chromium import open_browser

    violations: list[str] = []
    sticking: list[str] = []
    pages = 0
    with open_browser() as browser:
        for schema in showcase.sites()[: scale.sites]:
            page = browser.new_page()
            for dress, query in DRESSES.items():
                page.goto(showcase.url(schema, f"/site-map/?{query}"))
                for path in showcase.list_pages(schema):
                    page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
                    page.goto(showcase.url(schema, path))
                    pages += 1
                    found = Axe().run(page).response["violations"]
                    violations += [f"{schema}{path} {dress}: {each['id']}" for each in found for _ in each["nodes"]]
                    sticking += _list_sticking_out(page, f"{schema}{path} {dress}")
            page.close()
    notes = {"pages": pages, "dresses": list(DRESSES)}
    yield Figure("axe_violations", len(violations), "violations", at_most(0), notes | {"first": violations[:10]})
    yield Figure("overflowing_elements", len(sticking), "elements", at_most(0), notes | {"first": sticking[:10]})


def _list_sticking_out(page: Any, where: str) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{where} at {width}: {element}" for element in page.evaluate(_STICKING_OUT)]
    return found


def _without_browser(*names: str) -> Iterator[Outcome]:
    for name in names:
        yield NotMeasured(name, "no Chromium: apt-get install chromium fonts-noto-cjk")
