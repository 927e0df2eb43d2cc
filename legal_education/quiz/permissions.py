"""Who may do what with quizzes in the admin of a site."""

from typing import Any

from site_core.member_selectors import SITE_ADMIN, list_roles_now

_EDITORS = frozenset({"editor", SITE_ADMIN})


def user_can_prepare(user: Any) -> bool:
    """Whether the person writes questions and quizzes, and sees how they go."""
    return bool(_EDITORS & list_roles_now(user))


def user_can_run(user: Any) -> bool:
    """Whether the person also opens and withdraws quizzes, draws, and takes personal data out of the site."""
    return SITE_ADMIN in list_roles_now(user)
