"""Counted visits: views by page and day, views and visitors by site and day. Nothing here tells who it was."""

from django.db import models


class PageViews(models.Model):
    """How often a page of a site was opened on a day (of the cluster's time zone)."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    page_id = models.PositiveIntegerField("页面")
    day = models.DateField("日期")
    views = models.PositiveIntegerField("浏览次数", default=0)

    class Meta:
        verbose_name = "页面浏览量"
        verbose_name_plural = "页面浏览量"
        constraints = (models.UniqueConstraint(fields=("site", "day", "page_id"), name="one_row_a_page_and_day"),)
        indexes = (models.Index(fields=("site", "page_id", "day")),)

    def __str__(self) -> str:
        return f"{self.site_id}/{self.page_id} {self.day}: {self.views}"


class SiteVisits(models.Model):
    """How often a site's pages were opened on a day, and by how many visitors as far as can be told without cookies."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    day = models.DateField("日期")
    views = models.PositiveIntegerField("浏览次数", default=0)
    visitors = models.PositiveIntegerField("独立用户", default=0)
    is_sample = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "网站访问量"
        verbose_name_plural = "网站访问量"
        constraints = (models.UniqueConstraint(fields=("site", "day"), name="one_row_a_site_and_day"),)

    def __str__(self) -> str:
        return f"{self.site_id} {self.day}: {self.views}"


class VisitorMark(models.Model):
    """That somebody was here today: a digest under the day's own salt, which is thrown away with the day."""

    site = models.ForeignKey("tenants.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name="网站")
    day = models.DateField("日期")
    digest = models.BinaryField("摘要", max_length=16)

    class Meta:
        verbose_name = "当日访客"
        verbose_name_plural = "当日访客"
        constraints = (models.UniqueConstraint(fields=("site", "day", "digest"), name="one_mark_a_visitor_and_day"),)

    def __str__(self) -> str:
        return f"{self.site_id} {self.day}"


class VisitSalt(models.Model):
    """What the digests of a day are keyed with. It was drawn at random, and is deleted with the day's marks."""

    day = models.DateField("日期", unique=True)
    salt = models.BinaryField("盐", max_length=32)

    class Meta:
        verbose_name = "当日盐"
        verbose_name_plural = "当日盐"

    def __str__(self) -> str:
        return str(self.day)
