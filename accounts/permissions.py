"""Rights of a person: what their groups on the current site allow, and what their platform roles allow."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import models as _auth_models
from django.db import models

if TYPE_CHECKING:
    from .models import User

# Django's own loops over the authentication backends; its stubs leave them out.
auth_models: Any = _auth_models


class SitePermissionsMixin(models.Model):
    """What Django and Wagtail ask a user for, without rights given to single persons."""

    class Meta:
        abstract = True

    def get_group_permissions(self, obj: object = None) -> set[str]:
        """`app.codename` of all that the groups on this site allow."""
        return auth_models._user_get_permissions(self, obj, "group")

    def get_all_permissions(self, obj: object = None) -> set[str]:
        """The same: there are no permissions of single persons."""
        return auth_models._user_get_permissions(self, obj, "all")

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether an active person holds the permission on this site."""
        return bool(self.is_active) and auth_models._user_has_perm(self, perm, obj)  # type: ignore[attr-defined] # the model's field

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Whether all of them are held."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether any permission of the app is held."""
        return bool(self.is_active) and auth_models._user_has_module_perms(self, app_label)  # type: ignore[attr-defined] # as above


def list_platform_roles(user: "User") -> set[str]:
    """Roles that an active person holds for the platform; asked once for each loaded user."""
    if not user.is_authenticated or not user.is_active:
        return set()
    if not hasattr(user, "_platform_roles"):
        user._platform_roles = set(user.platform_roles.values_list("role", flat=True))  # type: ignore[attr-defined] # a cache on the instance
    return user._platform_roles  # type: ignore[attr-defined] # as above


def user_has_role(user: "User", *roles: str) -> bool:
    """Whether the person holds one of the platform roles."""
    return bool(list_platform_roles(user) & set(roles))
