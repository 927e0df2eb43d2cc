"""Figures of Lighthouse, mobile, on live pages: the median of several runs for each page and category."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.database import RESULTS
from bench.report import Figure, NotMeasured, Outcome, at_least
from bench.showcase import find_chromium

if TYPE_CHECKING:
    from bench.content import Scale
    from bench.showcase import Showcase

VERSION = "12.8.2"
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "practices",
    "seo": "seo",
}
PAGES = ("home", "column", "article", "document")
NAMES = tuple(f"lighthouse_{page}_{category}" for page in PAGES for category in CATEGORIES.values())
_ATTEMPTS = 3
"""Chromium sometimes traces no navigation at all (NO_NAVSTART): then there is no score, which is not a low one."""
_FLAGS = "--headless=new --no-sandbox --disable-gpu --host-resolver-rules='MAP *.localhost 127.0.0.1'"


class LighthouseFailed(RuntimeError):
    """Lighthouse gave no scores; the text is the end of what it said."""


def measure_lighthouse(showcase: "Showcase", scale: "Scale") -> Iterator[Outcome]:
    """Scores out of 100, on the city's site."""
    obstacle = _find_obstacle()
    if obstacle:
        yield from (NotMeasured(name, obstacle) for name in NAMES)
        return
    for page, path in _list_paths(showcase).items():
        runs = [_run(showcase.url("city", path)) for _ in range(scale.lighthouse_runs)]
        for category, name in CATEGORIES.items():
            scores = [each[category] for each in runs]
            notes = {"path": path, "scores": scores, "version": VERSION}
            yield Figure(f"lighthouse_{page}_{name}", median(scores), "points", at_least(95), notes)


def _find_obstacle() -> str:
    if not shutil.which("npm"):
        return "no npm: it fetches Lighthouse"
    if not find_chromium():
        return "no Chromium: apt-get install chromium fonts-noto-cjk"
    folder = _folder()
    if not (folder / "node_modules" / "lighthouse").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-save", "--prefix", str(folder), f"lighthouse@{VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"npm cannot install lighthouse@{VERSION}"
    return ""


def _folder() -> Path:
    return RESULTS.parent / f"lighthouse-{VERSION}"


def _list_paths(showcase: "Showcase") -> dict[str, str]:
    return {"home": "/", "column": "/tzgg/", "article": _first(showcase, "gzdt"), "document": _first(showcase, "zcwj")}


def _first(showcase: "Showcase", column: str) -> str:
    found = re.search(rf'href="(/{column}/t\d{{8}}-[a-z0-9]+/)"', showcase.fetch("city", f"/{column}/"))
    if found is None:
        raise LighthouseFailed(f"no page in /{column}/")
    return found[1]


def _run(url: str) -> dict[str, float]:
    for _ in range(_ATTEMPTS - 1):
        try:
            return _run_once(url)
        except LighthouseFailed as failure:
            sys.stderr.write(f"Lighthouse is asked again for {url}: {str(failure)[-200:]}\n")
    return _run_once(url)


def _run_once(url: str) -> dict[str, float]:
    binary = _folder() / "node_modules" / ".bin" / "lighthouse"
    command = [str(binary), url, "--quiet", "--output=json", f"--chrome-flags={_FLAGS}"]
    environment = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
    try:
        categories = json.loads(done.stdout)["categories"]
        return {name: round(categories[name]["score"] * 100, 1) for name in CATEGORIES}
    except (ValueError, KeyError, TypeError) as error:
        raise LighthouseFailed(done.stderr[-1500:]) from error
