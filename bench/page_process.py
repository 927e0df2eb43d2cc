"""The other end of `page_driver`: starts one, gives it orders, ends it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from bench.database import ROOT


class PageProcessFailed(RuntimeError):
    """The driver ended in the middle of an order; the reason stands on standard error."""


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a request."""

    process: float
    backend: float

    @property
    def total(self) -> float:
        """Of the web process and its database backend together."""
        return self.process + self.backend


class PageProcess:
    """A context manager: the project of those settings, on one host."""

    def __init__(self, environment: dict[str, str], host: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "bench.page_driver", host]
        # The order of sets and dicts of strings must not differ between runs.
        environment = environment | {"PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(self, path: str, requests: int) -> Cost:
        """What a request of the page costs, from so many."""
        answer = self._order(f"run {path} {requests}")
        return Cost(answer["process"] * 1000 / requests, answer["backend"] * 1000 / requests)

    def count(self, path: str) -> dict[str, int]:
        """Statements that one request sends to the database, by kind; caches that outlive a request are warm."""
        return dict(self._order(f"count {path}"))

    def read(self, path: str) -> str:
        """The page's HTML."""
        return str(self._order(f"read {path}")["body"])

    def _order(self, line: str) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise PageProcessFailed("the driver has no pipes")
        try:
            stdin.write(line + "\n")
            stdin.flush()
        except BrokenPipeError as error:
            raise PageProcessFailed(line) from error
        answer = stdout.readline()
        if not answer:
            raise PageProcessFailed(line)
        return json.loads(answer)
