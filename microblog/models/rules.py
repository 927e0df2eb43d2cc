"""Rules that make posts of articles."""

from django.core.exceptions import ValidationError
from django.db import models

PLACEHOLDERS = ("{标题}", "{摘要}", "{栏目}", "{网站}")


class ComposeMode(models.TextChoices):
    """What becomes of a post that a rule made."""

    REVIEW = "review", "存为草稿，送审后发布"
    AT_ONCE = "at_once", "随文章直接发布"


class ComposeRule(models.Model):
    """Which articles become posts, in which words, and where they go."""

    name = models.CharField("名称", max_length=60, unique=True)
    columns = models.ManyToManyField(
        "site_core.ColumnPage", related_name="+", verbose_name="栏目", help_text="包括其下级栏目。"
    )
    template = models.TextField(
        "文字模板",
        default="【{标题}】{摘要}",
        max_length=500,
        help_text=f"可用：{' '.join(PLACEHOLDERS)}。链接自动附上。",
    )
    longest = models.PositiveIntegerField("最长字数", default=120, help_text="摘要过长时在此处截断，以“…”结尾。")
    with_cover = models.BooleanField("带封面图片", default=True)
    mode = models.CharField("方式", max_length=8, choices=ComposeMode.choices, default=ComposeMode.REVIEW)
    accounts = models.ManyToManyField("microblog.Account", related_name="+", verbose_name="发往", blank=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "自动成稿规则"
        verbose_name_plural = "自动成稿规则"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A template that says nothing of the article is none; nor is one with places that are not known."""
        super().clean()
        if "{标题}" not in self.template and "{摘要}" not in self.template:
            raise ValidationError({"template": "模板中至少要有 {标题} 或 {摘要}。"})
        rest = self.template
        for place in PLACEHOLDERS:
            rest = rest.replace(place, "")
        if "{" in rest or "}" in rest:
            raise ValidationError({"template": f"只能使用 {' '.join(PLACEHOLDERS)}。"})
        if not 20 <= self.longest <= 2000:
            raise ValidationError({"longest": "20 至 2000 字。"})
