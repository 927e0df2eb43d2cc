"""Reads of people, in the words of the domain."""

from django.db.models.functions import Lower

from tenants.current import find_current_site

from .models import PlatformRole, Role, User
from .permissions import list_platform_roles


def find_person_by_email(email: str) -> User | None:
    """The person with that mail address, in any case; closed accounts are found as well."""
    return User.objects.annotate(mail=Lower("email")).filter(mail=email.strip().lower()).first()


def is_member_here(user: User) -> bool:
    """Whether the person belongs to the current site itself; a visit of the centre's people does not count."""
    return find_current_site() is not None and user.memberships.filter(until__isnull=True).exists()


def works_for_platform_here(user: User) -> bool:
    """Whether this is the city's site, and the person has a role for the platform: the console is there."""
    site = find_current_site()
    return site is not None and site.is_city and bool(list_platform_roles(user))


def has_place_here(user: User) -> bool:
    """Whether the person may sign in on the current site with a password. Without a place, nothing is told here."""
    return bool(user.is_active) and (is_member_here(user) or works_for_platform_here(user))


def is_last_platform_admin(user: User) -> bool:
    """Whether nobody else who is active administers the platform."""
    admins = PlatformRole.objects.filter(role=Role.PLATFORM_ADMIN, user__is_active=True)
    return admins.filter(user=user).exists() and not admins.exclude(user=user).exists()
