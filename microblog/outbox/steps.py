"""The state of a delivery changes here and nowhere else: checked, and with a line in its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from microblog.models import Delivery, DeliveryEvent
from site_core.dispatching import Dispatch, check_step

_LONGEST_TEXT = 500


@transaction.atomic
def step(
    delivery: Delivery,
    after: Dispatch,
    *,
    text: str = "",
    code: str = "",
    next_at: datetime | None = None,
    acting_user: Any = None,
    **fields: Any,
) -> Delivery:
    """Bring the delivery to its next state. Raises DispatchRefused where that cannot follow the one it has in the database."""
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    check_step(row.state, after)
    before, row.state = row.state, after
    _write(row, next_at, {"waits_for_person": False, **fields, "error_code": code, "error_text": text[:_LONGEST_TEXT]})
    DeliveryEvent.objects.create(
        delivery=row, before=before, after=after, code=code, text=text[:_LONGEST_TEXT], actor=acting_user
    )
    return _copy_into(delivery, row)


@transaction.atomic
def note(
    delivery: Delivery,
    text: str,
    *,
    code: str = "",
    next_at: datetime | None = None,
    acting_user: Any = None,
    **fields: Any,
) -> Delivery:
    """Write into the history without another state. What was said last is not said twice."""
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    said = (row.error_code, row.error_text)
    _write(row, next_at, {**fields, "error_code": code, "error_text": text[:_LONGEST_TEXT]})
    if (code, text[:_LONGEST_TEXT]) != said:
        DeliveryEvent.objects.create(
            delivery=row, before=row.state, after=row.state, code=code, text=text[:_LONGEST_TEXT], actor=acting_user
        )
    return _copy_into(delivery, row)


def record_birth(delivery: Delivery, *, text: str = "", acting_user: Any = None) -> None:
    """The first line of a delivery's history."""
    DeliveryEvent.objects.create(delivery=delivery, after=delivery.state, text=text, actor=acting_user)


def _write(row: Delivery, next_at: datetime | None, fields: Mapping[str, Any]) -> None:
    row.next_at = next_at or timezone.now()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def _copy_into(delivery: Delivery, row: Delivery) -> Delivery:
    """The caller's object, as the row is now."""
    for field in row._meta.concrete_fields:
        setattr(delivery, field.attname, getattr(row, field.attname))
    return delivery
