"""Preview of a page in the editor: as readers see it, and as those see it who use elder mode. Sizes are Wagtail's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from site_core.reader import USUAL, ReaderSettings

ELDER = "elder"
PREVIEW_MODES = [("", "普通版"), (ELDER, "长辈版"), ("elder-dark", "长辈版（黑底黄字）")]
_READERS = {
    "": USUAL,
    ELDER: ReaderSettings(elder="1"),
    "elder-dark": ReaderSettings(elder="1", contrast="dark"),
}


def dress_request(request: Any, mode: str) -> Any:
    """The request as it would come from a reader of that mode."""
    request.reader = _READERS.get(mode, USUAL)
    return request


_is_trying: ContextVar[bool] = ContextVar("is_trying", default=False)


@contextmanager
def trying() -> Iterator[None]:
    """Within the block pages are rendered in a transaction that will be undone: nothing that outlasts it may be made."""
    token = _is_trying.set(True)
    try:
        yield
    finally:
        _is_trying.reset(token)


def is_trying() -> bool:
    """Whether files made now would be left without their rows."""
    return _is_trying.get()
