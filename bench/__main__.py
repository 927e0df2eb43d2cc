"""`python -m bench AREA [--short] [--only NAME …]`: exit status 0 whatever the figures say, 1 where one could not be measured."""

import argparse
import signal
import subprocess
import sys
import warnings
from typing import Any

from bench import blueprints, cluster, content, delivery, education, growth, microblog, search
from bench.database import ROOT, BenchBusy
from bench.stages import FigureUnknown

AREAS = {
    cluster.AREA: cluster.run,
    content.AREA: content.run,
    search.AREA: search.run,
    blueprints.AREA: blueprints.run,
    delivery.AREA: delivery.run,
    growth.AREA: growth.run,
    microblog.AREA: microblog.run,
    education.AREA: education.run,
}


def main() -> int:
    """Measure the areas asked for, one after the other."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a text stream, whatever the locale is
    warnings.simplefilter("ignore", UserWarning)  # of libraries that look for folders of a desktop
    signal.signal(signal.SIGTERM, _end)
    asked = _read_arguments()
    if asked.area == "all":
        failed = [_run_apart(area, short=asked.short) for area in AREAS]  # all of them, whatever becomes of the first
        return max(failed)
    try:
        is_done = AREAS[asked.area](short=asked.short, only=frozenset(asked.only), **_own_options(asked))
    except (BenchBusy, FigureUnknown) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0 if is_done else 1


def _own_options(asked: argparse.Namespace) -> dict[str, Any]:
    """What one area alone understands."""
    return {"docs": True} if asked.docs else {}


def _run_apart(area: str, *, short: bool) -> int:
    """One of several areas, in a process of its own: Django knows one database a process, and each area has another."""
    command = [sys.executable, "-m", "bench", area, *(["--short"] if short else [])]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return int(process.wait() != 0)
    finally:
        process.terminate()  # where we are told to end, so is it; it is waited for, since it has databases to drop
        process.wait()


def _end(signum: int, frame: Any) -> None:
    """Leave by the way on which databases are dropped and servers stopped."""
    raise SystemExit(128 + signum)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the product on this machine.")
    parser.add_argument("area", choices=[*AREAS, "all"])
    parser.add_argument(
        "--short", action="store_true", help="smaller numbers: minutes in place of a quarter of an hour"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="these figures alone, named without the area"
    )
    parser.add_argument("--docs", action="store_true", help="growth alone: put its pictures into docs/images")
    asked = parser.parse_args()
    if asked.only and asked.area == "all":
        parser.error("--only needs the area that has these figures")
    if asked.docs and asked.area != growth.AREA:
        parser.error("--docs is for growth alone")
    return asked


if __name__ == "__main__":
    sys.exit(main())
