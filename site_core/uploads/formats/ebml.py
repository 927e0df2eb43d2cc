"""EBML: WebM, and the Matroska files that are not."""

import re

from ..content import Content
from ..refusals import incomplete


def ebml_kind(content: Content) -> str:
    """WebM or another Matroska file, by the document type."""
    # DocType (0x4282) with its length as EBML writes 4, in one byte or in two.
    return "webm" if re.search(rb"\x42\x82(?:\x84|\x40\x04)webm", content.head) else "mkv"


def check_webm(content: Content) -> None:
    """Something follows the header."""
    if b"\x18\x53\x80\x67" not in content.head:  # Segment, which follows the EBML header
        raise incomplete()
