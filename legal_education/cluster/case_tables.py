"""Shared tables of cases and duties, written in the same transaction as what they tell of."""

from typing import Any

from django.db import models

from search.analysis.folding import LONGEST_LAW_KEY


class CaseLink(models.Model):
    """A case of a site bound to an article of a law (`anchor` '' where it names no article)."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    page_id = models.PositiveIntegerField("页面")
    title = models.CharField("标题", max_length=255)
    url_path = models.CharField("路径", max_length=500)
    published_at = models.DateTimeField("发布时间", null=True)
    law_key = models.CharField("法律标识", max_length=LONGEST_LAW_KEY)
    law_title = models.CharField("法律名称", max_length=255)
    law_page_id = models.PositiveIntegerField("本站法律页面", null=True)
    anchor = models.CharField("条的锚点", max_length=40, blank=True)
    article_number = models.PositiveSmallIntegerField("条", default=0)
    article_sub = models.PositiveSmallIntegerField("条之几", default=0)

    class Meta:
        verbose_name = "案例与条文"
        verbose_name_plural = "案例与条文"
        constraints = [
            models.UniqueConstraint(fields=["site", "page_id", "law_key", "anchor"], name="legal_case_link_once")
        ]
        indexes = [
            models.Index(fields=["law_key", "article_number"], name="legal_case_of_law"),
            models.Index(fields=["site", "law_page_id"], name="legal_case_of_page"),
        ]

    def __str__(self) -> str:
        return self.title


class DutyStanding(models.Model):
    """How a site's duties of a year stand. What is overdue depends on the day it is asked: `open_by_deadline` says."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    year = models.PositiveSmallIntegerField("年度")
    done = models.PositiveIntegerField("已完成", default=0)
    open_by_deadline: Any = models.JSONField("未完成", default=list)

    class Meta:
        verbose_name = "普法责任情况"
        verbose_name_plural = "普法责任情况"
        constraints = [models.UniqueConstraint(fields=["site", "year"], name="legal_duty_standing_once")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.year}"
