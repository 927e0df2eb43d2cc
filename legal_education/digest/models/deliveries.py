"""What was sent to whom: an issue's sending, its two channels, and a row for each subscriber.

A row's state changes in `sending.steps` alone.
"""

from django.db import models
from django.utils import timezone

from legal_education.audiences import Audience
from legal_education.digest.channels import Channel
from site_core.dispatching import Dispatch


class Receipt(models.TextChoices):
    """What the gateway said later of a message that it had taken."""

    NONE = "", "尚无回执"
    DELIVERED = "delivered", "已送达手机"
    UNDELIVERED = "undelivered", "未送达手机"


class Sending(models.Model):
    """An issue on its way to its readers; its words are fixed at the moment it begins."""

    page = models.ForeignKey(
        "legal_digest.DigestIssuePage", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="手机报"
    )
    item = models.UUIDField("内容标识", unique=True)
    title = models.CharField("标题", max_length=255)
    audience = models.CharField("受众", max_length=10, choices=Audience.choices)
    send_at = models.DateTimeField("发送时间")
    began_at = models.DateTimeField("开始发送", null=True, blank=True)
    is_stopped = models.BooleanField("已停止", default=False)
    text = models.TextField("邮件正文", blank=True)
    html = models.TextField("邮件网页", blank=True)
    sms_sign = models.CharField("短信签名", max_length=20, blank=True)
    sms_template_id = models.CharField("短信模板", max_length=60, blank=True)
    sms_params = models.JSONField("短信参数", default=dict, blank=True)
    created_at = models.DateTimeField("生成时间", default=timezone.now)

    class Meta:
        verbose_name = "发送"
        verbose_name_plural = "发送"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class ChannelRun(models.Model):
    """How far a sending has come on one channel. Rows are made first, in batches, then worked off."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="runs", verbose_name="发送")
    channel = models.CharField("方式", max_length=5, choices=Channel.choices)
    made_through = models.BigIntegerField("已生成至", default=0)
    is_made = models.BooleanField("名单已生成", default=False)
    is_done = models.BooleanField("已完成", default=False)
    next_at = models.DateTimeField("下次", default=timezone.now)
    failures = models.PositiveIntegerField("连续失败", default=0)
    problem = models.CharField("问题", max_length=300, blank=True)

    class Meta:
        verbose_name = "发送进度"
        verbose_name_plural = "发送进度"
        constraints = [models.UniqueConstraint(fields=["sending", "channel"], name="legal_digest_run_once")]

    def __str__(self) -> str:
        return f"{self.sending} · {self.get_channel_display()}"


class DigestDelivery(models.Model):
    """An issue on its way to one subscriber."""

    run = models.ForeignKey(ChannelRun, on_delete=models.CASCADE, related_name="deliveries", verbose_name="发送进度")
    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="deliveries", verbose_name="发送")
    subscription = models.ForeignKey(
        "legal_digest.Subscription", on_delete=models.PROTECT, related_name="deliveries", verbose_name="订阅"
    )
    state = models.CharField("状态", max_length=10, choices=Dispatch.choices, default=Dispatch.QUEUED)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    looks = models.PositiveSmallIntegerField("查询次数", default=0)
    next_at = models.DateTimeField("下次", default=timezone.now)
    waits_for_person = models.BooleanField("等待处理", default=False)
    is_alone = models.BooleanField("单独发送", default=False)
    out_id = models.CharField("批次标识", max_length=120, blank=True)
    remote_id = models.CharField("对方编号", max_length=200, blank=True)
    error_code = models.CharField("错误代码", max_length=40, blank=True)
    error_text = models.CharField("对方的说明", max_length=300, blank=True)
    receipt = models.CharField("回执", max_length=11, choices=Receipt.choices, blank=True, default=Receipt.NONE)
    receipt_code = models.CharField("回执代码", max_length=40, blank=True)
    receipt_at = models.DateTimeField("回执时间", null=True, blank=True)
    sending_since = models.DateTimeField("发送于", null=True, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    class Meta:
        verbose_name = "发送记录"
        verbose_name_plural = "发送记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sending", "subscription"], name="legal_digest_delivery_once"),
        ]
        indexes = [
            models.Index(fields=["run", "state", "id"], name="legal_digest_turn"),
            models.Index(fields=["out_id"], name="legal_digest_out", condition=~models.Q(out_id="")),
        ]

    def __str__(self) -> str:
        return f"发送记录 {self.pk}"


class DeliveryNote(models.Model):
    """What is worth remembering of a delivery: an unknown fate, a failure, a person's decision. The usual way leaves none."""

    delivery = models.ForeignKey(
        DigestDelivery, on_delete=models.CASCADE, related_name="notes", verbose_name="发送记录"
    )
    at = models.DateTimeField("时间", default=timezone.now)
    before = models.CharField("此前", max_length=10, choices=Dispatch.choices)
    after = models.CharField("此后", max_length=10, choices=Dispatch.choices)
    text = models.CharField("说明", max_length=300, blank=True)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="操作人"
    )

    class Meta:
        verbose_name = "发送经过"
        verbose_name_plural = "发送经过"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
