"""Who works on this site: memberships of persons in its groups, and invitations."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone


class MembershipQuerySet(models.QuerySet):
    """Questions about who belongs to the site."""

    def lasting(self) -> "MembershipQuerySet":
        """Members of the site itself."""
        return self.filter(until__isnull=True)

    def visiting(self) -> "MembershipQuerySet":
        """People of the centre, here for a while."""
        return self.filter(until__isnull=False)

    def expired(self) -> "MembershipQuerySet":
        """Visits that are over."""
        return self.filter(until__lte=timezone.now())


class Membership(models.Model):
    """A person in a group of this site. With `until`, the centre's person is here for a while only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name="人员"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships", verbose_name="角色")
    until = models.DateTimeField("有效期至", null=True, blank=True)
    created_at = models.DateTimeField("加入时间", auto_now_add=True)
    # The person's own `last_login` would tell this site about visits to others.
    last_login_at = models.DateTimeField("最近登录本站", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "成员"
        verbose_name_plural = "成员"
        ordering = ["user__username", "group__name"]
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="site_core_membership_once")]
        permissions = [("view_ledger", "查看账册")]

    def __str__(self) -> str:
        return f"{self.user}：{self.group}"


class PersonalPermission(models.Model):
    """Always empty: rights belong to groups. Wagtail's queries name the relation, so its table must exist."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    permission = models.ForeignKey("auth.Permission", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "个人权限（不使用）"
        verbose_name_plural = "个人权限（不使用）"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk__isnull=True), name="site_core_no_personal_permission")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.permission_id}"


class Invitation(models.Model):
    """An invitation to work on this site, by mail; only the digest of its token is kept."""

    email = models.EmailField("电子邮箱")
    groups = models.ManyToManyField(Group, verbose_name="角色")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="邀请人"
    )
    created_at = models.DateTimeField("邀请时间", auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    accepted_at = models.DateTimeField("接受时间", null=True, blank=True)

    class Meta:
        verbose_name = "邀请"
        verbose_name_plural = "邀请"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.expires_at > timezone.now()
