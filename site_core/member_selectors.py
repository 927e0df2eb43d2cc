"""Reads about the people of the current site: members, visitors of the centre, invitations, sessions."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, Max, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.db.models.fields import CharField, EmailField
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.requests import keep_for_request
from accounts.tokens import digest_of
from site_core.models import Invitation, Membership, Session
from site_core.roles import INVITABLE_ROLES, ROLE_LABELS, SITE_ROLES, SiteRole

SITE_ADMIN = "site_admin"


def list_members() -> QuerySet[User]:
    """Persons who belong to the current site."""
    return User.objects.filter(_has(Membership.objects.lasting()))


def list_people_here() -> QuerySet[User]:
    """Members, and people of the centre while they visit; with memberships, and with what the member screen shows.

    Adds `is_member`, `full_name`, `shown_email` (members' only) and `seen_here_at` (last login on this site).
    """
    own = Membership.objects.order_by().filter(user=OuterRef("pk"))
    last_logins = own.values("user").annotate(last=Max("last_login_at"))
    return (
        User.objects.filter(_has(Membership.objects.all()))
        .annotate(
            is_member=_has(Membership.objects.lasting()),
            full_name=Concat("last_name", "first_name", output_field=CharField()),
            seen_here_at=Subquery(last_logins.values("last")[:1]),
        )
        .annotate(shown_email=Case(When(is_member=True, then=F("email")), default=Value(""), output_field=EmailField()))
        .select_related("wagtail_userprofile")
        .prefetch_related(Prefetch("memberships", Membership.objects.select_related("group")))
    )


def _has(memberships: QuerySet[Membership]) -> Exists:
    return Exists(memberships.filter(user=OuterRef("pk")))


def is_member(user: User) -> bool:
    """Whether the person belongs to the current site."""
    return Membership.objects.lasting().filter(user=user).exists()


def list_roles(user: User) -> set[str]:
    """Roles that the person has here for good."""
    return set(Membership.objects.lasting().filter(user=user).values_list("group__name", flat=True))


def list_roles_now(user: User) -> set[str]:
    """The same with those that a person of the centre has while visiting; read once a request."""
    return set(keep_for_request(f"roles_now_{user.pk}", lambda: _read_roles_now(user)))


def _read_roles_now(user: User) -> set[str]:
    held = Membership.objects.filter(user=user).exclude(pk__in=Membership.objects.expired().values("pk"))
    return set(held.values_list("group__name", flat=True))


def describe_roles(user: User) -> str:
    """Roles in words for the list of members; `memberships` should be prefetched."""
    rows = list(user.memberships.all())
    labels = [ROLE_LABELS.get(row.group.name, row.group.name) for row in rows]
    untils = [row.until for row in rows if row.until]
    if len(untils) < len(rows):
        return "、".join(labels)
    return f"中心人员（临时，至 {timezone.localtime(max(untils)):%m-%d %H:%M}）：{'、'.join(labels)}"


def has_role(people: QuerySet[User], role: str) -> QuerySet[User]:
    """Those of the people who have the role on the current site."""
    return people.filter(_has(Membership.objects.filter(group__name=role)))


def list_invitable_roles() -> list[tuple[str, str]]:
    """(role, label) of those that a site gives by itself."""
    return [(role, ROLE_LABELS[role]) for role in INVITABLE_ROLES]


_RIGHTS = {
    "add_page": "新建页面",
    "change_page": "修改所有页面",
    "bulk_delete_page": "删除带有下级页面的页面",
    "lock_page": "锁定页面",
    "unlock_page": "解锁页面",
    "site_core.change_membership": "管理网站成员",
    "site_core.view_ledger": "查看账册",
    "wagtailredirects.change_redirect": "管理网址跳转",
}


def list_described_roles() -> list[tuple[SiteRole, list[str]]]:
    """Roles of every site, each with its rights in words."""
    return [(role, _describe_rights(role)) for role in SITE_ROLES]


def _describe_rights(role: SiteRole) -> list[str]:
    words = [_RIGHTS[right] for right in (*role.page_rights, *role.model_rights) if right in _RIGHTS]
    files = ["上传和修改图片、文件"] if role.files else []
    return [*words, *files, *role.duties]


def list_open_invitations() -> QuerySet[Invitation]:
    """Invitations that can still be accepted, newest first."""
    open_ones = Invitation.objects.filter(accepted_at__isnull=True, expires_at__gt=timezone.now())
    return open_ones.select_related("invited_by").prefetch_related("groups")


def describe_invited_roles(invitation: Invitation) -> str:
    """Roles that the invitation gives, in words."""
    return "、".join(ROLE_LABELS.get(group.name, group.name) for group in invitation.groups.all())


def find_open_invitation(token: str) -> Invitation | None:
    """The invitation behind the link, while it can be accepted on this site."""
    return list_open_invitations().filter(digest=digest_of(token)).first()


@dataclass(frozen=True)
class OwnSession:
    """A signed-in browser, as its owner may recognise it. The handle names it without giving its key away."""

    handle: str
    browser: str
    address: str
    since: datetime
    seen: datetime
    is_current: bool


def list_sessions(user: User) -> QuerySet[Session]:
    """Sessions of the person on this site that are not over, the last used one first."""
    return Session.objects.filter(user_id=user.pk, expire_date__gt=timezone.now()).order_by("-seen_at")


def describe_sessions(user: User, current_key: str | None = None) -> list[OwnSession]:
    """The same for the screen; `current_key` is the key of the session that asks."""
    return [
        OwnSession(
            handle=handle_of(row.session_key),
            browser=describe_browser(row.browser),
            address=row.address,
            since=row.created_at,
            seen=row.seen_at,
            is_current=row.session_key == current_key,
        )
        for row in list_sessions(user)
    ]


def handle_of(session_key: str) -> str:
    """A name for the session in addresses and forms: whoever reads it cannot use it as a cookie."""
    return salted_hmac("site_core.session_handle", session_key).hexdigest()[:20]


_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def describe_browser(user_agent: str) -> str:
    """“Chrome，Windows” out of the header that browsers send; what is not known is said so."""
    browser = _first_name(_BROWSERS, user_agent) or "其他浏览器"
    system = _first_name(_SYSTEMS, user_agent)
    return f"{browser}，{system}" if system else browser


def _first_name(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
