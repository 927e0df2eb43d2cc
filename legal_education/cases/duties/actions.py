"""Writes to the list of duties: checked, atomic, in the ledger, and told to the centre in the same transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count

from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from legal_education.cases.models import Duty, DutyState
from legal_education.cases.permissions import user_can_keep_duties
from legal_education.cluster.models import DutyStanding
from tenants.current import current_site

register_action_labels(
    {
        "duties.added": "添加普法责任",
        "duties.changed": "修改普法责任",
        "duties.removed": "删除普法责任",
        "duties.imported": "导入普法责任清单",
    }
)
register_detail_labels(
    {
        "duty_year": "年度",
        "duty_unit": "责任单位",
        "duty_laws": "宣传的法律法规",
        "duty_audience": "宣传对象",
        "duty_form": "宣传形式",
        "duty_deadline": "完成时限",
        "duty_contact": "联系方式",
        "duty_state": "进度",
        "duty_note": "备注",
        "duty_file": "文件",
        "duties_added": "新增条数",
        "duties_changed": "修改条数",
    }
)
KEY = ("year", "unit", "laws", "audience", "form")
FIELDS = (*KEY, "deadline", "state", "contact", "note")


@transaction.atomic
def save_duty(duty: Duty, values: Mapping[str, Any], *, acting_user: Any) -> Duty:
    """Add the duty, or change it. Raises ValidationError by field."""
    _authorise(acting_user)
    is_new = duty.pk is None
    row = duty if is_new else Duty.objects.select_for_update().get(pk=duty.pk)
    before = {} if is_new else _describe(row)
    year = row.year
    _fill(row, values)
    _tell_centre({row.year} if is_new else {year, row.year})
    after = _describe(row)
    changed = [name for name in after if before.get(name) != after[name]]
    if is_new:
        record("duties.added", row, acting_user, after)
    elif changed:
        detail = {"from": {name: before[name] for name in changed}, "to": {name: after[name] for name in changed}}
        record("duties.changed", row, acting_user, detail)
    return row


@transaction.atomic
def remove_duty(duty: Duty, *, acting_user: Any) -> None:
    """Take the duty from the list."""
    _authorise(acting_user)
    row = Duty.objects.select_for_update().get(pk=duty.pk)
    record("duties.removed", row, acting_user, _describe(row))
    row.delete()
    _tell_centre({row.year})


@transaction.atomic
def import_duties(rows: Iterable[Mapping[str, Any]], name: str, *, acting_user: Any) -> tuple[int, int]:
    """All or none: a line that is on the list is changed, others are added. Returns how many of each. Raises ValidationError."""
    _authorise(acting_user)
    added = changed = 0
    years = set()
    for values in rows:
        known = Duty.objects.select_for_update().filter(**{field: values[field] for field in KEY}).first()
        if known and all(getattr(known, field) == values[field] for field in FIELDS):
            continue
        added, changed = added + (known is None), changed + (known is not None)
        _fill(known or Duty(), values)
        years.add(values["year"])
    _tell_centre(years)
    if added or changed:
        detail = {"duty_file": name, "duties_added": added, "duties_changed": changed}
        record("duties.imported", current_site(), acting_user, detail)
    return added, changed


def _fill(row: Duty, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        setattr(row, name, values[name])
    row.full_clean()
    row.save()


def _tell_centre(years: set[int]) -> None:
    for year in sorted(years):
        write_standing(year)


def write_standing(year: int) -> None:
    """The site's figures of that year as they are in the database now. To be called in the transaction of each change."""
    site_id = current_site().pk
    DutyStanding.objects.get_or_create(site_id=site_id, year=year)
    # Locked before it is counted, so that of two changes at the same moment the second counts the first.
    standing = DutyStanding.objects.select_for_update().get(site_id=site_id, year=year)
    rows = Duty.objects.filter(year=year)
    opened = rows.exclude(state=DutyState.DONE).order_by("state", "deadline").values_list("state", "deadline")
    standing.open_by_deadline = [
        [state, deadline.isoformat(), count] for state, deadline, count in opened.annotate(count=Count("pk"))
    ]
    standing.done = rows.filter(state=DutyState.DONE).count()
    if standing.done or standing.open_by_deadline:
        standing.save()
    else:
        standing.delete()


def _describe(duty: Duty) -> dict[str, Any]:
    """By names of the ledger's own: other lists have audiences and forms too."""
    plain = {f"duty_{name}": getattr(duty, name) for name in ("year", "unit", "laws", "form", "contact", "note")}
    return plain | {
        "duty_audience": duty.get_audience_display(),
        "duty_deadline": duty.deadline.isoformat(),
        "duty_state": duty.get_state_display(),
    }


def _authorise(acting_user: Any) -> None:
    if not user_can_keep_duties(acting_user):
        raise PermissionDenied
