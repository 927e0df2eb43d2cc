"""Visits of the centre's people to a site's admin: memberships that end by themselves, and who may stay signed in."""

from datetime import timedelta

from django.contrib.auth import login
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import redeem_entry_link
from accounts.ledger import record
from accounts.models import EntryLink, User
from accounts.permissions import list_platform_roles
from accounts.selectors import works_for_platform_here
from site_core.models import Membership
from site_core.roles import VISITING_GROUP

VISITING_KEY = "_visiting"
VISIT_LASTS = timedelta(hours=8)
_BACKEND = "accounts.authentication.MembershipBackend"


@transaction.atomic
def begin_visit(request: HttpRequest, token: str) -> None:
    """Use up the link and sign its person in, for eight hours at most. Raises EntryRefused."""
    link = redeem_entry_link(token)
    is_temporary = _admit(link)
    login(request, link.user, backend=_BACKEND)
    if is_temporary:
        request.session[VISITING_KEY] = True


def _admit(link: EntryLink) -> bool:
    """Whether a membership was lent; one that the person has here for good is left as it is."""
    group = Group.objects.get(name=VISITING_GROUP[link.role])
    until = timezone.now() + VISIT_LASTS
    membership, is_new = Membership.objects.get_or_create(user=link.user, group=group, defaults={"until": until})
    if not is_new and membership.until is not None:
        Membership.objects.filter(pk=membership.pk).update(until=until)
    return membership.until is not None


def end_visit(user: User) -> bool:
    """Take back what was lent to the person on this site. Returns whether there was anything."""
    return _end(user, list(Membership.objects.visiting().filter(user=user)))


def may_stay(request: HttpRequest) -> bool:
    """Whether the person of a signed-in request still belongs on this site.

    A visit ends when its time is over or the platform role behind it is lost; a membership by removal; an account by
    deactivation. The rights that were lent go at once, for other sessions of the person as well.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return False
    memberships = list(Membership.objects.filter(user=user).select_related("group"))
    stale = [membership for membership in memberships if _is_stale(membership, user)]
    _end(user, stale)
    left = [membership for membership in memberships if membership not in stale]
    if request.session.get(VISITING_KEY):
        return any(membership.until for membership in left)
    return any(membership.until is None for membership in left) or works_for_platform_here(user)


def _is_stale(membership: Membership, user: User) -> bool:
    if membership.until is None:
        return False
    lent = {VISITING_GROUP[role] for role in list_platform_roles(user)}
    return membership.until <= timezone.now() or membership.group.name not in lent


def _end(user: User, memberships: list[Membership]) -> bool:
    if not memberships:
        return False
    with transaction.atomic():
        Membership.objects.visiting().filter(pk__in=[membership.pk for membership in memberships]).delete()
        record("visit.ended", user, user)
    return True
