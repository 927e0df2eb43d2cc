"""The table that is migrated, as it is after the second migration."""

from django.db import models


class SampleNotice(models.Model):
    """A row such as apps of sites have."""

    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=12, default="draft", choices=[("draft", "草稿"), ("sent", "已发送")])
    priority = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "示例通知"
        verbose_name_plural = "示例通知"
        indexes = [models.Index(fields=["state", "-priority"], name="sample_app_notice_state")]

    def __str__(self) -> str:
        return self.title
