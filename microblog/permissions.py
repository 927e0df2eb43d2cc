"""Who may do what with the microblog of the current site, by role. People of the centre may while they visit."""

from typing import Any

from site_core.member_selectors import list_roles_now

EDITORS = frozenset({"site_admin", "editor"})
READERS = EDITORS | {"reviewer_1", "reviewer_2", "reviewer_3"}
ADMINISTRATORS = frozenset({"site_admin"})


def user_can_see_outbox(user: Any) -> bool:
    """What went out, what did not, and why."""
    return bool(READERS & list_roles_now(user))


def user_can_see_statistics(user: Any) -> bool:
    """Figures of the platforms."""
    return bool(EDITORS & list_roles_now(user))


def user_can_write(user: Any) -> bool:
    """Begin a post."""
    return bool(EDITORS & list_roles_now(user))


def user_can_retry(user: Any) -> bool:
    """Send a failed delivery again, or cancel one that waits."""
    return bool(EDITORS & list_roles_now(user))


def user_can_decide(user: Any) -> bool:
    """Say what the program cannot know: whether something was sent, whether changed words go out once more."""
    return bool(ADMINISTRATORS & list_roles_now(user))


def user_can_manage_accounts(user: Any) -> bool:
    """The registry of accounts, their connections."""
    return bool(ADMINISTRATORS & list_roles_now(user))


def user_can_manage_rules(user: Any) -> bool:
    """The rules that make posts of articles."""
    return bool(ADMINISTRATORS & list_roles_now(user))
