"""Style of the page that is shown when something broke: the looks above this floor give it, without asking the database."""

from collections.abc import Callable

_finders: list[Callable[[], str]] = []


def register_emergency_style(finder: Callable[[], str]) -> None:
    """`finder` returns the path of the current site's style sheet, '' for none; it must not query."""
    _finders.append(finder)


def find_emergency_style() -> str:
    """Path of a style sheet, or '' where nobody gives one."""
    return next((path for finder in _finders if (path := finder())), "")
