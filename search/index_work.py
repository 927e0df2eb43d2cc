"""What the search server has still to be told: noted in the transaction of the change, done by jobs, kept while it is down."""

from django.conf import settings
from django.db import transaction

from search.models import CatalogueEntry, IndexWork

BATCH = 500


def is_indexed() -> bool:
    """Whether the cluster has a search server beside PostgreSQL."""
    return bool(settings.ELASTICSEARCH_URL)


def note_change(schema_name: str, page_id: int, *, is_removal: bool = False) -> None:
    """Note that the entry was written or removed, and queue a job that tells the server; nothing without a server."""
    from search.actions import take_version
    from search.tasks import feed_index

    if is_indexed():
        IndexWork.objects.create(
            schema_name=schema_name, page_id=page_id, version=take_version(), is_removal=is_removal
        )
        feed_index.defer()


def do_waiting() -> int:
    """Tell the server what waits, a batch at a time; returns how many pages. Raises EngineProblem, and keeps the rest.

    Rows that another worker holds are passed over. What is told is how the catalogue stands now, whatever the row's age.
    """
    from search.engines import elastic_index, elastic_rebuild

    done = 0
    try:
        while count := _do_batch():
            done += count
    except elastic_index.IndexMissing:
        elastic_rebuild.rebuild()  # it lost its index, or is new: the whole catalogue, whatever waits
        return do_waiting()
    return done


def catch_up() -> int:
    """`do_waiting`, and an index where there is none although nothing waits. Raises EngineProblem."""
    from search.engines import elastic_index, elastic_rebuild

    if not elastic_index.is_there():
        elastic_rebuild.rebuild()
    return do_waiting()


@transaction.atomic
def _do_batch() -> int:
    from search.engines import elastic_index

    rows = list(IndexWork.objects.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    if not rows:
        return 0
    latest = {(row.schema_name, row.page_id): row.version for row in rows}
    entries = _find_entries(set(latest))
    elastic_index.write_entries(list(entries.values()))
    gone = [(schema, page, version) for (schema, page), version in latest.items() if (schema, page) not in entries]
    elastic_index.remove(gone)
    IndexWork.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _find_entries(keys: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
    found = CatalogueEntry.objects.filter(
        site__schema_name__in={schema for schema, _ in keys}, page_id__in={page for _, page in keys}
    ).values_list("site__schema_name", "page_id", "pk")
    return {(schema, page): pk for schema, page, pk in found if (schema, page) in keys}


def has_waiting_removals() -> bool:
    """Whether the server still counts pages that the public may no longer see."""
    return IndexWork.objects.filter(is_removal=True).exists()
