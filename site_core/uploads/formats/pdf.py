"""PDF: whole from header to end; not what is in it."""

import re

from ..content import Content
from ..refusals import incomplete


def check_pdf(content: Content) -> None:
    """Version at the beginning, table and end mark at the end."""
    tail = content.at(max(0, content.size - 4096), 4096)
    if not re.match(rb"%PDF-[12]\.\d", content.head) or b"%%EOF" not in tail or b"startxref" not in tail:
        raise incomplete()
