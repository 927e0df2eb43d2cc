"""`python -m bench AREA [--short] [--only NAME …]`: exit status 0 whatever the figures say, 1 where one could not be measured."""

import argparse
import signal
import sys
import warnings
from typing import Any

from bench import cluster, content, search
from bench.database import BenchBusy
from bench.stages import FigureUnknown

AREAS = {cluster.AREA: cluster.run, content.AREA: content.run, search.AREA: search.run}


def main() -> int:
    """Measure the areas asked for, one after the other."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a text stream, whatever the locale is
    warnings.simplefilter("ignore", UserWarning)  # of libraries that look for folders of a desktop
    signal.signal(signal.SIGTERM, _end)
    asked = _read_arguments()
    areas = AREAS if asked.area == "all" else {asked.area: AREAS[asked.area]}
    try:
        done = [run(short=asked.short, only=frozenset(asked.only)) for run in areas.values()]
    except (BenchBusy, FigureUnknown) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0 if all(done) else 1


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
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
