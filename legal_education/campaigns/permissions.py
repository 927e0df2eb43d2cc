"""Who may do what with campaigns and activities of the current site, by role. People of the centre may while they visit."""

from typing import Any

from site_core.member_selectors import list_roles_now

EDITORS = frozenset({"site_admin", "editor"})


def user_can_keep_activities(user: Any) -> bool:
    """Enter, change and remove activities, and take the ledger away as a file."""
    return bool(EDITORS & list_roles_now(user))
