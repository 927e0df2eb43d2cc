"""The one way by which something reviewed becomes public, and the guard that refuses every other.

Buttons, screens and the API are refused by `page_permissions` already; the guard stands behind them in the publication
event, for the doors that nobody thought of.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied

from review.selectors import list_steps
from site_core.locks import is_rollout
from site_core.publication import Publication, current_actor

_OPENING = frozenset({"published", "opened"})
_is_reviewed: ContextVar[bool] = ContextVar("is_reviewed", default=False)


class ReviewMissing(PermissionDenied):
    """Something was about to become public that nobody approved; the text is for the reader."""


@contextmanager
def reviewed() -> Iterator[None]:
    """Within the block what becomes public has been approved. For `actions` alone."""
    token = _is_reviewed.set(True)
    try:
        yield
    finally:
        _is_reviewed.reset(token)


@contextmanager
def following_from_public() -> Iterator[None]:
    """Within the block the program makes public what only repeats a page that has just become public.

    Its words are that page's, set by a rule of the site administrator's, who also rules what is reviewed.
    """
    with reviewed():
        yield


def on_publication(event: Publication) -> None:
    """Refuse what a person makes public, or changes in public, where review is asked for and none was held.

    Commands, jobs and rollouts have no person behind them: an import is not an editor.
    """
    if _is_reviewed.get() or is_rollout() or current_actor() is None or not _shows_something_new(event):
        return
    if list_steps(event.page):
        raise ReviewMissing(f"“{event.page.title}”所在栏目须经审核后发布，请提交审核。")


def _shows_something_new(event: Publication) -> bool:
    if event.kind == "changed":
        return not event.detail.get("reordered") and not event.detail.get("consequence")
    return event.kind in _OPENING
