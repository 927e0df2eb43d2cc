"""What one publication drops, in a cluster of many sites whose pages are all in store: listed, and looked at one by one."""

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.commands import run_python
from bench.database import RESULTS, fresh_database
from bench.report import Figure, at_most

if TYPE_CHECKING:
    from bench.delivery import DeliveryRun

_LISTED = "delivery-dropped.txt"


def measure_drops(run: "DeliveryRun") -> Iterator[Figure]:
    """In a process and a database of its own. The list stands in `var/bench/delivery-dropped.txt`."""
    with fresh_database(run.prepared.server, "bench_drops") as url:
        environment = {
            **os.environ,
            **{"BENCH_DATABASE_URL": url, "BENCH_MEDIA_ROOT": str(run.workspace / "drops"), "DATABASE_URL": url},
            **{"DJANGO_SETTINGS_MODULE": "bench.settings", "PYTHONWARNINGS": "ignore"},
        }
        sizes = [str(run.scale.sites), str(run.scale.cached_pages)]
        done = run_python(["-m", "bench.delivery_drops_process", *sizes], environment)
    found = json.loads(done.output.splitlines()[-1])
    (RESULTS / _LISTED).write_text("\n".join(found.pop("dropped")) + "\n", encoding="utf-8")
    value = found["looks_as_before"] + found["stale"]
    yield Figure("dropped_without_showing", value, "pages", at_most(0), found)
