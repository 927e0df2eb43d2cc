"""Every door through which a page changes, turned into publication events.

Publish, unpublish, schedule, expiry, restore, slug change, API and shell all end in the page's own `save`, so the event
stands there and not in a button or a signal of Wagtail's (which announces slug changes after the commit, privacy changes
not at all). What does not pass through `save` - move, deletion, privacy - is connected here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from accounts.requests import forget_in_request
from site_core.page_permissions import LOCKED_PLACES
from site_core.publication import Publication, PublicationKind, announce, announce_tree, current_actor

# What Wagtail writes to a live page while only a draft changes, or a lock.
_BOOKKEEPING = frozenset(
    {
        "draft_title",
        "expired",
        "go_live_at",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by",
        "numchild",
        "wagtail_admin_comments",
        "owner",
    }
)


class GenericSlugChange(RuntimeError):
    """A slug was changed on a `Page` that is not the specific one, so its descendants would not be announced."""


@dataclass(frozen=True)
class PageBefore:
    """What the database held of a page before it is saved."""

    live: bool
    slug: str
    url_path: str
    first_published_at: Any
    path: str
    numchild: int


def find_before(page: Page) -> PageBefore | None:
    """The stored state of the page; None for a new one."""
    fields = ("live", "slug", "url_path", "first_published_at", "path", "numchild")
    row = Page.objects.filter(pk=page.pk).values_list(*fields).first() if page.pk else None
    return PageBefore(*row) if row else None


_announced_by_caller: ContextVar[bool] = ContextVar("announced_by_caller", default=False)


@contextmanager
def announced_by_caller() -> Iterator[None]:
    """For an action that saves a page before its revision exists, and then announces the whole itself."""
    token = _announced_by_caller.set(True)
    try:
        yield
    finally:
        _announced_by_caller.reset(token)


_is_consequence: ContextVar[bool] = ContextVar("is_consequence", default=False)


@contextmanager
def as_consequence() -> Iterator[None]:
    """For what the program changes on one page because another was published: no editor chose it (detail `consequence`)."""
    token = _is_consequence.set(True)
    try:
        yield
    finally:
        _is_consequence.reset(token)


def after_save(page: Page, before: PageBefore | None, update_fields: Any = None) -> None:
    """Announce what this save did to the public: published, changed, withdrawn, moved."""
    if _announced_by_caller.get():
        return
    if update_fields is not None and set(update_fields) <= _BOOKKEEPING:
        return
    was_live = before is not None and before.live
    if page.live:
        kind: PublicationKind = "changed" if was_live else "published"
        detail = {"consequence": True} if _is_consequence.get() else {}
        announce(Publication(kind, page, page.live_revision, current_actor(), detail=detail))
    elif was_live:
        announce(Publication("withdrawn", page, None, current_actor(), detail={"expired": page.expired}))
    if before is not None and before.slug != page.slug:
        announce_tree("moved", page, detail={"from": before.url_path, "to": page.url_path})


def connect() -> None:
    """Connect the doors that do not pass through a page's own `save`; called once, when the app is ready."""
    pre_save.connect(on_generic_saving, sender=Page)
    post_save.connect(on_generic_saved, sender=Page)
    post_page_move.connect(on_moved)
    pre_delete.connect(on_deleting, sender=Page)
    post_save.connect(on_restricted, sender=PageViewRestriction)
    post_delete.connect(on_opened, sender=PageViewRestriction)
    m2m_changed.connect(on_restriction_groups_changed, sender=PageViewRestriction.groups.through)


def on_generic_saving(sender: Any, instance: Page, raw: bool = False, **kwargs: Any) -> None:
    """Wagtail saves the generic page when it unpublishes what has expired, and when it moves."""
    instance._before = None if raw else find_before(instance)
    if instance._before and instance._before.slug != instance.slug:
        raise GenericSlugChange(f"page {instance.pk}: change the slug on page.specific")


def on_generic_saved(sender: Any, instance: Page, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    """Announce only a change of state: a move announces itself, and content stands on the specific page."""
    if not raw and instance._before and instance._before.live != instance.live:
        after_save(instance.specific_class.objects.get(pk=instance.pk), instance._before, update_fields)


def on_moved(sender: Any, instance: Page, url_path_before: str, url_path_after: str, **kwargs: Any) -> None:
    """Move below another page; a mere change of order keeps all addresses."""
    forget_in_request(LOCKED_PLACES)
    if url_path_before != url_path_after:
        announce_tree("moved", instance, detail={"from": url_path_before, "to": url_path_after})
    elif instance.live:
        actor = current_actor()
        announce(Publication("changed", instance.specific, instance.live_revision, actor, detail={"reordered": True}))


def on_deleting(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Deletion, of the page itself or of one above it."""
    if instance.live:
        announce(Publication("deleted", instance.specific, None, current_actor()))


def on_restricted(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    """A page and all below it were made private, or their restriction changed."""
    announce_tree("restricted", instance.page, detail={"restriction": instance.restriction_type})


def on_opened(sender: Any, instance: PageViewRestriction, origin: Any = None, **kwargs: Any) -> None:
    """A restriction was lifted. One that goes away with its page opens nothing, though the page's row is still there."""
    if _is_about_pages(origin):
        return
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        announce_tree("opened", page)


def _is_about_pages(origin: Any) -> bool:
    model = origin.model if isinstance(origin, QuerySet) else type(origin)
    return issubclass(model, Page)


def on_restriction_groups_changed(sender: Any, instance: Any, action: str, **kwargs: Any) -> None:
    """Another group may read the private page."""
    if action in {"post_add", "post_remove", "post_clear"} and isinstance(instance, PageViewRestriction):
        announce_tree("restricted", instance.page, detail={"restriction": instance.restriction_type})
