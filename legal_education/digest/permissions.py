"""Who may do what with the digest in the admin of a site."""

from typing import Any

from site_core.member_selectors import list_roles_now

_LOOK = frozenset({"site_admin", "editor", "reviewer_1", "reviewer_2", "reviewer_3"})
_WRITE = frozenset({"site_admin", "editor"})


def user_can_see_digest(user: Any) -> bool:
    """Whether the person sees figures and records of sendings: who edits, reviews or administers the site."""
    return bool(_LOOK & list_roles_now(user))


def user_can_test(user: Any) -> bool:
    """Whether the person may send an issue to himself: who may write one."""
    return bool(_WRITE & list_roles_now(user))


def user_can_manage_subscribers(user: Any) -> bool:
    """Whether the person sees the list of subscribers, ends subscriptions, and decides what becomes of unknown deliveries."""
    return "site_admin" in list_roles_now(user)
