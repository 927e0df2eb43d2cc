"""Figures of `migrate_sites`: with nothing to do, and one real migration over all sites."""

import json
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from bench.commands import CommandFailed, manage, start_up
from bench.report import Figure, at_most

if TYPE_CHECKING:
    from bench.cluster import ClusterRun

_BEFORE = {"BENCH_SAMPLE_APP": "bench.sample_app.first_migrations"}
_AFTER = {"BENCH_SAMPLE_APP": "bench.sample_app.migrations"}


def measure_nothing(run: "ClusterRun") -> Iterator[Figure]:
    """Median of runs in which every site is up to date, less the median of mere start-ups, taken in turns."""
    run.sites.ensure(run.scale.total_sites)
    manage(run.environment, "migrate_sites")
    pairs = [_time_pair(run) for _ in range(run.scale.runs)]
    ours, nothing = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    notes = {"command_s": round(ours, 3), "start_up_s": round(nothing, 3), "runs": len(pairs)}
    yield Figure("migrate_nothing", ours - nothing, "s", at_most(1), notes | {"sites": len(run.sites.seconds)})


def _time_pair(run: "ClusterRun") -> tuple[float, float]:
    return _migrate(run, {}, expected=0), start_up(run.environment).seconds


def measure_real(run: "ClusterRun") -> Iterator[Figure]:
    """The whole command, start-up included, while the sample app's table changes on every site."""
    run.sites.ensure(run.scale.total_sites)
    schemas = len(run.sites.seconds) + 2  # public and golden
    first = _migrate(run, _BEFORE, expected=schemas)
    seconds = _migrate(run, _AFTER, expected=schemas)
    notes = {"sites": len(run.sites.seconds), "first_migration_s": round(first, 3)}
    yield Figure("migrate_real", seconds, "s", at_most(60), notes)


def _migrate(run: "ClusterRun", settings: dict[str, str], *, expected: int) -> float:
    """Seconds of the command, after which so many schemas must have been migrated. Raises CommandFailed."""
    done = manage(run.environment | settings, "migrate_sites", "--json")
    migrated = len(json.loads(done.output)["migrated"])
    if migrated != expected:
        raise CommandFailed(f"migrate_sites: {migrated} schemas in place of {expected}")
    return done.seconds
