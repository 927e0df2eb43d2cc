"""Filters for titles: they break at their punctuation first, and no clause is cut."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_CLAUSE = re.compile(r"[^，：；？！、—]+[，：；？！、—]*|[，：；？！、—]+")
_LONGEST_CLAUSE = 18
"""A longer clause would leave half a line empty on a telephone; it breaks as any text does."""


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
    """First character of a name, which stands where there is no portrait."""
    return str(name).strip()[:1]
