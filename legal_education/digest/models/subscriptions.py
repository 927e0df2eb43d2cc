"""Who reads the digest: addresses encrypted, found again by blind index, and confirmed by whoever reads what is sent there."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.crypto import EncryptedTextField
from legal_education.audiences import Audience
from legal_education.digest.channels import Channel, mask


class SubscriptionState(models.TextChoices):
    """Life of a subscription."""

    PENDING = "pending", "待确认"
    ACTIVE = "active", "已订阅"
    ENDED = "ended", "已退订"


class Purpose(models.TextChoices):
    """What a confirmation that was asked for will do."""

    SUBSCRIBE = "subscribe", "订阅"
    END = "end", "退订"


class Subscription(models.Model):
    """An address of a reader. When it ends, the address is forgotten; the index stays, so that it is not written to by mistake."""

    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField("方式", max_length=5, choices=Channel.choices)
    address = EncryptedTextField("地址", blank=True)
    address_index = models.CharField("地址索引", max_length=64)
    audience = models.CharField("受众", max_length=10, choices=Audience.choices, default=Audience.ALL)
    state = models.CharField("状态", max_length=8, choices=SubscriptionState.choices, default=SubscriptionState.PENDING)
    is_sample = models.BooleanField("示例", default=False)
    created_at = models.DateTimeField("申请时间", default=timezone.now)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    ended_at = models.DateTimeField("退订时间", null=True, blank=True)
    unsubscribe_digest = models.CharField("退订链接摘要", max_length=64, unique=True)

    purpose = models.CharField("待确认事项", max_length=9, choices=Purpose.choices, blank=True)
    wanted_audience = models.CharField("申请的受众", max_length=10, choices=Audience.choices, blank=True)
    ref = models.UUIDField("申请标识", null=True, blank=True, unique=True)
    secret_digest = models.CharField("确认凭据摘要", max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField("有效至", null=True, blank=True)
    used_at = models.DateTimeField("已使用", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    asked_at = models.DateTimeField("最近申请", null=True, blank=True)
    asked_count = models.PositiveSmallIntegerField("当日申请次数", default=0)

    class Meta:
        verbose_name = "订阅"
        verbose_name_plural = "订阅"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "address_index"], name="legal_digest_address_once"),
        ]
        indexes = [models.Index(fields=["channel", "state", "id"], name="legal_digest_readers")]

    def __str__(self) -> str:
        """Without the address: this is what ledgers and logs get."""
        return f"{self.get_channel_display()}订阅 {self.pk}"

    @property
    def masked(self) -> str:
        """The address as screens show it."""
        return mask(self.channel, self.address)
