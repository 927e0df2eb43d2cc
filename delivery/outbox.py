"""The tags that wait for those outside of the database: rows in the transaction of the change, as durable as it is."""

from collections.abc import Iterable

from delivery.models import ChangedTag
from delivery.purge import EVERYTHING

_LONGEST_TAG = 300


def leave(consumer: str, tags: Iterable[str]) -> int:
    """Leave rows for the consumer; returns the last one's number, 0 for none. A tag that is too long becomes that of everything."""
    kept = dict.fromkeys(tag if len(tag) <= _LONGEST_TAG else EVERYTHING for tag in tags)
    rows = ChangedTag.objects.bulk_create(ChangedTag(consumer=consumer, tag=tag) for tag in kept)
    return rows[-1].pk if rows else 0
