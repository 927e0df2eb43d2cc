"""Who may do what with the members of a site: the policy that Wagtail asks for persons."""

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from accounts.models import User
from site_core.member_selectors import is_member, list_members
from site_core.models import Membership


class MemberPolicy(ModelPermissionPolicy):
    """Rights on persons are rights on memberships, and reach no further than the members of the current site."""

    def __init__(self) -> None:
        super().__init__(User, auth_model=Membership)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        """Only for members; whoever visits or left is nobody that this site decides about."""
        return self.user_has_any_permission(user, actions) and is_member(instance)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """As above, for one action."""
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        """The members, or nobody."""
        return list_members() if self.user_has_any_permission(user, actions) else User.objects.none()
