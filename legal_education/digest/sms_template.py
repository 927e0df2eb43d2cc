"""The text that an SMS platform has approved, and what an issue fills into it."""

import re
from collections.abc import Mapping

USUAL_TEMPLATE = "${title}：${text}。全文 ${link} 退订 ${unsubscribe}"
NAMES = ("title", "text", "link", "unsubscribe")
_PLACE = re.compile(r"\$\{(\w*)\}")


def list_unknown_names(template: str) -> list[str]:
    """Places of the template, as written, that an issue has nothing for."""
    return [found[0] for found in _PLACE.finditer(template) if found[1] not in NAMES]


def fill(sign: str, template: str, params: Mapping[str, str]) -> str:
    """The message as the reader gets it, with its signature."""
    text = _PLACE.sub(lambda found: params.get(found[1], ""), template)
    return f"【{sign}】{text}" if sign else text
