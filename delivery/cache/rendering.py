"""A page as Django makes it for a key, with what it is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from delivery.cache.keys import PageKey, make_environ
from delivery.purge import EVERYTHING
from site_core import reading

_KEPT_STATUSES = frozenset({200, 301, 404})
_NOT_KEPT = ("private", "no-store")
_VARIES_BY_KEY = frozenset({"cookie", "accept-encoding"})


@dataclass(frozen=True)
class Rendered:
    """Status, headers and body of an answer; the tags it was made of; until when it holds; and why it may not be kept ('')."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tags: frozenset[str]
    until: datetime | None
    obstacle: str

    def header(self, name: str) -> str:
        """Value of the header; '' where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def render(application: Application, key: PageKey, *, request_id: str = "") -> Rendered:
    """Ask the application for the page of the key. Raises what it raises."""
    taken: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
        taken[:] = [status, headers]
        return lambda data: None

    with reading.listen() as read:
        parts = application(make_environ(key, request_id=request_id), start_response)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
    status, headers = taken
    code, _, reason = status.partition(" ")
    tags = frozenset({EVERYTHING, *read.tags})
    made = Rendered(int(code), reason, tuple(headers), body, tags, read.until, "")
    return replace(made, obstacle=_find_obstacle(made) or ", ".join(sorted(read.obstacles)))


def _is_of_a_site(tags: frozenset[str]) -> bool:
    """What was answered before a site was entered, or instead of it, nothing would ever drop."""
    return any(tag.startswith("settings:") for tag in tags)


def _find_obstacle(made: Rendered) -> str:
    """Why the answer is for one reader alone; '' where it is for all."""
    if made.status not in _KEPT_STATUSES:
        return f"status {made.status}"
    if made.header("set-cookie"):
        return "sets a cookie"
    if any(word in made.header("cache-control") for word in _NOT_KEPT):
        return "private"
    if not _is_of_a_site(made.tags):
        return "of no site"
    varies = {name.strip().lower() for name in made.header("vary").split(",") if name.strip()}
    return "" if varies <= _VARIES_BY_KEY else f"varies by {made.header('vary')}"
