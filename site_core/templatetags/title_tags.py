"""Filters for titles: they break at their punctuation first, and no clause is cut."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_CLAUSE = re.compile(r"[^，：；？！、—]+[，：；？！、—]*|[，：；？！、—]+")
_LONGEST_CLAUSE = 18
"""A longer clause would leave half a line empty on a telephone; it breaks as any text does."""

_DOUBLE_NAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "尉迟", "皇甫", "公孙", "慕容", "令狐", "司徒", "宇文", "长孙", "夏侯"}
    | {"南宫", "端木", "申屠", "赫连", "独孤", "呼延", "钟离", "轩辕", "闻人", "澹台", "淳于", "太史", "公冶", "鲜于"}
)


@register.filter
def phrases(title: str) -> SafeString:
    """The title with each clause kept together."""
    clauses = _CLAUSE.findall(str(title))
    if len(clauses) < 2:
        return format_html("{}", title)
    return format_html_join("", "{}", ((_wrap(clause),) for clause in clauses))


def _wrap(clause: str) -> SafeString:
    return format_html('<span class="ph">{}</span>' if len(clause) <= _LONGEST_CLAUSE else "{}", clause)


@register.filter
def family_name(name: str) -> str:
    """Family name, which stands where there is no portrait: one character, or two (欧阳)."""
    text = str(name).strip()
    return text[: 2 if text[:2] in _DOUBLE_NAMES and len(text) > 2 else 1]
