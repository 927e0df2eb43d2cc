"""Values of the wrong type: a problem each, and a content in which rules need not ask for it."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from typing import Any, get_origin, get_type_hints

from blueprints.content import Content, Node, Section, Workflow

from .problems import ROWS, Problem, list_rows, problem_of

_TYPE_WORDS = {str: "文字", int: "整数", bool: "是或否（true、false）", dict: "一组“名称 = 值”"}


_HINTS: dict[type, dict[str, Any]] = {each: get_type_hints(each) for each in (Content, Node, Section, Workflow)}


def hints_of(row_type: type) -> dict[str, Any]:
    """Type of each field of the content, or of its nodes, sections, workflows."""
    return _HINTS[row_type]


def fits(value: Any, hint: Any) -> bool:
    """Whether the value has the type that a field is declared with; a list does for a tuple."""
    if get_origin(hint) is tuple:
        return isinstance(value, tuple | list) and all(isinstance(each, str) for each in value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, get_origin(hint) or hint)


def tell_type(hint: Any) -> str:
    """The declared type, in words."""
    origin = get_origin(hint) or hint
    return "文字的列表" if origin is tuple else _TYPE_WORDS[origin]


def check_types(content: Content) -> Iterator[Problem]:
    """What is of another type than its field."""
    for name in _wrong_fields(content):
        yield problem_of(content, name, f"“{name}”应为{tell_type(hints_of(Content)[name])}，请改正。")
    for row, at in list_rows(content):
        for name in _wrong_fields(row):
            yield at(name, f"“{name}”应为{tell_type(hints_of(type(row))[name])}，请改正。")


def _wrong_fields(row: Any) -> list[str]:
    hints = hints_of(type(row))
    plain = [each.name for each in fields(row) if each.name not in ROWS]
    return [name for name in plain if not fits(getattr(row, name), hints[name])]


def with_right_types(content: Content) -> Content:
    """The content, with defaults in place of what is of the wrong type."""
    rows = {name: tuple(_mended(row) for row in getattr(content, name)) for name in ROWS}
    return replace(_mended(content), **rows)


def _mended(row: Any) -> Any:
    """The row, with defaults in place of what is of the wrong type, so that rules need not ask."""
    return replace(row, **{name: _default_of(row, name) for name in _wrong_fields(row)})


def _default_of(row: Any, name: str) -> Any:
    found = next(each for each in fields(row) if each.name == name)
    if found.default is not MISSING:
        return found.default
    hint = hints_of(type(row))[name]
    return (get_origin(hint) or hint)()
