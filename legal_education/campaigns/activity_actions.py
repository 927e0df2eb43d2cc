"""Writes to the ledger of activities: each stands in the ledger of deeds, and in the cluster's table, at once."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from legal_education.campaigns.models import Activity, ActivityPicture
from legal_education.campaigns.permissions import user_can_keep_activities
from legal_education.cluster.models import ActivityRecord
from tenants.current import current_site

register_action_labels(
    {
        "campaigns.activity_added": "登记普法活动",
        "campaigns.activity_changed": "修改普法活动",
        "campaigns.activity_removed": "删除普法活动",
    }
)
register_detail_labels({"held_on": "活动日期", "people": "参加人数", "materials": "发放资料", "is_public": "公开"})


@transaction.atomic
def save_activity(activity: Activity, images: Sequence[Any], *, acting_user: Any) -> Activity:
    """Write a new activity or a changed one, with its pictures in that order. Raises ValidationError by field."""
    _authorise(acting_user)
    is_new = activity.pk is None
    _write(activity, images)
    action = "campaigns.activity_added" if is_new else "campaigns.activity_changed"
    record(action, activity, acting_user, _describe(activity))
    return activity


@transaction.atomic
def remove_activity(activity: Activity, *, acting_user: Any) -> None:
    """Take it out, here and in the cluster."""
    _authorise(acting_user)
    record("campaigns.activity_removed", activity, acting_user, _describe(activity))
    key = activity.pk
    activity.delete()
    ActivityRecord.objects.filter(site_id=current_site().pk, activity_id=key).delete()


@transaction.atomic
def add_sample_activity(activity: Activity, images: Sequence[Any]) -> None:
    """For the demo, which has nobody to act."""
    _write(activity, images)


def _write(activity: Activity, images: Sequence[Any]) -> None:
    activity.full_clean()
    activity.save()
    ActivityPicture.objects.filter(activity=activity).delete()
    ActivityPicture.objects.bulk_create(
        ActivityPicture(activity=activity, image=image, sort_order=place) for place, image in enumerate(images)
    )
    mirror(activity)


def mirror(activity: Activity) -> None:
    """The row of the cluster that counts the activity, as it stands now."""
    ActivityRecord.objects.update_or_create(
        site_id=current_site().pk, activity_id=activity.pk, defaults=activity.describe()
    )


def _describe(activity: Activity) -> dict[str, Any]:
    return {
        "held_on": f"{activity.held_on:%Y-%m-%d}",
        "people": activity.people,
        "materials": activity.materials,
        "is_public": activity.is_public,
    }


def _authorise(user: Any) -> None:
    if not user_can_keep_activities(user):
        raise PermissionDenied
