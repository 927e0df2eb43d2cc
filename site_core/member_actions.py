"""Writes to who works on the current site: memberships, invitations, sessions. Persons themselves are not touched here."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued
from wagtail.models import PageSubscription
from wagtail.users.models import UserProfile

from accounts.actions import add_membership, create_person
from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from accounts.models import User
from accounts.tokens import digest_of, new_token
from site_core.member_mail import send_email_confirmation, send_invitation, send_password_reset
from site_core.member_selectors import (
    SITE_ADMIN,
    find_open_invitation,
    handle_of,
    is_member,
    list_open_invitations,
    list_roles,
    list_sessions,
)
from site_core.models import Invitation, Membership
from site_core.roles import INVITABLE_ROLES, MANAGE_MEMBERS
from tenants.current import current_site

register_action_labels(
    {
        "member.roles_changed": "更改成员角色",
        "member.removed": "移出网站成员",
        "member.invited": "邀请成员",
        "member.invitation_withdrawn": "撤回邀请",
        "member.invitation_accepted": "接受邀请",
        "session.ended": "结束登录会话",
    }
)
register_detail_labels({"invitation": "邀请编号", "sessions": "会话数"})
_NOTIFICATIONS = ("submitted", "approved", "rejected", "updated_comments")


class MemberRefused(ValueError):
    """A change of members that the site's rules forbid; the text is for the reader."""


class InvitationRefused(ValueError):
    """An invitation that cannot be made, or not be accepted; the text is for the reader."""


@transaction.atomic
def change_roles(member: User, roles: Iterable[str], *, acting_user: User) -> None:
    """Let the member have exactly these of INVITABLE_ROLES; other groups stay as they are. Raises MemberRefused."""
    _authorise(acting_user)
    wanted, held = _check_roles(roles), list_roles(member) & set(INVITABLE_ROLES)
    if not is_member(member):
        raise MemberRefused("此人不是本站成员。")
    if member == acting_user and SITE_ADMIN in held - wanted:
        raise MemberRefused("不能取消自己的网站管理员角色，请由另一名网站管理员操作。")
    if wanted == held:
        return
    Membership.objects.lasting().filter(user=member, group__name__in=held - wanted).delete()
    for group in Group.objects.filter(name__in=wanted - held):
        Membership.objects.update_or_create(user=member, group=group, defaults={"until": None})
    record("member.roles_changed", member, acting_user, {"from": sorted(held), "to": sorted(wanted)})


def _check_roles(roles: Iterable[str]) -> set[str]:
    wanted = set(roles)
    if not wanted:
        raise MemberRefused("请至少选择一个角色；不再需要此人时请移出本站。")
    if wanted - set(INVITABLE_ROLES):
        raise MemberRefused("所选角色不能由网站授予。")
    return wanted


@transaction.atomic
def remove_member(member: User, *, acting_user: User) -> None:
    """End the memberships, sessions and notifications of a person here; the account is not touched. Raises MemberRefused."""
    _authorise(acting_user)
    if member == acting_user:
        raise MemberRefused("不能把自己移出本站，请由另一名网站管理员操作。")
    roles = sorted(list_roles(member))
    if not roles:
        raise MemberRefused("此人不是本站成员。")
    Membership.objects.filter(user=member).delete()
    list_sessions(member).delete()
    PageSubscription.objects.filter(user=member).delete()
    _set_notifications(member, wanted=False)
    record("member.removed", member, acting_user, {"roles": roles})


def _set_notifications(user: User, *, wanted: bool) -> None:
    # Wagtail mails everybody who ever commented on a page, unless the profile of this site says no.
    values = {f"{name}_notifications": wanted for name in _NOTIFICATIONS}
    UserProfile.objects.update_or_create(user=user, defaults=values)


@transaction.atomic
def invite(email: str, roles: Iterable[str], *, acting_user: User | None) -> Invitation:
    """Invite whoever reads that mailbox; None is the command line. Raises InvitationRefused.

    Nobody looks here whether there is an account, so the answer cannot depend on it; the mail is sent by a job.
    """
    if acting_user is not None:
        _authorise(acting_user)
    email, names = email.strip().lower(), set(roles)
    if not names or names - set(INVITABLE_ROLES):
        raise InvitationRefused("请至少选择一个本站的角色。")
    if list_open_invitations().filter(email=email).exists():
        raise InvitationRefused("该邮箱已有一份未接受的邀请；需要重发时请先撤回。")
    Invitation.objects.filter(expires_at__lt=timezone.now(), accepted_at__isnull=True).delete()
    invitation = Invitation.objects.create(
        email=email,
        digest=new_token()[1],  # opens nothing: the job that sends the mail makes the token
        invited_by=acting_user,
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
    )
    invitation.groups.set(Group.objects.filter(name__in=names))
    send_invitation.defer(invitation_id=invitation.pk)
    record("member.invited", invitation, acting_user, {"email": email, "roles": sorted(names)})
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, acting_user: User) -> None:
    """Make the link worthless; what was done stands in the ledger."""
    _authorise(acting_user)
    record("member.invitation_withdrawn", invitation, acting_user, {"email": invitation.email})
    invitation.delete()


@transaction.atomic
def accept_invitation(token: str, user: User) -> None:
    """Make the invited person a member. Raises InvitationRefused: forged, used or expired, or somebody else's.

    The row is locked, so that a token is used once.
    """
    locked = Invitation.objects.select_for_update().filter(digest=digest_of(token)).first()
    if locked is None or not locked.is_open:
        raise InvitationRefused("邀请无效或已过期，请联系网站管理员重新邀请。")
    if user.email != locked.email or not user.is_active:
        raise InvitationRefused("这份邀请是发给另一个电子邮箱的。")
    was_member = is_member(user)
    roles = [group.name for group in locked.groups.all()]
    add_membership(user, current_site(), roles, acting_user=user, detail={"invitation": locked.pk})
    if not was_member:
        _set_notifications(user, wanted=True)
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    record("member.invitation_accepted", locked, user, {"email": locked.email, "roles": sorted(roles)})


@transaction.atomic
def register_by_invitation(token: str, *, username: str, password: str, last_name: str, first_name: str) -> User:
    """Make the invited person's account and membership. Raises InvitationRefused, or ValidationError by field."""
    invitation = find_open_invitation(token)
    if invitation is None:
        raise InvitationRefused("邀请无效或已过期，请联系网站管理员重新邀请。")
    user = create_person(
        acting_user=None,
        username=username,
        email=invitation.email,
        password=password,
        last_name=last_name,
        first_name=first_name,
        must_change_password=False,
    )
    accept_invitation(token, user)
    return user


@transaction.atomic
def ask_for_password_reset(email: str) -> None:
    """Queue the mail for whoever asks. The same happens for every address; one that waits already is not queued twice."""
    email = email.strip().lower()
    record("account.password_reset_requested", detail={"email": email[:254]})
    try:
        with transaction.atomic():
            send_password_reset.defer(queueing_lock=f"password_reset:{digest_of(email)}", email=email)
    except AlreadyEnqueued:
        return  # the mail that waits will do


@transaction.atomic
def ask_for_email_change(user: User, email: str) -> None:
    """Queue the question to the new address. Nobody looks whether it is another's: that is told to its reader alone."""
    record("account.email_change_requested", user, user, {"from": user.email, "to": email})
    send_email_confirmation.defer(user_id=user.pk, email=email)


@transaction.atomic
def end_session(owner: User, handle: str, *, acting_user: User) -> bool:
    """End one session of the owner on this site; False where there is none of that handle."""
    _authorise_for(owner, acting_user)
    keys = [row.session_key for row in list_sessions(owner) if handle_of(row.session_key) == handle]
    return _end(owner, keys, acting_user) > 0


@transaction.atomic
def end_sessions(owner: User, *, acting_user: User, except_key: str | None = None) -> int:
    """End all sessions of the owner on this site, but for the one that asks. Returns their number."""
    _authorise_for(owner, acting_user)
    keys = [row.session_key for row in list_sessions(owner) if row.session_key != except_key]
    return _end(owner, keys, acting_user)


def _end(owner: User, keys: list[str], acting_user: User) -> int:
    ended, _ = list_sessions(owner).filter(pk__in=keys).delete()
    if ended:
        detail: dict[str, Any] = {"sessions": ended}
        record("session.ended", owner, acting_user, detail)
    return ended


def _authorise(acting_user: User) -> None:
    if not acting_user.has_perm(MANAGE_MEMBERS):
        raise PermissionDenied


def _authorise_for(owner: User, acting_user: User) -> None:
    if owner == acting_user:
        return
    _authorise(acting_user)
    if not is_member(owner):
        raise PermissionDenied
