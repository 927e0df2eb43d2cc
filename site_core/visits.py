"""Visits of the centre's people to a site's admin: memberships that end by themselves."""

from typing import Any

from site_core.models import Membership


def end_expired_visit(user: Any) -> bool:
    """Whether the person's visit is over; its membership is then gone."""
    ended, _ = Membership.objects.filter(user=user).expired().delete()
    return bool(ended) or not Membership.objects.filter(user=user).exists()
