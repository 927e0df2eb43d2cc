"""Shared tables of legal education, written in the same transaction as what they tell of."""

from django.core.validators import MaxValueValidator
from django.db import models

from legal_education.audiences import Audience
from legal_education.cluster.case_tables import CaseLink, DutyStanding

__all__ = ["ActivityRecord", "CaseLink", "DutyStanding", "ExtraCampaign"]


class ExtraCampaign(models.Model):
    """A day or week of legal education that the centre added to the calendar of the product."""

    name = models.CharField("名称", max_length=40, unique=True)
    first_day = models.DateField("开始日期")
    last_day = models.DateField("结束日期")
    is_yearly = models.BooleanField("每年都有", default=True, help_text="不选，只在上面日期所在的那一年。")
    lead_days = models.PositiveSmallIntegerField(
        "提前提醒（天）", default=20, validators=[MaxValueValidator(90)], help_text="提前这么多天提醒各网站的编辑。"
    )
    report_days = models.PositiveSmallIntegerField(
        "报送期限（天）", default=10, validators=[MaxValueValidator(90)], help_text="结束后这么多天内登记活动。"
    )
    about = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "普法日历"
        verbose_name_plural = "普法日历"
        ordering = ["first_day", "pk"]

    def __str__(self) -> str:
        return self.name


class ActivityRecord(models.Model):
    """An activity of a site as the centre counts it; names of sites are read from their organisations."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    activity_id = models.PositiveBigIntegerField("活动")
    held_on = models.DateField("日期")
    theme = models.CharField("主题", max_length=100)
    place = models.CharField("地点", max_length=100)
    audience = models.CharField("主要对象", max_length=10, choices=Audience.choices)
    form = models.CharField("形式", max_length=12)
    people = models.PositiveIntegerField("参加人数")
    materials = models.PositiveIntegerField("发放资料（份）")
    campaign = models.CharField("所属活动", max_length=30, blank=True)
    is_public = models.BooleanField("公开")

    class Meta:
        verbose_name = "普法活动统计"
        verbose_name_plural = "普法活动统计"
        constraints = [models.UniqueConstraint(fields=["site", "activity_id"], name="legal_cluster_activity_once")]
        indexes = [models.Index(fields=["held_on"], name="legal_cluster_activity_day")]

    def __str__(self) -> str:
        return f"{self.held_on} {self.theme}"
