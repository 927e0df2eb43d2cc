"""How changes get from a publication to the mirrors: rows in its transaction, then lines in each mirror's own index."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from delivery import outbox
from delivery.mirror.folder import MirrorFolder
from delivery.mirror.index import MirrorIndex
from delivery.models import ChangedTag
from delivery.once import is_first
from tenants.current import enter_site
from tenants.events import SiteEvent
from tenants.models import Organisation

logger = logging.getLogger(__name__)

CONSUMER = "mirror"
_BATCH = 5000


def note_changes(tags: tuple[str, ...]) -> None:
    """A purge is on its way: keep its tags for the mirrors, with the change or not at all."""
    if not settings.MIRROR_ROOT:
        return
    outbox.leave(CONSUMER, tags)
    if is_first("mirrors are fed"):
        # No queueing lock: a job that waits now may be over before this transaction is committed, and see nothing of it.
        from delivery.mirror.tasks import feed_mirrors

        feed_mirrors.defer()


def list_mirrors() -> Iterator[tuple[str, MirrorFolder]]:
    """(schema, folder) of each site that has a mirror, archived ones too."""
    root = Path(settings.MIRROR_ROOT)
    known = set(Organisation.objects.schema_names())
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        folder = MirrorFolder(path)
        if path.name in known and folder.is_mirror:
            yield path.name, folder


def feed(*, with_failed: bool = False) -> list[str]:
    """Hand what waits to the mirrors, outside of every site; returns the schemas of those that have something to do.

    `with_failed`: also those that only have pages that could not be made the last time.

    May be killed and repeated: the rows go when every mirror has been told.
    """
    rows = list(ChangedTag.objects.filter(consumer=CONSUMER).order_by("pk").values_list("pk", "tag")[:_BATCH])
    tags = {tag for _, tag in rows}
    due = [schema for schema, folder in list_mirrors() if _tell(schema, folder, tags, with_failed)]
    ChangedTag.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return [*due, *feed()] if len(rows) == _BATCH else due


def _tell(schema: str, folder: MirrorFolder, tags: set[str], with_failed: bool) -> bool:
    try:
        with MirrorIndex(folder.index_path, is_durable=True) as index:
            index.note(tags)
            return index.has_work(timezone.now(), with_failed=with_failed)
    except sqlite3.Error:
        # One broken index must not keep the others from hearing; its own runs fail loudly.
        logger.exception("the mirror of %s cannot be told of changes", schema)
        return False


def queue_updates(schemas: list[str]) -> None:
    """A job for each of the sites, unless one waits already: that one begins later, and will see everything."""
    from delivery.mirror.tasks import update_site

    for schema in dict.fromkeys(schemas):
        try:
            with enter_site(schema), transaction.atomic():
                update_site.defer(queueing_lock=update_site.name)
        except AlreadyEnqueued:
            continue


def on_site_event(event: SiteEvent) -> None:
    """A site was archived: its last mirror and its WARC are made by a job, or the ledger says that there are none."""
    from delivery.mirror.tasks import archive_site

    if event.kind != "archived":
        return
    if settings.MIRROR_ROOT:
        with enter_site(event.site):
            archive_site.defer()
    else:
        from accounts.ledger import record

        record("site.not_mirrored", event.site, event.actor, {"reason": "MIRROR_ROOT"}, chain=event.site.schema_name)
