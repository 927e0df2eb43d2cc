"""What is told to those outside: Varnish nodes, and the changes that wait for them."""

from django.db import models


class EdgeNode(models.Model):
    """A Varnish node of `VARNISH_NODES` and whether it may hold what was changed meanwhile."""

    address = models.CharField("地址", max_length=200, unique=True)
    must_flush = models.BooleanField("须整体清空", default=False)
    """A purge failed: it cannot know what it missed, so it is emptied before anything else once it answers."""
    failing_since = models.DateTimeField("失联时间", null=True, blank=True)
    answered_at = models.DateTimeField("最近应答", null=True, blank=True)
    last_error = models.CharField("最近错误", max_length=500, blank=True)

    class Meta:
        verbose_name = "边缘节点"
        verbose_name_plural = "边缘节点"
        ordering = ("address",)

    def __str__(self) -> str:
        return self.address


class ChangedTag(models.Model):
    """A tag that changed, for one consumer that works outside of the database (`edge:ADDRESS`, `mirror`); gone once it is done.

    Written in the transaction of the change, so that neither is lost without the other. No constraint makes two
    publications wait for each other: the same tag may stand here many times.
    """

    consumer = models.CharField("使用者", max_length=220)
    tag = models.CharField("标签", max_length=300)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "待处理的变更"
        verbose_name_plural = "待处理的变更"
        indexes = (models.Index(fields=("consumer", "id")),)

    def __str__(self) -> str:
        return f"{self.consumer}: {self.tag}"
