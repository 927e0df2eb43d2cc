"""Which sections a home page must and may have: rules that a blueprint sets, kept on the page itself.

`{"required": [key …], "allowed": [key …], "order": [key …], "fixed": bool}`; no rules, no limits. What stood on the page
before a rule came may stay.
"""

from collections.abc import Sequence
from typing import Any

from site_core.sections import list_sections


def find_breach(rules: dict[str, Any], before: Sequence[str], after: Sequence[str]) -> str:
    """What the keys of the sections after a change break, as a sentence for the editor; '' for nothing."""
    if not rules:
        return ""
    missing = [key for key in rules["required"] if key not in after]
    if missing:
        return f"蓝图要求首页保留版块：{_name(missing)}。可以修改其内容，不能移除。"
    strange = [key for key in dict.fromkeys(after) if key not in rules["allowed"] and key not in before]
    if strange:
        return f"蓝图不允许首页使用版块：{_name(strange)}。"
    if rules["fixed"] and sort_keys(rules, after) != list(after):
        return f"蓝图规定了首页版块的顺序：{_name([key for key in rules['order'] if key in after])}。"
    return ""


def sort_keys(rules: dict[str, Any], keys: Sequence[str]) -> list[str]:
    """The keys in the order of the rules; those without a place there keep theirs, at the end."""
    places = {key: place for place, key in enumerate(rules["order"])}
    return sorted(keys, key=lambda key: places.get(key, len(places)))


def _name(keys: Sequence[str]) -> str:
    labels = {key: str(block.label or key) for key, block in list_sections()}
    return "、".join(f"“{labels.get(key, key)}”" for key in keys)
