"""Filters of quiz pages."""

from django import template

from site_core.leaving import leave_url

register = template.Library()
_FIRST_LINE, _LINE_HEIGHT = 322, 36


@register.filter
def duration(seconds: int | None) -> str:
    """12分05秒."""
    minutes, rest = divmod(seconds or 0, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


@register.simple_tag
def pufa_path() -> str:
    """The reader's place for legal education: one column of every site has this address."""
    return "/pufa/"


@register.filter
def leave(url: str) -> str:
    """Where a link leads: straight there, or by way of the notice."""
    return leave_url(url)


@register.filter
def line_y(number: int) -> int:
    """Where the line of a certificate's title stands."""
    return _FIRST_LINE + _LINE_HEIGHT * number
