"""Who sees which figures in the admin of a site."""

from typing import Any

from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from site_core.member_selectors import list_roles_now
from site_core.privacy import is_public

ROLES = frozenset({"site_admin", "editor", "reviewer_1", "reviewer_2", "reviewer_3"})


def user_can_see_visits(user: Any) -> bool:
    """Whether the person edits, reviews or administers the current site; people of the centre do while they visit."""
    return bool(ROLES & list_roles_now(user))


def user_can_see_page(user: Any, page: Page) -> bool:
    """Whether the person may know of the page: it is public, or among those that the admin shows to them."""
    return is_public(page) or PagePermissionPolicy().explorable_instances(user).filter(pk=page.pk).exists()
