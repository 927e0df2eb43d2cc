"""Who keeps the list of duties, by role. People of the centre may while they visit."""

from typing import Any

from site_core.member_selectors import SITE_ADMIN, list_roles_now

_KEEPERS = frozenset({"editor", SITE_ADMIN})


def user_can_keep_duties(user: Any) -> bool:
    """Whether the person sees and writes the list."""
    return bool(_KEEPERS & list_roles_now(user))
