"""Locks: what the centre's blueprint holds fast on a page of the site, and what that forbids, through every door.

A page carries its locks (`BasePage.locks`); only a rollout writes them, and only inside `rollout()` may what they hold be
changed. Buttons ask `page_permissions`; the page's own `clean` explains itself to the editor; `lock_guards` refuse whatever
comes another way; the last word has a trigger in the database, which stops statements that pass by all of this.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from wagtail.models import Page

if TYPE_CHECKING:
    from site_core.models import BasePage


class Lock(StrEnum):
    """One thing that is held fast."""

    EXISTENCE = "existence"
    PLACE = "place"
    TITLE = "title"
    SLUG = "slug"
    TEMPLATE = "template"
    INTERVAL = "interval"
    REVIEW = "review"


LOCK_LABELS = {
    Lock.EXISTENCE: "必须存在",
    Lock.PLACE: "位置",
    Lock.TITLE: "名称",
    Lock.SLUG: "网址",
    Lock.TEMPLATE: "模板",
    Lock.INTERVAL: "更新期限",
    Lock.REVIEW: "审核流程",
}

LOCKED_FIELDS = {
    Lock.TITLE: ("title",),
    Lock.SLUG: ("slug",),
    Lock.TEMPLATE: ("kind", "layout", "page_size"),
    Lock.INTERVAL: ("update_days",),
}
"""Fields of pages that each lock holds, as far as the page has them."""

PROGRAM_FIELDS = ("node_key", "locks")
"""What a rollout alone writes."""


class PageLocked(PermissionDenied):
    """Something that a blueprint locks was to be changed; the text is for the reader."""


class RolloutOutsideTransaction(RuntimeError):
    """A rollout was to work where nothing holds its changes together."""


_in_rollout: ContextVar[bool] = ContextVar("in_rollout", default=False)


@contextmanager
def rollout() -> Iterator[None]:
    """Within the block what is locked may be changed: for rollouts and for the making of a site, and for nothing else.

    The database is told for as long as the transaction lasts. Raises RolloutOutsideTransaction where there is none.
    """
    if not connection.in_atomic_block:
        raise RolloutOutsideTransaction("a rollout changes a site wholly or not at all: use transaction.atomic()")
    token = _in_rollout.set(True)
    before = _tell_database("on")
    try:
        yield
    finally:
        _in_rollout.reset(token)
        if connection.in_atomic_block and not connection.needs_rollback:
            _tell_database(before)


def _tell_database(state: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('cluster.rollout', true), ''), set_config('cluster.rollout', %s, true)",
            [state],
        )
        return str(cursor.fetchone()[0])


def is_rollout() -> bool:
    """Whether a rollout is at work here."""
    return _in_rollout.get()


_name_locker: list[Callable[[], str]] = []


def name_locker_by(function: Callable[[], str]) -> None:
    """Register who names what locks the pages of the current site (“县司法局蓝图第 3 版”). There is one."""
    _name_locker[:] = [function]


def tell(page: Any, what: str) -> str:
    """The sentence for the editor: which blueprint locks what of the page, and whom to ask."""
    locker = _name_locker[0]() if _name_locker else "市局发布的蓝图"
    return f"“{page.title}”的{what}由{locker}锁定，本站不能更改。确需调整的，请联系市局网站管理中心。"


def locks_of(page: Page) -> frozenset[str]:
    """Locks that the database holds for the page, whatever the object at hand says."""
    return frozenset(_read_locks(page.pk) if page.pk else ())


def _read_locks(pk: int) -> list[str]:
    from site_core.models import BasePage

    return BasePage.objects.filter(pk=pk).values_list("locks", flat=True).first() or []


def find_locked_below(page: Page, *locks: Lock, inclusive: bool = False) -> "BasePage | None":
    """A page below this one (or, inclusive, this one) that has one of the locks: what would be hit together with it."""
    from site_core.models import BasePage

    if not page.path:
        return None
    found = BasePage.objects.filter(path__startswith=page.path, locks__overlap=[str(lock) for lock in locks])
    if not inclusive:
        found = found.exclude(pk=page.pk)
    return found.order_by("path").first()


def held_fields(page: Any) -> tuple[str, ...]:
    """Names of the page's fields that its locks hold, as the object at hand has them."""
    names = (name for lock in page.locks for name in LOCKED_FIELDS.get(lock, ()))
    return tuple(name for name in names if hasattr(page, name))
