"""When the database does not answer: a clean 503 for readers, and a word in the log now and then instead of a flood."""

import logging
import time

from django.db import InterfaceError, OperationalError

RETRY_AFTER_SECONDS = 30
_SAID_EVERY_SECONDS = 10.0


def is_database_away(error: BaseException | None) -> bool:
    """Whether the error, or what it came of, is that the database does not answer."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OperationalError | InterfaceError) and _is_about_connection(error):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _is_about_connection(error: BaseException) -> bool:
    """PostgreSQL's states 08 (connection) and 57P (shutting down), or none: a deadlock or a timeout has another."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


class AwayFilter(logging.Filter):
    """Lets one line every ten seconds through about a database that is away, without its traceback; all else as it is."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._said = float("-inf")
        self._kept_back = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        if not record.exc_info or not is_database_away(record.exc_info[1]):
            return True
        if time.monotonic() - self._said < _SAID_EVERY_SECONDS:
            self._kept_back += 1
            return False
        problem = str(record.exc_info[1]).strip().splitlines()[:1]
        record.msg, record.args = (
            "the database does not answer (%s); %d lines like this kept back",
            (*problem, self._kept_back),
        )
        record.exc_info = None
        self._said, self._kept_back = time.monotonic(), 0
        return True
