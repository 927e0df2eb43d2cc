"""People, what they may do for the platform, how the centre enters a site, and the ledger. All in the shared schema."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, Permission
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from tenants.current import find_current_site

from .permissions import SitePermissionsMixin

username_format = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{2,29}\Z", "登录名为 3 至 30 位小写字母、数字、点、下划线或连字符。"
)


class UserManager(BaseUserManager["User"]):
    """People are made by `accounts.actions`; this is what Django itself needs."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by login name, whatever its case."""
        return self.get(username=(username or "").lower())


class User(SitePermissionsMixin, AbstractBaseUser):  # type: ignore[django-manager-missing] # reverse names of Wagtail's abstract models
    """A person: one account for the whole cluster, never deleted, since sites refer to it; rights come from memberships."""

    username = models.CharField("登录名", max_length=30, unique=True, validators=[username_format])
    last_name = models.CharField("姓", max_length=30, blank=True)
    first_name = models.CharField("名", max_length=60, blank=True)
    email = models.EmailField("电子邮箱")
    is_active = models.BooleanField("启用", default=True)
    # Wagtail asks for it in many places; no row may have it (see the constraint): nobody works as superuser.
    is_superuser = models.BooleanField("超级用户", default=False)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    date_joined = models.DateTimeField("建立时间", default=timezone.now)
    deactivated_at = models.DateTimeField("停用时间", null=True, blank=True)
    # The table of memberships stands in each site's schema: whoever asks finds those of the current site.
    groups = models.ManyToManyField(
        Group, through="site_core.Membership", related_name="user_set", related_query_name="user", verbose_name="角色"
    )
    # Wagtail's policies name this relation in their queries; its table has a constraint that no row can meet.
    user_permissions = models.ManyToManyField(Permission, through="site_core.PersonalPermission", related_name="+")

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        constraints = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="accounts_user_no_superuser"),
            models.UniqueConstraint(Lower("email"), name="accounts_user_unique_email"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Family name first, without a space, as Chinese names are written."""
        return f"{self.last_name}{self.first_name}"

    def get_short_name(self) -> str:
        """The same: a Chinese name is not cut."""
        return self.get_full_name()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Bound to the site as well as to the password: what was signed on one site is worth nothing on another (L18, L23).
        # Bound to the last deactivation too: sessions of before do not come back when the account is opened again.
        site = find_current_site()
        salt = f"accounts.User.session:{site.schema_name if site else 'public'}"
        closed = self.deactivated_at.timestamp() if self.deactivated_at else ""
        return salted_hmac(salt, f"{self.password}|{closed}", secret=secret, algorithm="sha256").hexdigest()


class Role(models.TextChoices):
    """What a person may do for the whole cluster."""

    PLATFORM_ADMIN = "platform_admin", "平台管理员"
    CENTRAL_EDITOR = "central_editor", "中心编辑"
    AUDITOR = "auditor", "审计员"


class PlatformRole(models.Model):
    """A role that a person holds for the platform."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="platform_roles", verbose_name="人员")
    role = models.CharField("平台角色", max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField("授予时间", auto_now_add=True)

    class Meta:
        verbose_name = "平台角色"
        verbose_name_plural = "平台角色"
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="accounts_platformrole_once")]

    def __str__(self) -> str:
        return f"{self.user}：{self.get_role_display()}"


class EntryLink(models.Model):
    """A one-time way from the centre's console into a site's admin; only the digest of its token is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    schema_name = models.CharField(max_length=63)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "一次性进入链接"
        verbose_name_plural = "一次性进入链接"

    def __str__(self) -> str:
        return f"{self.user} → {self.schema_name}"


class LedgerHead(models.Model):
    """Last link of each chain; its row is the lock that keeps the chain in order."""

    chain = models.CharField(max_length=63, primary_key=True)
    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = "账册链首"
        verbose_name_plural = "账册链首"

    def __str__(self) -> str:
        return f"{self.chain} #{self.position}"


class LedgerEntry(models.Model):
    """Who did what, when, from where, on which site. Rows can only be added: see the trigger in the migration."""

    chain = models.CharField("网站", max_length=63)
    position = models.BigIntegerField("序号")
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("人员编号", null=True)
    actor_name = models.CharField("人员", max_length=100, blank=True)
    action = models.CharField("操作", max_length=60)
    object_type = models.CharField("对象类别", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=60, blank=True)
    object_name = models.CharField("对象", max_length=255, blank=True)
    detail = models.JSONField("详情", default=dict)
    address = models.CharField("来源地址", max_length=45, blank=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "账册条目"
        verbose_name_plural = "账册"
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="accounts_ledgerentry_position")]
        indexes = [models.Index(fields=["at"], name="accounts_ledgerentry_at")]

    def __str__(self) -> str:
        return f"{self.chain} #{self.position} {self.action}"
