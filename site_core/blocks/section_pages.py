"""Pages that sections name, read together: one query for all columns of a home page and one for all other pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.blocks import PageChooserBlock, StreamValue
from wagtail.models import Page

_found: ContextVar[dict[int, Any] | None] = ContextVar("pages_of_sections", default=None)


class SectionPageBlock(PageChooserBlock):
    """A page chooser that takes what `resolve` has read."""

    def bulk_to_python(self, values: list[int | None]) -> list[Any]:
        """The pages; None for what is gone."""
        found = _found.get()
        return super().bulk_to_python(values) if found is None else [found.get(pk) if pk else None for pk in values]

    class Meta:
        icon = "doc-empty-inverse"


def resolve(sections: StreamValue) -> None:
    """Give the sections the pages that they name, so that rendering them asks no more."""
    from site_core.models import ColumnPage

    named = set(_list_named(sections.raw_data))
    columns = ColumnPage.objects.in_bulk(named)
    others = Page.objects.in_bulk(named - set(columns))
    with _reading_from({**others, **columns}):
        for section in sections:
            assert section.value is not None  # noqa: S101 - the value is made when it is first asked for


@contextmanager
def _reading_from(found: dict[int, Any]) -> Iterator[None]:
    token = _found.set(found)
    try:
        yield
    finally:
        _found.reset(token)


_NAMES = frozenset({"page", "column", "columns", "beside", "more", "documents", "directory"})
"""Fields of sections that hold pages. A new one that is missing here works, at the cost of a query."""


def _list_named(value: Any, name: str = "") -> Iterator[int]:
    """Ids under the names of page fields, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _list_named(inner, name if key == "value" and name in _NAMES else key)
    elif isinstance(value, int) and name in _NAMES and not isinstance(value, bool):
        yield value
    elif not isinstance(value, str | bytes | int | float | None):
        for inner in value:
            yield from _list_named(inner, name)
