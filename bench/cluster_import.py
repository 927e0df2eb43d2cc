"""Figure of the import: the law file by the product's own command, into the city's column."""

import gzip
import json
import lzma
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from bench.cluster_sites import CITY
from bench.commands import CommandFailed, manage, start_up
from bench.database import ROOT
from bench.report import Figure, NotMeasured, Outcome, at_most
from bench.sample_text import COLUMN

if TYPE_CHECKING:
    from bench.cluster import ClusterRun


def find_law_file() -> Path | None:
    """The file that LAWS names, else the one beside the checkout, if it is there."""
    path = Path(os.environ.get("LAWS") or ROOT.parent / "shared" / "data" / "laws.jsonl.xz")
    return path.resolve() if path.is_file() else None


def measure_import(run: "ClusterRun") -> Iterator[Outcome]:
    """All laws; in the short run an even choice of them, its time scaled up to all."""
    path = find_law_file()
    if path is None:
        yield NotMeasured("import_laws", "no law file (LAWS=FILE names one)")
        return
    run.sites.ensure(1)
    total = _count_lines(path)
    chosen = min(run.scale.laws or total, total)
    file = path if chosen == total else _choose(path, total, chosen, run.workspace)
    nothing = start_up(run.environment).seconds if chosen < total else 0.0
    done = manage(run.environment, "import_articles", str(file), "--site", CITY, "--column", COLUMN, "--json")
    report = _check(done.output, chosen)
    value = nothing + (done.seconds - nothing) * total / chosen
    notes: dict[str, Any] = {"lines": chosen, **report, "command_s": round(done.seconds, 3)}
    if chosen < total:
        notes["scaled"] = f"time beyond start-up for {chosen} lines, scaled to all {total}"
    yield Figure("import_laws", value, "s", at_most(120), notes)


def _check(output: str, lines: int) -> dict[str, int]:
    """Numbers of the command's report, which must account for every line. Raises CommandFailed."""
    report = json.loads(output.strip().splitlines()[-1])
    numbers = {key: value if isinstance(value, int) else len(value) for key, value in report.items()}
    if numbers["imported"] + numbers["duplicates"] != lines:
        raise CommandFailed(f"import_articles: {lines} lines became {numbers}")
    return numbers


def _count_lines(path: Path) -> int:
    with _open(path) as file:
        return sum(1 for line in file if line.strip())


def choose_lines(path: Path, wanted: int, folder: Path) -> Path:
    """A file of so many of the laws, or the file itself where it has no more."""
    total = _count_lines(path)
    return path if wanted >= total else _choose(path, total, wanted, folder)


def _choose(path: Path, total: int, wanted: int, folder: Path) -> Path:
    """A file of so many lines, taken evenly from all: sizes differ along the file."""
    target = folder / "laws.jsonl"
    with _open(path) as file, target.open("wb") as chosen:
        for index, line in enumerate(line for line in file if line.strip()):
            if index * wanted // total != (index + 1) * wanted // total:
                chosen.write(line)
    return target


def _open(path: Path) -> BinaryIO:
    if path.suffix == ".xz":
        return cast(BinaryIO, lzma.open(path, "rb"))
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
