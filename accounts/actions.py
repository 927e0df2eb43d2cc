"""Writes to people: accounts, platform roles, and the centre's way into a site. Each is checked, atomic and in the ledger.

`acting_user` is who does it; None is the command line, or an invitation that its owner accepted. What concerns the
person as such stands in the platform's chain, and in the chain of the site where it was done.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from tenants.current import current_site, enter_site, find_current_site, root_url
from tenants.kinds import SiteState
from tenants.models import Organisation

from .ledger import PLATFORM_CHAIN, record
from .models import EntryLink, PlatformRole, Role, User
from .permissions import user_has_role
from .selectors import find_person_by_email, is_last_platform_admin
from .tokens import digest_of, new_token

_CLASSES = ("abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789")
# GB/T 22239—2019 asks that the rights of administering users be kept apart: who acts is not who audits.
_EXCLUSIVE_ROLES = frozenset({Role.PLATFORM_ADMIN, Role.AUDITOR})


class RoleRefused(ValueError):
    """A role that this person may not have, or may not lose; the text is for the reader."""


class EntryRefused(ValueError):
    """No way into the site by this link; the text is for the reader."""


def random_password() -> str:
    """Sixteen characters of three classes, without those that are mistaken for one another."""
    parts = [get_random_string(2, letters) for letters in _CLASSES]
    return "".join(parts) + get_random_string(10, "".join(_CLASSES))


@transaction.atomic
def create_person(
    *,
    acting_user: User | None,
    username: str,
    email: str,
    password: str,
    last_name: str = "",
    first_name: str = "",
    must_change_password: bool = True,
    strong_password: bool = True,
) -> User:
    """Make an account. Raises ValidationError by field; the password's rules count unless `strong_password` is False."""
    _authorise(acting_user)
    user = User(
        username=username.strip().lower(),
        email=email.strip().lower(),
        last_name=last_name.strip(),
        first_name=first_name.strip(),
        must_change_password=must_change_password,
    )
    user.set_password(password)
    user.full_clean(validate_constraints=False)
    _check_email_is_free(user.email)
    if strong_password:
        _check_password(user, password)
    _save_new(user)
    _record(user, "account.created", acting_user, {"username": user.username})
    return user


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError("该登录名或电子邮箱刚刚被使用，请换一个。") from error


def _check_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error


def _check_email_is_free(email: str, user: User | None = None) -> None:
    owner = find_person_by_email(email)
    if owner is not None and owner != user:
        raise ValidationError({"email": "该电子邮箱已属于另一个账号。"})


@transaction.atomic
def deactivate_person(user: User, *, acting_user: User | None) -> User:
    """Close the account; it is never deleted, since sites refer to it. Raises RoleRefused for oneself and the last administrator.

    Nothing is done on the sites, however many there are: each request asks whether the person is active, and session
    hashes hold the moment of the deactivation, so that no session of before comes back with a reactivation.
    """
    _authorise(acting_user)
    user = _lock(user)
    if user == acting_user:
        raise RoleRefused("不能停用自己的账号。")
    if is_last_platform_admin(user):
        raise RoleRefused("这是最后一名平台管理员，不能停用。")
    user.is_active, user.deactivated_at = False, timezone.now()
    user.save(update_fields=["is_active", "deactivated_at"])
    _record(user, "account.deactivated", acting_user)
    return user


@transaction.atomic
def reactivate_person(user: User, *, acting_user: User | None) -> User:
    """Open a closed account again; memberships and roles are as they were."""
    _authorise(acting_user)
    user = _lock(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(user, "account.reactivated", acting_user)
    return user


@transaction.atomic
def grant_role(user: User, role: str, *, acting_user: User | None) -> PlatformRole:
    """Give a platform role. Raises RoleRefused where duties must stay apart; a role that is held already is kept."""
    _authorise(acting_user)
    user = _lock(user)
    held = set(user.platform_roles.values_list("role", flat=True))
    if role not in Role.values:
        raise RoleRefused(f"没有平台角色“{role}”。")
    if not user.is_active:
        raise RoleRefused("账号已停用，不能授予平台角色。")
    if role in _EXCLUSIVE_ROLES and held & (_EXCLUSIVE_ROLES - {role}):
        raise RoleRefused("平台管理员与审计员职责分离，不得由同一人担任（GB/T 22239—2019）。")
    granted, is_new = PlatformRole.objects.get_or_create(user=user, role=role)
    if is_new:
        _record(user, "account.role_granted", acting_user, {"role": role})
    return granted


@transaction.atomic
def revoke_role(user: User, role: str, *, acting_user: User | None) -> None:
    """Take a platform role away. Visits that rest on it end with the visitor's next request. Raises RoleRefused."""
    _authorise(acting_user)
    user = _lock(user)
    if role == Role.PLATFORM_ADMIN and user == acting_user:
        raise RoleRefused("不能取消自己的平台管理员角色，请由另一名平台管理员操作。")
    if role == Role.PLATFORM_ADMIN and is_last_platform_admin(user):
        raise RoleRefused("这是最后一名平台管理员，不能取消。")
    deleted, _ = PlatformRole.objects.filter(user=user, role=role).delete()
    if deleted:
        _record(user, "account.role_revoked", acting_user, {"role": role})


@transaction.atomic
def change_name(user: User, *, last_name: str, first_name: str, acting_user: User) -> User:
    """One's own name, or by an administrator of the platform."""
    _authorise(acting_user, owner=user)
    user = _lock(user)
    before = str(user)
    user.last_name, user.first_name = last_name.strip(), first_name.strip()
    user.full_clean(validate_constraints=False, exclude=["password"])
    user.save(update_fields=["last_name", "first_name"])
    if str(user) != before:
        _record(user, "account.name_changed", acting_user, {"from": before, "to": str(user)})
    return user


@transaction.atomic
def change_email(user: User, email: str, *, acting_user: User | None) -> User:
    """One's own mail address, or by an administrator of the platform. Raises ValidationError where it is another's."""
    _authorise(acting_user, owner=user)
    user = _lock(user)
    before, user.email = user.email, email.strip().lower()
    user.full_clean(validate_constraints=False, exclude=["password"])
    _check_email_is_free(user.email, user)
    user.save(update_fields=["email"])
    _record(user, "account.email_changed", acting_user, {"from": before, "to": user.email})
    return user


@transaction.atomic
def change_password(user: User, password: str, *, acting_user: User) -> User:
    """A password of one's own. All sessions of the person end on every site: their hash holds the password's.

    The instance that is given gets the new password as well, so that the caller can keep the session that asked.
    """
    if acting_user != user:
        raise PermissionDenied
    _check_password(user, password)
    user.set_password(password)
    user.must_change_password, user.password_changed_at = False, timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    _record(user, "account.password_changed", acting_user)
    return user


@transaction.atomic
def reset_password(user: User, *, acting_user: User | None) -> str:
    """Give the account a random password, to be changed at the next login; returns it, it is kept nowhere."""
    _authorise(acting_user)
    user, password = _lock(user), random_password()
    user.set_password(password)
    user.must_change_password, user.password_changed_at = True, timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    _record(user, "account.password_reset", acting_user)
    return password


@transaction.atomic
def add_membership(
    user: User,
    site: Organisation,
    roles: Iterable[str],
    *,
    acting_user: User | None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Make the person a member of the site in these groups; a visit in one of them becomes a lasting membership.

    Raises RoleRefused for a group that the site does not have. Who may do this is asked by the caller: the site's
    administrators decide about its members.
    """
    names = sorted(set(roles))
    with enter_site(site):
        groups = list(Group.objects.filter(name__in=names))
        missing = set(names) - {group.name for group in groups}
        if missing or not names:
            raise RoleRefused(f"本站没有角色“{'、'.join(sorted(missing))}”。" if missing else "请至少选择一个角色。")
        user.memberships.filter(group__in=groups).update(until=None)
        user.groups.add(*groups)
        record("member.added", user, acting_user, {"roles": names, **(detail or {})})


@transaction.atomic
def create_entry_link(*, acting_user: User, site: Organisation, role: str) -> str:
    """Absolute URL that lets this person into the site's admin once, within ENTRY_LINK_SECONDS, with this platform role.

    Raises EntryRefused: without the role, or where the site lets nobody in (suspended, archived).
    """
    if not user_has_role(acting_user, role):
        raise EntryRefused("您没有这个平台角色。")
    if site.state in {SiteState.SUSPENDED, SiteState.ARCHIVED}:
        raise EntryRefused(f"“{site.short_name}”{SiteState(site.state).label}，不能进入后台。")
    now = timezone.now()
    token, digest = new_token()
    EntryLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    EntryLink.objects.create(
        digest=digest,
        user=acting_user,
        role=role,
        schema_name=site.schema_name,
        expires_at=now + timedelta(seconds=settings.ENTRY_LINK_SECONDS),
    )
    for chain in (PLATFORM_CHAIN, site.schema_name):
        record("visit.link_created", site, acting_user, {"role": role}, chain=chain)
    return f"{root_url(site)}/admin/enter/{token}/"


@transaction.atomic
def redeem_entry_link(token: str) -> EntryLink:
    """Use up the link on the current site. Raises EntryRefused: forged, used, expired, another site's, or role lost since.

    One UPDATE decides, so that of two requests with the same token one alone gets in.
    """
    now, site = timezone.now(), current_site()
    links = EntryLink.objects.filter(digest=digest_of(token), schema_name=site.schema_name)
    used = links.filter(used_at__isnull=True, expires_at__gt=now).update(used_at=now)
    link = links.select_related("user").first()
    if not used or link is None or not user_has_role(link.user, link.role):
        raise EntryRefused("链接无效或已过期，请从网站群控制台重新进入。")
    for chain in (PLATFORM_CHAIN, site.schema_name):
        record("visit.entered", site, link.user, {"role": link.role}, chain=chain)
    return link


def _authorise(acting_user: User | None, owner: User | None = None) -> None:
    if acting_user is None or (owner is not None and acting_user == owner):
        return
    if not user_has_role(acting_user, Role.PLATFORM_ADMIN):
        raise PermissionDenied


def _lock(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _record(user: User, action: str, acting_user: User | None, detail: dict[str, Any] | None = None) -> None:
    record(action, user, acting_user, detail, chain=PLATFORM_CHAIN)
    site = find_current_site()
    if site is not None:
        record(action, user, acting_user, detail, chain=site.schema_name)
