"""Figures that the product's own tests find: requests that got through a lock, orders of steps that broke the review.

The tests run in a process of their own, on databases of their own on the bench's server, and are counted along the way.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bench.commands import CommandFailed
from bench.database import ROOT, BenchServer
from bench.report import Figure, Outcome, at_most

if TYPE_CHECKING:
    from bench.blueprints import BlueprintsRun

DOORS = "tests/locks/test_doors.py"
ORDERS = "tests/review/test_any_order.py"
_FAILURES = 1  # pytest's exit status where tests failed


def measure_doors(run: "BlueprintsRun") -> Iterator[Outcome]:
    """Requests that changed a locked column, of all that the tests try as each role."""
    tally = _run_suite(run, DOORS, {"DOORS_FOR_ALL_ROLES": "1"} if run.scale.doors_for_all_roles else {})
    notes = {"requests": sum(tally["tried"].values()), "by_role": tally["tried"], "through": tally["findings"][:5]}
    yield Figure("doors_through", len(tally["findings"]), "requests", at_most(0), notes)


def measure_orders(run: "BlueprintsRun") -> Iterator[Outcome]:
    """Orders after which something was public without as many different approvers as the column wants."""
    tally = _run_suite(run, ORDERS, {"REVIEW_EXAMPLES": str(run.scale.orders)})
    notes = {**tally["tried"], "publications": tally["published"], "broken": tally["findings"][:5]}
    yield Figure("review_orders_broken", len(tally["findings"]), "orders", at_most(0), notes)


def _run_suite(run: "BlueprintsRun", path: str, options: dict[str, str]) -> dict[str, Any]:
    """What the plugin counted. Raises CommandFailed where tests failed for another reason than what is counted."""
    report = run.workspace / "tally.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "pytest", "-q", "-p", "bench.blueprints_tally", path]
    told = {**_make_environment(run), **options, "BENCH_TALLY": str(report)}
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    tally: dict[str, Any] = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    is_explained = done.returncode == 0 or (done.returncode == _FAILURES and tally.get("findings"))
    if not is_explained or not tally.get("tried"):
        raise CommandFailed(f"{path}: exit status {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return tally


def _make_environment(run: "BlueprintsRun") -> dict[str, str]:
    """What a fresh shell has, and the bench's server; none of the settings that this process works with."""
    kept = {name: value for name, value in run.environment.items() if name in _KEPT or name.startswith("LC_")}
    address = run.environment["BENCH_DATABASE_URL"]
    return kept | {"TEST_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}


_KEPT = ("HOME", "PATH", "LANG", "TMPDIR", "USER", "LOGNAME", "PYTHONDONTWRITEBYTECODE")


def drop_test_databases(server: BenchServer) -> None:
    """Drop what the tests left on the bench's server: the database that they copy, and copies of a killed run."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^(prepared|test)_'")
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        server.drop(name)
