"""What follows from a new tree: redirects from old addresses, the page's history, and one announcement a page.

All of it is in the transaction of the change. Wagtail makes its redirects after the commit, where a killed process would
leave them out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry, Revision, Site

from blueprints.tree_writing import Layout, OldPlace
from site_core import privacy
from site_core.publication import Publication, PublicationKind, announce


@dataclass(frozen=True)
class Event:
    """What is to be told of a page."""

    kind: PublicationKind
    page_id: int
    detail: dict[str, Any]


def add_redirects(moved: Sequence[OldPlace], layout: Layout, home_id: int) -> None:
    """From the old address of each page that was ever public, unless another page stands there now."""
    root = len(layout.kept[home_id].url_path)
    taken = {place.url_path for place in (*layout.kept.values(), *layout.new.values())}
    rows = {
        Redirect.normalise_path("/" + place.url_path[root:]): place.id
        for place in moved
        if place.is_known and place.url_path not in taken
    }
    if not rows:
        return
    site = Site.objects.get(is_default_site=True)
    Redirect.objects.filter(automatically_created=True, old_path__in=rows).delete()
    redirects = [
        Redirect(old_path=path, site=site, redirect_page_id=page_id, automatically_created=True)
        for path, page_id in rows.items()
    ]
    Redirect.objects.bulk_create(redirects, ignore_conflicts=True)


def add_history(pages: Iterable[Page], action: str, acting_user: Any) -> None:
    """Entries in the pages' history, as Wagtail's `log` writes them one by one."""
    now = timezone.now()
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            content_type_id=page.content_type_id,
            label=page.get_admin_display_title(),
            action=action,
            timestamp=now,
            user=acting_user,
            page=page,
            content_changed=action != "wagtail.move",
            data={},
        )
        for page in pages
    )


def announce_all(events: Sequence[Event], acting_user: Any) -> None:
    """Tell of each page, as it stands now; those below before those above, whose entries repeat what the lower ones tell."""
    pages = _load({event.page_id for event in events})
    with privacy.read_once():  # nothing becomes private in the meantime
        for event in sorted(events, key=lambda each: pages[each.page_id].path, reverse=True):
            page = pages[event.page_id]
            announce(Publication(event.kind, page, page.live_revision, acting_user, detail=event.detail))


def _load(ids: set[int]) -> dict[int, Any]:
    pages = {page.pk: page for page in Page.objects.filter(pk__in=ids).specific()}
    wanted = [page.live_revision_id for page in pages.values() if page.live_revision_id]
    revisions = Revision.objects.defer("content").in_bulk(wanted)
    for page in pages.values():
        page.live_revision = revisions.get(page.live_revision_id)
    return pages
