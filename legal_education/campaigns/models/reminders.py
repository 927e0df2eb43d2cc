"""Which campaigns of which year the site's editors were reminded of."""

from django.db import models


class Reminder(models.Model):
    """Told once a year and campaign."""

    campaign = models.CharField("活动", max_length=30)
    year = models.PositiveSmallIntegerField("年份")
    told_at = models.DateTimeField("提醒时间", auto_now_add=True)
    people = models.PositiveSmallIntegerField("收信人数", default=0)

    class Meta:
        verbose_name = "普法提醒"
        verbose_name_plural = "普法提醒"
        constraints = [models.UniqueConstraint(fields=["campaign", "year"], name="legal_campaigns_reminder_once")]

    def __str__(self) -> str:
        return f"{self.year} {self.campaign}"
