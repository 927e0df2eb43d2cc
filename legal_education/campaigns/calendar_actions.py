"""Writes to the calendar that the centre keeps beside the product's."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from accounts.models import Role
from accounts.permissions import user_has_role
from legal_education.cluster.models import ExtraCampaign

WRITERS = frozenset({Role.PLATFORM_ADMIN, Role.CENTRAL_EDITOR})

register_action_labels(
    {
        "campaigns.date_added": "添加普法日历",
        "campaigns.date_changed": "修改普法日历",
        "campaigns.date_removed": "删除普法日历",
    }
)
register_detail_labels({"first_day": "开始日期", "last_day": "结束日期"})


@transaction.atomic
def save_date(row: ExtraCampaign, *, acting_user: Any) -> ExtraCampaign:
    """Write a new date or a changed one. Raises ValidationError by field."""
    _authorise(acting_user)
    is_new = row.pk is None
    row.full_clean()
    row.save()
    record("campaigns.date_added" if is_new else "campaigns.date_changed", row, acting_user, _describe(row))
    return row


@transaction.atomic
def remove_date(row: ExtraCampaign, *, acting_user: Any) -> None:
    """Take it out; pages and activities of it stay."""
    _authorise(acting_user)
    record("campaigns.date_removed", row, acting_user, _describe(row))
    row.delete()


def _describe(row: ExtraCampaign) -> dict[str, str]:
    return {"first_day": f"{row.first_day:%Y-%m-%d}", "last_day": f"{row.last_day:%Y-%m-%d}"}


def _authorise(user: Any) -> None:
    if not user_has_role(user, *WRITERS):
        raise PermissionDenied
