"""Writing what was counted, every few seconds and at the end of the process, in a thread of its own.

A process that is killed loses what it counted since the last write: at most FLUSH_SECONDS.
"""

import logging
import multiprocessing.util
import os
import threading
import weakref
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, close_old_connections

from . import actions
from .batch import Batch, Counted, Place, Visitor

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 5.0
_LAST_WRITE_SECONDS = 5.0
"""How long the end of a process waits for the last write."""
_ATTEMPTS = 3
"""For what fails although the database answers: it would fail for ever."""
_AWAY = (OperationalError, InterfaceError)

_FLUSHERS: "weakref.WeakSet[Flusher]" = weakref.WeakSet()


def stop_flushers() -> None:
    """Write what was counted, at the end of a process that a signal ends."""
    for flusher in list(_FLUSHERS):
        flusher.stop()


Write = Callable[[Counted, Callable[[str], None]], None]


class Flusher:
    """One a process. What could not be written is kept, and is written before anything newer."""

    def __init__(
        self,
        batch: Batch,
        *,
        write: Write = actions.record_visits,
        was_committed: Callable[[str], bool] = actions.was_committed,
        interval: float = FLUSH_SECONDS,
    ) -> None:
        self._batch = batch
        self._write, self._was_committed = write, was_committed
        self._interval = interval
        self._writing = threading.Lock()
        self._unwritten: Counted | None = None
        self._transaction = ""
        self._failures = 0
        self._process = 0
        self._starting = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        _FLUSHERS.add(self)

    def add(self, place: Place, visitor: Visitor | None) -> None:
        """Count; the thread begins with the first visit of the process, so that a fork does not lose it."""
        self._batch.add(place, visitor)
        if self._process != os.getpid():
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._stopped = threading.Event()
            self._thread = threading.Thread(target=self._run, name="visits", daemon=True)
            self._thread.start()
        # Not atexit: processes of multiprocessing end without it. This runs in all others too.
        multiprocessing.util.Finalize(None, self.stop, exitpriority=10)

    def _run(self) -> None:
        while not self._stopped.wait(self._interval):
            self._flush_here()
        self._flush_here()

    def _flush_here(self) -> None:
        close_old_connections()
        self.flush()
        close_old_connections()

    def stop(self) -> None:
        """End the thread, which writes once more."""
        self._stopped.set()
        if self._thread is not None and self._process == os.getpid():
            self._thread.join(_LAST_WRITE_SECONDS)

    def flush(self) -> bool:
        """Write what is counted; False where it has to wait. Nothing is written twice, whenever the connection breaks."""
        with self._writing:
            if self._unwritten is not None and not self._write_kept():
                return False
            self._unwritten, self._transaction, self._failures = self._batch.take(), "", 0
            return self._write_kept()

    def _write_kept(self) -> bool:
        kept = self._unwritten
        try:
            if kept is not None and kept.views and not self._is_written():
                self._write(kept, self._note)
        except _AWAY as error:
            logger.warning("visits wait for the database: %s", type(error).__name__)
            return False
        except Exception:
            logger.exception("visits could not be written")
            return self._give_up_in_time()
        self._unwritten = None
        return True

    def _is_written(self) -> bool:
        """Whether the last attempt was committed although nobody was told."""
        return bool(self._transaction) and self._was_committed(self._transaction)

    def _note(self, transaction: str) -> None:
        self._transaction = transaction

    def _give_up_in_time(self) -> bool:
        self._failures += 1
        if self._failures < _ATTEMPTS:
            return False
        logger.error("visits that could not be written %d times are dropped", self._failures)
        self._unwritten = None
        return True
