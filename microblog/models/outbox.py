"""The outbox: one row for each post and account, its history, and what is counted against the platforms' limits."""

from django.db import models
from django.utils import timezone

from site_core.dispatching import Dispatch


class Delivery(models.Model):
    """A post on its way to one account. Made in the transaction of its publication; its state changes in `outbox.steps` alone."""

    account = models.ForeignKey(
        "microblog.Account", on_delete=models.PROTECT, related_name="deliveries", verbose_name="帐号"
    )
    page = models.ForeignKey(
        "microblog.MicroPost", on_delete=models.SET_NULL, null=True, related_name="deliveries", verbose_name="微博"
    )
    item = models.UUIDField("内容标识")
    revision_id = models.PositiveBigIntegerField("版本")
    key = models.CharField("投递标识", max_length=64, unique=True)
    title = models.CharField("标题", max_length=255)
    text = models.TextField("文字")
    link = models.URLField("链接", max_length=500)
    media = models.JSONField("图片和视频", default=list, blank=True)
    operator_address = models.CharField("操作地址", max_length=45, blank=True)
    content_hash = models.CharField("内容哈希", max_length=64)
    state = models.CharField("状态", max_length=10, choices=Dispatch.choices, default=Dispatch.QUEUED)
    attempts = models.PositiveIntegerField("次数", default=0)
    looks = models.PositiveIntegerField("查询次数", default=0)
    next_at = models.DateTimeField("下次", default=timezone.now)
    sending_since = models.DateTimeField("发送于", null=True, blank=True)
    is_accepted = models.BooleanField("平台已接收", default=False)
    waits_for_person = models.BooleanField("等待处理", default=False)
    is_withdrawal_wanted = models.BooleanField("须撤回", default=False)
    progress = models.JSONField("进展", default=dict, blank=True)
    remote_id = models.CharField("平台上的编号", max_length=200, blank=True)
    remote_url = models.URLField("平台上的地址", max_length=500, blank=True)
    error_code = models.CharField("错误代码", max_length=40, blank=True)
    error_text = models.CharField("平台的说明", max_length=500, blank=True)
    created_at = models.DateTimeField("生成时间", default=timezone.now)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    class Meta:
        verbose_name = "发送记录"
        verbose_name_plural = "发送记录"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "item", "revision_id"], name="microblog_delivery_once"),
        ]
        indexes = [
            models.Index(fields=["account", "state", "id"], name="microblog_delivery_turn"),
            models.Index(fields=["account", "remote_id"], name="microblog_delivery_remote"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.title}"


class DeliveryEvent(models.Model):
    """One step of a delivery: when, from which state to which, why, by whom (None: by the program)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="events", verbose_name="发送记录")
    at = models.DateTimeField("时间", default=timezone.now)
    before = models.CharField("此前", max_length=10, choices=Dispatch.choices, blank=True)
    after = models.CharField("此后", max_length=10, choices=Dispatch.choices)
    code = models.CharField("错误代码", max_length=40, blank=True)
    text = models.CharField("说明", max_length=500, blank=True)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="操作人"
    )

    class Meta:
        verbose_name = "发送经过"
        verbose_name_plural = "发送经过"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class ApiCall(models.Model):
    """A request to a platform, counted before it is made, so that no crash forgets one; `at` moves to its end when it has one."""

    account = models.ForeignKey("microblog.Account", on_delete=models.CASCADE, related_name="+", verbose_name="帐号")
    at = models.DateTimeField("时间", default=timezone.now)
    is_post = models.BooleanField("发文")

    class Meta:
        verbose_name = "接口调用"
        verbose_name_plural = "接口调用"
        indexes = [models.Index(fields=["account", "at"], name="microblog_call_at")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%H:%M:%S}"


class DeliveryCounts(models.Model):
    """What became of a post on its platform, as last seen on a day."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="counts", verbose_name="发送记录")
    day = models.DateField("日期")
    reads = models.PositiveIntegerField("阅读", null=True)
    reposts = models.PositiveIntegerField("转发", null=True)
    comments = models.PositiveIntegerField("评论", null=True)
    likes = models.PositiveIntegerField("点赞", null=True)

    class Meta:
        verbose_name = "传播数据"
        verbose_name_plural = "传播数据"
        constraints = [models.UniqueConstraint(fields=["delivery", "day"], name="microblog_counts_once")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.day}"
