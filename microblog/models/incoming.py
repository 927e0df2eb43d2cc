"""Posts that were made on a platform by hand and came in, and the pushes that brought some of them."""

from django.db import models
from django.utils import timezone


class IncomingPost(models.Model):
    """A post of the platform that is known here: its id there, and the page that was made of it, if one was."""

    account = models.ForeignKey("microblog.Account", on_delete=models.CASCADE, related_name="+", verbose_name="帐号")
    remote_id = models.CharField("平台上的编号", max_length=200)
    remote_url = models.URLField("平台上的地址", max_length=500, blank=True)
    page = models.OneToOneField(
        "microblog.MicroPost", on_delete=models.SET_NULL, null=True, related_name="arrival", verbose_name="微博"
    )
    arrived_at = models.DateTimeField("收取时间", default=timezone.now)

    class Meta:
        verbose_name = "收取的发文"
        verbose_name_plural = "收取的发文"
        constraints = [models.UniqueConstraint(fields=["account", "remote_id"], name="microblog_incoming_once")]

    def __str__(self) -> str:
        return self.remote_id


class PushReceipt(models.Model):
    """A push that was taken, by the id its sender gave it: the same one is not taken twice."""

    account = models.ForeignKey("microblog.Account", on_delete=models.CASCADE, related_name="+", verbose_name="帐号")
    delivery_id = models.CharField("投递标识", max_length=100)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "推送回执"
        verbose_name_plural = "推送回执"
        constraints = [models.UniqueConstraint(fields=["account", "delivery_id"], name="microblog_push_once")]

    def __str__(self) -> str:
        return self.delivery_id
