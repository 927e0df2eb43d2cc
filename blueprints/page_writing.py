"""Writes what a release changes on pages that are there: the public page, and the draft that somebody may be at."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from wagtail.models import PageViewRestriction

from blueprints.aiming import NodeAim
from blueprints.site_state import MODEL_FIELDS, PageState
from site_core import doors
from site_core.locks import Lock
from site_core.models import BasePage

Values = dict[str, Any]


def list_new_values(aim: NodeAim, page: PageState) -> Values:
    """Values of the page's own fields that are to change, its slug among them."""
    values = {MODEL_FIELDS.get(name, name): value for name, value in aim.values.items() if page.values[name] != value}
    return values | list_revival(page) if Lock.EXISTENCE in aim.node.locks else values


def list_revival(page: PageState) -> Values:
    """What makes a page that was withdrawn, or will be by the clock, public for good."""
    values: Values = {} if page.is_live else {"live": True, "expired": False}
    return values | {"expire_at": None} if page.expires else values


def write_page(page: Any, values: Values, acting_user: Any, *, adapt: Callable[[Any], None] | None = None) -> None:
    """Set the values on the public page and in its latest revision; announced by the caller.

    `adapt` changes what values cannot say, on the page and on the draft. A draft keeps all else that its editor wrote.
    A page that nobody edited yet has no revision and gets none.
    """
    _set(page, values, adapt)
    fields = [*(name for name in values if name != "slug"), *(["sections"] if adapt else [])]  # the tree has the slug
    _settle(page, values, fields)
    with doors.announced_by_caller():
        if fields:
            page.save(update_fields=fields, clean=False)
        if page.latest_revision_id is not None:
            _write_revision(page, values, acting_user, adapt)


def _set(page: Any, values: Values, adapt: Callable[[Any], None] | None) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    if adapt:
        adapt(page)


def _settle(page: Any, values: Values, fields: list[str]) -> None:
    if "title" in values and not page.has_unpublished_changes:
        page.draft_title = page.title
        fields.append("draft_title")
    if "live" in values:
        page.first_published_at = page.first_published_at or timezone.now()
        page.last_published_at = timezone.now()
        page.has_unpublished_changes = page.has_unpublished_changes and page.latest_revision_id is not None
        fields += ["first_published_at", "last_published_at", "public_at", "has_unpublished_changes"]


def _write_revision(page: Any, values: Values, acting_user: Any, adapt: Callable[[Any], None] | None) -> None:
    if page.has_unpublished_changes:
        draft = page.get_latest_revision_as_object()
        _set(draft, {name: value for name, value in values.items() if name not in {"live", "expired"}}, adapt)
        draft.save_revision(user=acting_user, clean=False)
        return
    page.live_revision = page.save_revision(user=acting_user, clean=False, changed=False)
    page.save(update_fields=["live_revision"], clean=False)


def write_locks(wanted: Iterable[tuple[PageState, Iterable[str]]]) -> None:
    """Give the pages their locks: a statement for each set of them. Readers see nothing of it."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for page, locks in wanted:
        if page.locks != frozenset(locks):
            groups.setdefault(tuple(str(lock) for lock in locks), []).append(page.id)
    for names, ids in groups.items():
        BasePage.objects.filter(pk__in=ids).update(locks=list(names))


def open_pages(ids: Iterable[int], acting_user: Any) -> None:
    """Lift the privacy settings of the pages; each is announced by the door it goes through."""
    for restriction in PageViewRestriction.objects.filter(page_id__in=ids):
        restriction.delete(user=acting_user)
