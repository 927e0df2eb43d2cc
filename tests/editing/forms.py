"""Forms of the page editor as a browser sends them."""

import json
from typing import Any

_NO_ROWS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}


def rich_text(*paragraphs: str) -> str:
    """What the rich-text editor sends for these paragraphs."""
    blocks = [
        {"key": f"p{number}", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
        for number, text in enumerate(paragraphs)
    ]
    return json.dumps({"blocks": blocks, "entityMap": {}})


def article_form(title: str, *blocks: tuple[str, str], **changes: Any) -> dict[str, str]:
    """Form of an article whose body has these (type, value) blocks."""
    values = {"title": title, "slug": "", "body-count": str(len(blocks))}
    for index, (kind, value) in enumerate(blocks):
        start = f"body-{index}"
        values |= {
            f"{start}-deleted": "",
            f"{start}-order": str(index),
            f"{start}-type": kind,
            f"{start}-value": value,
        }
    for formset in ("attachments", "comments"):
        values |= {f"{formset}-{name}": value for name, value in _NO_ROWS.items()}
    return values | changes
