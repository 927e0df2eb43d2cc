"""The ledger of activities: what was done when, where and for whom. Nobody is named in it, the public only counted."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from legal_education.audiences import Audience

FIRST_DAY = date(1986, 1, 1)
"""The first five-year plan of legal education began in 1986."""
_MOST = 1_000_000


class ActivityForm(models.TextChoices):
    """How people were reached."""

    STALL = "stall", "集中宣传、咨询"
    LECTURE = "lecture", "讲座、培训"
    CAMPUS = "campus", "法治进校园"
    VILLAGE = "village", "法治进乡村"
    COMPANY = "company", "法治进企业"
    ART = "art", "文艺演出"
    MOCK = "mock", "模拟法庭、旁听"
    ONLINE = "online", "线上活动"
    OTHER = "other", "其他"


class Activity(models.Model):
    """One activity. Save and delete it by `activity_actions` alone, which count it in the cluster too."""

    held_on = models.DateField("日期", db_index=True)
    theme = models.CharField("主题", max_length=100)
    place = models.CharField("地点", max_length=100, help_text="如 静宁县城关镇中街集市。")
    audience = models.CharField("主要对象", max_length=10, choices=Audience.choices, default=Audience.ALL)
    form = models.CharField("形式", max_length=12, choices=ActivityForm.choices, default=ActivityForm.STALL)
    people = models.PositiveIntegerField("参加人数", validators=[MaxValueValidator(_MOST)])
    materials = models.PositiveIntegerField("发放资料（份）", default=0, validators=[MaxValueValidator(_MOST)])
    campaign = models.CharField("所属活动", max_length=30, blank=True)
    summary = models.TextField(
        "活动情况", max_length=2000, blank=True, help_text="不写参加者的姓名、电话等个人信息；公开后读者可以看到。"
    )
    is_public = models.BooleanField("在网站上公开", default=False)
    source_id = models.CharField("导入标识", max_length=100, blank=True, editable=False)
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = "普法活动"
        verbose_name_plural = "普法活动"
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.theme

    @property
    def campaign_year(self) -> int:
        """The year whose campaign it belongs to: no campaign of the calendar goes past the end of a year."""
        return self.held_on.year

    def clean(self) -> None:
        """An activity is told of when it was held."""
        super().clean()
        if self.held_on and not FIRST_DAY <= self.held_on <= timezone.localdate():
            raise ValidationError({"held_on": "日期不能晚于今天，也不能早于1986年。举办之后再登记。"})

    def describe(self) -> dict[str, Any]:
        """What the cluster counts of it."""
        names = ("held_on", "theme", "place", "audience", "form", "people", "materials", "campaign", "is_public")
        return {name: getattr(self, name) for name in names}


class ActivityPicture(models.Model):
    """A picture of an activity, one of the site's."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="pictures")
    image = models.ForeignKey("site_core.SiteImage", on_delete=models.CASCADE, related_name="+", verbose_name="图片")
    sort_order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "活动图片"
        verbose_name_plural = "活动图片"
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return str(self.image)
