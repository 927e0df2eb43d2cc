"""Hears purges: a thread with a connection of its own in each process. While it cannot hear, nothing is kept."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from delivery.purge import CHANNEL, unpack

logger = logging.getLogger(__name__)

_ASKED_EVERY = 2.0
"""Seconds after which the server is asked whether it is still there."""
_TRIED_EVERY = 1.0
_ALIVE = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 4000,
    "application_name": "delivery",
}


class Listener:
    """Calls `on_open` once it listens, `on_purge` for each purge, and `on_lost` when the connection is gone."""

    def __init__(
        self,
        *,
        on_open: Callable[[], Any],
        on_purge: Callable[[tuple[str, ...]], Any],
        on_lost: Callable[[], Any],
        wait: float = _TRIED_EVERY,
        asked_every: float = _ASKED_EVERY,
    ) -> None:
        self._on_open, self._on_purge, self._on_lost = on_open, on_purge, on_lost
        self._wait, self._asked_every = wait, asked_every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery-listener", daemon=True)

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; returns when the thread has ended."""
        self._ended.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        is_told = False
        while not self._ended.is_set():
            try:
                self._listen()
                is_told = False
            except psycopg.Error as problem:
                # Once: a database that is away for ten minutes must not fill the log.
                logger.log(
                    logging.DEBUG if is_told else logging.WARNING, "purges are not heard: %s", str(problem).strip()
                )
                is_told = True
            except Exception:
                logger.exception("the listener failed; it begins again")
            self._on_lost()
            self._ended.wait(self._wait)

    def _listen(self) -> None:
        parameters = connections["default"].get_connection_params()
        for name in ("context", "cursor_factory", "server_side_binding", "isolation_level", "pool", "assume_role"):
            parameters.pop(name, None)
        with psycopg.connect(**{**parameters, **_ALIVE}, autocommit=True) as connection:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            self._on_open()
            logger.info("purges are heard")
            while not self._ended.is_set():
                # To its end: what came in the same packet is lost with a generator that is left early.
                for notice in connection.notifies(timeout=self._asked_every):
                    self._on_purge(unpack(notice.payload))
                connection.execute("SELECT 1")
