"""Workers of the product in processes of their own. `python -m bench.workers N` is what they run.

Such a worker ends when whoever started it is gone: one left over by a killed bench would work in the next one's database.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bench.commands import CommandFailed
from bench.database import ROOT

_STARTS_WITHIN_S = 120
_BACKENDS_END_WITHIN_S = 60
_POLL_S = 0.05


class WorkersRun(Protocol):
    """What a worker needs of the run it works for: a folder for its log, and its environment."""

    workspace: Path
    environment: dict[str, str]


class Worker:
    """One worker process, known to PostgreSQL by a name of its own."""

    def __init__(self, run: WorkersRun, number: int, *, concurrency: int, stalled_after: float) -> None:
        self.name = f"bench-worker-{number}"
        self._log = run.workspace / f"{self.name}.log"
        environment = {**run.environment, "PGAPPNAME": self.name, "JOB_STALLED_AFTER": str(stalled_after)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "bench.workers", str(concurrency)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def check(self) -> None:
        """Raises CommandFailed where the process has ended."""
        if self._process.poll() is not None:
            tail = _read_tail(self._log)
            raise CommandFailed(f"{self.name} ended with status {self._process.returncode}\n{tail}")

    def kill(self) -> None:
        """SIGKILL; returns when the server has rolled back what the worker had begun."""
        self._process.kill()
        self._process.wait()
        self._await_backends()

    def stop(self) -> None:
        """As an operator does; one that does not end is killed."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _await_backends(self) -> None:
        deadline = time.monotonic() + _BACKENDS_END_WITHIN_S
        while self._count_backends():
            if time.monotonic() > deadline:
                raise CommandFailed(f"{self.name} is dead, and its database sessions are not")
            time.sleep(_POLL_S)

    def _count_backends(self) -> int:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [self.name])
            return int(cursor.fetchone()[0])


def _read_tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]


@contextmanager
def working(run: WorkersRun, numbers: list[int], *, concurrency: int, stalled_after: float) -> Iterator[list[Worker]]:
    """A worker for each number, all ready to work, for the block."""
    from procrastinate.contrib.django.models import ProcrastinateWorker

    before = set(ProcrastinateWorker.objects.values_list("pk", flat=True))
    workers = [Worker(run, number, concurrency=concurrency, stalled_after=stalled_after) for number in numbers]
    try:
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while ProcrastinateWorker.objects.exclude(pk__in=before).count() < len(workers):
            for worker in workers:
                worker.check()
            if time.monotonic() > deadline:
                raise CommandFailed("the workers do not start")
            time.sleep(_POLL_S)
        yield workers
    finally:
        for worker in workers:
            worker.stop()


def main() -> None:
    """Work as `manage.py work --concurrency N` does, until a signal comes or standard input ends."""
    threading.Thread(target=_end_with_starter, daemon=True).start()
    from tenants.command_line import execute

    execute(["manage.py", "work", "--concurrency", sys.argv[1]])


def _end_with_starter() -> None:
    os.read(0, 1)  # nobody writes: it returns when the other end is closed
    os._exit(1)


if __name__ == "__main__":
    main()
