"""The registry of a site's accounts on platforms, as inspection asks for it, and the connection to each."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from accounts.crypto import EncryptedTextField
from microblog.platforms import Platform


class AccountState(models.TextChoices):
    """Life of an account; opening, change and closing are filed with the office in charge."""

    OPENING = "opening", "开设中"
    LIVE = "live", "运行中"
    CLOSING = "closing", "注销中"
    CLOSED = "closed", "已注销"


class Follow(models.TextChoices):
    """What becomes of posts made on the platform by hand."""

    NONE = "", "不收取"
    DRAFT = "draft", "收取为草稿"
    AT_ONCE = "at_once", "收取并直接发布"


class Account(models.Model):
    """An account of this site's organisation on a platform. What changes by the minute stands in `Connection`."""

    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    platform = models.CharField("平台", max_length=10, choices=Platform.choices)
    name = models.CharField("帐号名称", max_length=60, help_text="与平台上显示的一致，如 崆峒说法。")
    profile_url = models.URLField("主页地址", blank=True, help_text="平台上的主页，显示给读者。")
    remote_id = models.CharField("平台上的编号", max_length=100, blank=True, help_text="微博 uid 等；授权时自动填写。")
    verified_body = models.CharField("认证主体", max_length=100, blank=True)
    filing_number = models.CharField("备案号", max_length=60, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    responsible_person = models.CharField("责任人", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=AccountState.choices, default=AccountState.OPENING)
    base_url = models.URLField(
        "接口地址", blank=True, help_text="Mastodon 实例或 Webhook 接收方的地址；微博和微信留空。"
    )
    char_limit = models.PositiveIntegerField("字数上限", null=True, blank=True, help_text="留空即平台规定。")
    hourly_limit = models.PositiveIntegerField("每小时上限", null=True, blank=True, help_text="留空即平台规定。")
    daily_limit = models.PositiveIntegerField("每日上限", null=True, blank=True, help_text="留空即平台规定。")
    safe_domain = models.CharField(
        "安全域名",
        max_length=100,
        blank=True,
        help_text="微博应用绑定的域名；留空即本站域名。每条微博须带此域名下的链接。",
    )
    may_publish = models.BooleanField(
        "可直接发布", default=False, help_text="微信：仅认证帐号可以；否则存入草稿箱，由人在公众平台上发布。"
    )
    may_read = models.BooleanField(
        "可读取和删除",
        default=False,
        help_text="微博：应用已获读取、统计和删除微博的权限；没有时，结果不明的须由人核对。",
    )
    is_preselected = models.BooleanField("默认发往", default=True)
    follow = models.CharField("收取平台上的发文", max_length=8, choices=Follow.choices, blank=True, default=Follow.NONE)

    class Meta:
        verbose_name = "政务新媒体帐号"
        verbose_name_plural = "政务新媒体帐号"
        ordering = ["platform", "name"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "name"], name="microblog_account_once"),
            models.UniqueConstraint(
                fields=["platform", "remote_id"],
                condition=~models.Q(remote_id=""),
                name="microblog_account_remote_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} · {self.name}"

    @property
    def is_sending(self) -> bool:
        """Whether posts go out to it."""
        return self.state in {AccountState.LIVE, AccountState.CLOSING}

    def clean(self) -> None:
        """Platforms of one's own need an address; a date of filing needs its number."""
        super().clean()
        if self.platform in {Platform.MASTODON, Platform.WEBHOOK} and not self.base_url:
            raise ValidationError({"base_url": "请填写接口地址。"})
        if self.filed_on and not self.filing_number:
            raise ValidationError({"filing_number": "填写了备案日期，请同时填写备案号。"})


class Connection(models.Model):
    """How an account is reached, and how it stands: secrets, pauses, problems. Never shown to readers."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="connection", verbose_name="帐号")
    secrets = EncryptedTextField("凭据", default="{}", blank=True)
    connected_at = models.DateTimeField("连接时间", null=True, blank=True)
    token_expires_at = models.DateTimeField("授权到期", null=True, blank=True)
    problem = models.CharField("问题", max_length=12, blank=True)
    problem_code = models.CharField("错误代码", max_length=40, blank=True)
    problem_text = models.CharField("问题说明", max_length=300, blank=True)
    paused_until = models.DateTimeField("暂停至", null=True, blank=True)
    last_post_at = models.DateTimeField("最近发文", null=True, blank=True)
    follow_cursor = models.CharField("收取至", max_length=100, blank=True)
    warned = models.JSONField("已提醒", default=dict, blank=True)
    checked = models.JSONField("已查询", default=dict, blank=True)

    class Meta:
        verbose_name = "帐号连接"
        verbose_name_plural = "帐号连接"

    def __str__(self) -> str:
        return str(self.account)

    def read_secrets(self) -> dict[str, str]:
        """All secrets by name."""
        import json

        found: dict[str, str] = json.loads(self.secrets or "{}")
        return found

    def write_secrets(self, **changes: Any) -> None:
        """Put these among the secrets; None takes one away. Does not save."""
        import json

        secrets = {**self.read_secrets(), **changes}
        self.secrets = json.dumps({name: value for name, value in secrets.items() if value is not None})
