"""What refuses to change what is locked, wherever the change comes from: save, deletion, move, privacy.

They compare with the database, never with what the caller holds. Nothing is refused inside `locks.rollout()`.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.signals import pre_delete, pre_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import pre_page_move

from site_core.locks import (
    LOCK_LABELS,
    LOCKED_FIELDS,
    Lock,
    PageLocked,
    find_locked_below,
    is_rollout,
    locks_of,
    tell,
)

_STAYS = (Lock.EXISTENCE,)
_ADDRESS = (Lock.SLUG,)
_TREE = (Lock.EXISTENCE, Lock.PLACE)


def connect() -> None:
    """Connect what does not pass through a page's own `save`; called once, when the app is ready."""
    pre_save.connect(on_generic_saving, sender=Page)
    pre_delete.connect(on_deleting, sender=Page)
    pre_page_move.connect(on_moving)
    pre_save.connect(on_restricting, sender=PageViewRestriction)


def guard_save(page: Any, update_fields: Any = None) -> None:
    """Refuse a save that changes what is locked. Raises PageLocked."""
    if is_rollout() or not page.pk:
        return
    stored = _find_stored(page)
    if stored is None:
        return
    changed = _list_changed(page, stored, update_fields)
    if changed & set(stored.program_fields):
        raise PageLocked(tell(stored, "蓝图节点"))
    for lock in stored.locks:
        if changed & set(LOCKED_FIELDS.get(lock, ())):
            raise PageLocked(tell(stored, LOCK_LABELS[Lock(lock)]))
    if "slug" in changed:
        _refuse_for(find_locked_below(stored, *_ADDRESS), "网址")
    if _goes_away(page, stored, changed):
        _refuse_for(find_locked_below(stored, *_STAYS, inclusive=True), "公开状态")


def _find_stored(page: Any) -> Any:
    if type(page) is not Page:
        return type(page).objects.filter(pk=page.pk).first()
    stored = Page.objects.filter(pk=page.pk).first()
    return stored.specific if stored else None


def _list_changed(page: Any, stored: Any, update_fields: Any) -> set[str]:
    names = {name for group in LOCKED_FIELDS.values() for name in group} | {"live", "expire_at", *stored.program_fields}
    if update_fields is not None:
        names &= set(update_fields)
    present = {name for name in names if name in page.__dict__ and hasattr(stored, name)}
    changed = {name for name in present if getattr(page, name) != getattr(stored, name)}
    if page.content_type_id != stored.content_type_id:
        changed.add("kind")  # another type of page is another template
    return changed


def _goes_away(page: Any, stored: Any, changed: set[str]) -> bool:
    hidden = "live" in changed and stored.live and not page.live
    return hidden or ("expire_at" in changed and page.expire_at is not None)


def _refuse_for(locked: Any, what: str) -> None:
    if locked is not None:
        raise PageLocked(tell(locked, what))


def on_generic_saving(sender: Any, instance: Page, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    """Wagtail saves the generic page in places (unpublishing, moving): the same holds there."""
    if not raw and not hasattr(instance, "basepage_ptr_id"):
        guard_save(instance, update_fields)


def on_deleting(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Deletion, of the page itself or of one above it."""
    if not is_rollout() and Lock.EXISTENCE in locks_of(instance):
        raise PageLocked(tell(instance, LOCK_LABELS[Lock.EXISTENCE]))


def on_moving(sender: Any, instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any) -> None:
    """A move: to another parent it takes all below along; within one parent it changes the order."""
    if is_rollout():
        return
    if Lock.PLACE in locks_of(instance):
        raise PageLocked(tell(instance, LOCK_LABELS[Lock.PLACE]))
    if parent_page_before.pk != parent_page_after.pk:
        _refuse_for(find_locked_below(instance, *_TREE, *_ADDRESS, inclusive=True), LOCK_LABELS[Lock.PLACE])


def on_restricting(sender: Any, instance: PageViewRestriction, raw: bool = False, **kwargs: Any) -> None:
    """A privacy setting, which takes the page and all below it from the public."""
    if not raw and not is_rollout():
        # Read anew: the object at hand may not know where the page stands by now.
        page = Page.objects.get(pk=instance.page_id)
        _refuse_for(find_locked_below(page, *_STAYS, inclusive=True), "公开状态")


def explain(page: Any) -> None:
    """The same for a form, at its fields. Raises ValidationError."""
    stored = _find_stored(page) if page.pk and not is_rollout() else None
    if stored is None:
        return
    changed = _list_changed(page, stored, None)
    errors = {
        name: tell(stored, LOCK_LABELS[Lock(lock)])
        for lock in stored.locks
        for name in LOCKED_FIELDS.get(lock, ())
        if name in changed
    }
    if "slug" in changed and (below := find_locked_below(stored, *_ADDRESS)):
        errors.setdefault("slug", tell(below, "网址"))
    if page.expire_at and (below := find_locked_below(stored, *_STAYS, inclusive=True)):
        errors["expire_at"] = tell(below, "公开状态")
    if errors:
        raise ValidationError(errors)
