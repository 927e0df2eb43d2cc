"""Signing in, and the rights that follow from it on the current site."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from tenants.current import find_current_site

from .permissions import list_platform_roles
from .selectors import has_place_here

CONSOLE_PERMISSION = "wagtailadmin.access_admin"


class MembershipBackend(ModelBackend):
    """Rights come from the groups that a person has on the current site.

    On the city's site a platform role opens the admin as well: the centre's console is there.
    """

    def authenticate(
        self,
        request: Any,
        username: str | None = None,
        password: str | None = None,
        invited_email: str = "",
        **kwargs: Any,
    ) -> Any:
        """A person by login name (in any case) and password, who has a place on the current site.

        None when they do not fit, the account is closed, or the person belongs elsewhere: nobody learns which, and
        each counts as a failure. `invited_email`: the address that was invited here stands for a place.
        """
        name = (username or "").lower() or None
        user: Any = super().authenticate(request, username=name, password=password, **kwargs)
        if user is None or not (has_place_here(user) or (invited_email and user.email == invited_email)):
            return None
        return user

    def _get_user_permissions(self, user_obj: Any) -> Any:
        return Permission.objects.none()

    def _get_group_permissions(self, user_obj: Any) -> Any:
        if find_current_site() is None:
            return Permission.objects.none()
        return Permission.objects.filter(group__user=user_obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Permissions on this site, by group, and the console's where a platform role gives it."""
        permissions = super().get_all_permissions(user_obj, obj)
        site = find_current_site()
        if obj is None and site is not None and site.is_city and list_platform_roles(user_obj):
            return permissions | {CONSOLE_PERMISSION}
        return permissions

    def with_perm(self, *args: Any, **kwargs: Any) -> Any:
        """Not answered: it would look for permissions of single persons, which do not exist."""
        raise NotImplementedError("ask the permission policies of Wagtail instead")
