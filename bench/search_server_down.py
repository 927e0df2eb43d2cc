"""Figures of a bad day: the search server is killed and brought back while pages are published and readers search."""

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bench.cluster_sites import schema_of
from bench.report import Figure, NotMeasured, Outcome, at_most
from bench.search_speed import publish, worker

if TYPE_CHECKING:
    from bench.search import SearchRun

_SETTLES_S = 300


def measure_kill(run: "SearchRun") -> Iterator[Outcome]:
    """Entries that the index lacks, holds twice or holds too long, when all is quiet again; and errors that readers saw."""
    if not run.server_url:
        yield NotMeasured("lost_after_kill", run.obstacle)
        yield NotMeasured("reader_errors", run.obstacle)
        return
    from search.engines import elastic_rebuild

    own = _Server(run.workspace / "dying-index")
    before, run.server_url = run.server_url, own.url
    try:
        with run.using("elasticsearch"):
            elastic_rebuild.rebuild()
            reader = _Reader(run)
            with worker(run), reader:
                _publish_through(run, own)
            wrong = _count_wrong()
    finally:
        own.stop()
        run.server_url = before
    notes = {"publications": run.scale.killed_publications, "searches": reader.searches, "answered_by": reader.engines}
    yield Figure("lost_after_kill", wrong, "entries", at_most(0), notes)
    yield Figure("reader_errors", len(reader.errors), "errors", at_most(0), {"errors": reader.errors[:5]})


class _Server:
    """A server of this figure's own, on one port and one folder through its deaths."""

    def __init__(self, folder: Any) -> None:
        from bench import search_server

        self._module, self._folder = search_server, folder
        self._port = search_server.find_free_port()
        self._process = search_server.start(folder, self._port)
        self.url = f"http://127.0.0.1:{self._port}"

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        self._module.kill(self._process)

    def start(self) -> None:
        """Again, on what is on the disk."""
        self._process = self._module.start(self._folder, self._port)

    def stop(self) -> None:
        """For good."""
        self._module.stop(self._process)


class _Reader(threading.Thread):
    """Somebody who searches all the while, on a connection of his own."""

    def __init__(self, run: "SearchRun") -> None:
        super().__init__(daemon=True)
        self.errors: list[str] = []
        self.searches = 0
        self.engines: dict[str, int] = {}
        self._over = threading.Event()
        self._run = run

    def __enter__(self) -> "_Reader":
        self.start()
        return self

    def __exit__(self, *details: Any) -> None:
        self._over.set()
        self.join(30)

    def run(self) -> None:
        """Search until it is over."""
        from django.db import connection

        from search.answers import Question
        from search.searching import search
        from tenants.current import enter_site

        while not self._over.wait(0.1):
            try:
                with enter_site(schema_of(1)):
                    found = search(Question("便民公告"))
            except Exception as error:  # noqa: BLE001 - what a reader would see is what is counted
                self.errors.append(repr(error))
            else:
                self.engines[found.engine] = self.engines.get(found.engine, 0) + 1
            self.searches += 1
        connection.close()


def _publish_through(run: "SearchRun", server: _Server) -> None:
    """Publish; the server dies after a third and is back after two."""
    count = run.scale.killed_publications
    for number in range(count):
        if number == count // 3:
            server.kill()
        elif number == 2 * count // 3:
            server.start()
        publish(100_000 + number)
    _await_quiet()


def _await_quiet() -> None:
    from search.models import IndexWork

    end = time.monotonic() + _SETTLES_S
    while IndexWork.objects.exists() and time.monotonic() < end:
        time.sleep(0.5)


def _count_wrong() -> int:
    """Entries that differ between catalogue and index, and work that still waits."""
    from search.engines import elastic_index, elastic_repair
    from search.models import IndexWork

    elastic_index.refresh()
    found = elastic_repair.compare()
    return IndexWork.objects.count() + len(found.missing) + len(found.stale) + len(found.extra)
