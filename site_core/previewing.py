"""Preview of a page in the editor: as readers see it, and as those see it who use elder mode. Sizes are Wagtail's own."""

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
