"""What a server does wrong when it is told to."""

import random
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

KINDS = (
    "delay",  # `seconds`, before the work is done; with "where": "after", when it is done, before the answer
    "drop_after_accept",  # does the work, then closes the connection without an answer
    "drop_before",  # closes the connection before it does anything
    "error",  # answers with the platform's error `code`
    "rate",  # as if a limit were reached
    "expired",  # as if the token had expired
    "processing",  # as if a picture or video took a while
    "duplicate",  # as if it had that post already
)


class FaultUnknown(ValueError):
    """There is no such fault."""


@dataclass
class Fault:
    """`times` None: until it is cleared. `share` below 1: only that part of the requests, at random by `seed`.

    `path`: only requests whose path contains it; '' for all of the platform's.
    """

    kind: str
    times: int | None = 1
    share: float = 1.0
    path: str = ""
    method: str = ""
    code: str = ""
    seconds: float = 0.0
    where: str = "before"
    chance: random.Random = field(default_factory=lambda: random.Random(1), repr=False)  # noqa: S311 - not for secrets

    @classmethod
    def read(cls, given: dict[str, Any]) -> "Fault":
        """The fault that somebody asked for. A share holds until it is cleared, unless it says how often."""
        values = dict(given)
        if values.get("kind") not in KINDS:
            raise FaultUnknown(f"kind must be one of {', '.join(KINDS)}")
        if "share" in values:
            values.setdefault("times", None)
        values["code"] = str(values.get("code", ""))
        values["chance"] = random.Random(values.pop("seed", 1))  # noqa: S311
        unknown = set(values) - set(cls.__dataclass_fields__)
        if unknown:
            raise FaultUnknown(f"no such field: {', '.join(sorted(unknown))}")
        return cls(**values)

    def strikes(self, method: str, path: str) -> bool:
        """Whether it meets this request; counts it if so."""
        if self.times == 0 or self.path not in path or self.method not in ("", method):
            return False
        if self.share < 1 and self.chance.random() >= self.share:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """All that hold, in the order in which they were asked for. One at most meets a request."""

    def __init__(self) -> None:
        self._all: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """From now on."""
        with self._lock:
            self._all.append(fault)

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._all.clear()

    def find(self, method: str, path: str) -> Fault | None:
        """The one that meets this request."""
        with self._lock:
            return next((fault for fault in self._all if fault.strikes(method, path)), None)
