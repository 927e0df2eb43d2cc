"""Which pages of the site are behind a privacy setting, asked for once while a page is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from wagtail.models import Page, PageViewRestriction

_read: ContextVar[list[tuple[str, ...]] | None] = ContextVar("restricted_paths", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within the block the restrictions are read once; outside of it they are read each time, so nothing is ever stale."""
    token = _read.set([])
    try:
        yield
    finally:
        _read.reset(token)


def list_restricted_paths() -> tuple[str, ...]:
    """Tree paths of the pages that carry a restriction; everything below them is private as well."""
    kept = _read.get()
    if kept:
        return kept[0]
    paths = tuple(PageViewRestriction.objects.order_by().values_list("page__path", flat=True).distinct())
    if kept is not None:
        kept.append(paths)
    return paths


def is_restricted(page: Page) -> bool:
    """Whether the page, or one above it, is private."""
    return any(page.path.startswith(path) for path in list_restricted_paths())


def is_public(page: Page | None) -> bool:
    """Whether there is a page and everybody may read it."""
    return page is not None and page.live and not is_restricted(page)
