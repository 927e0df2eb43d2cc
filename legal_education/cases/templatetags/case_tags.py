"""Filters of the pages of cases."""

from django import template

register = template.Library()
_DIGITS = "零一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))


@register.filter
def article_label(number: int, sub: int = 0) -> str:
    """第二十三条, 第一千二百六十条, 第二十三条之一."""
    return f"第{to_numeral(number)}条" + (f"之{to_numeral(sub)}" if sub else "")


def to_numeral(number: int) -> str:
    """A number up to 9999 as laws print it."""
    text, rest, has_gap = "", number, False
    for size, name in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            text += ("零" if has_gap else "") + _DIGITS[count] + name
        has_gap = bool(text) and not count
    if rest:
        text += ("零" if has_gap else "") + _DIGITS[rest]
    return text[1:] if text.startswith("一十") else text or _DIGITS[0]
