"""Further roles for people of the tests."""

from typing import Any

from django.contrib.auth.models import Group

from site_core.models import Membership


def also(user: Any, role: str, until: Any = None) -> Any:
    """Give the person another role on the current site, for good or for a visit."""
    Membership.objects.create(user=user, group=Group.objects.get(name=role), until=until)
    return user
