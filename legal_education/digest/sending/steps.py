"""The state of deliveries changes here and nowhere else: checked, against the state in the database, many at a time."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import transaction

from legal_education.digest.models import DeliveryNote, DigestDelivery
from site_core.dispatching import Dispatch, DispatchRefused, check_step

_LONGEST = 300
_NOTED = frozenset({Dispatch.UNKNOWN, Dispatch.FAILED})


def move(
    rows: Sequence[DigestDelivery],
    after: Dispatch,
    *,
    code: str = "",
    text: str = "",
    acting_user: Any = None,
    **fields: Any,
) -> None:
    """Bring all of them to the next state, or none. Raises DispatchRefused where one is no longer in the state that it had.

    What is unknown or failed, and what a person decides, is kept in its history; the usual way leaves no line there.
    """
    values = {"waits_for_person": False, **fields, "error_code": code[:40], "error_text": text[:_LONGEST]}
    is_noted = after in _NOTED or acting_user is not None or any(row.state in _NOTED for row in rows)
    if not is_noted:  # the usual way, one statement a state: by itself atomic where there is one
        _write(rows, after, values)
        return
    with transaction.atomic():
        notes = [
            DeliveryNote(delivery=row, before=row.state, after=after, text=text[:_LONGEST], actor=acting_user)
            for row in rows
        ]
        _write(rows, after, values)
        DeliveryNote.objects.bulk_create(notes)


def _write(rows: Sequence[DigestDelivery], after: Dispatch, values: dict[str, Any]) -> None:
    for before, group in groupby(sorted(rows, key=lambda row: row.state), key=lambda row: row.state):
        check_step(before, after)
        these = list(group)
        ids = [row.pk for row in these]
        changed = DigestDelivery.objects.filter(pk__in=ids, state=before).update(state=after, **values)
        if changed != len(ids):
            raise DispatchRefused(f"{len(ids) - changed} of {len(ids)} are no longer {before}")
        for row in these:
            _copy(row, after, values)


def _copy(row: DigestDelivery, after: Dispatch, values: dict[str, Any]) -> None:
    row.state = after
    for name, value in values.items():
        setattr(row, name, value)


def note_wait(rows: Sequence[DigestDelivery], *, text: str = "", code: str = "", **fields: Any) -> None:
    """Write when to come again, without another state."""
    ids = [row.pk for row in rows]
    values = {**fields, "error_code": code[:40], "error_text": text[:_LONGEST]}
    DigestDelivery.objects.filter(pk__in=ids).update(**values)
    for row in rows:
        _copy(row, Dispatch(row.state), values)
