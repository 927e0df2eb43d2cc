"""The draw of a quiz: held once, and open to everybody's arithmetic."""

from django.conf import settings
from django.db import models

from .quizzes import Quiz


class Draw(models.Model):
    """Seed, and all tickets in the order that it gave; see `results.drawing` for the rule."""

    quiz = models.OneToOneField(Quiz, on_delete=models.PROTECT, related_name="draw", verbose_name="答题活动")
    seed = models.CharField("种子", max_length=200)
    seed_source = models.CharField("种子的来源", max_length=200, blank=True)
    tickets = models.JSONField(
        "名次", help_text="按顺序：code（证书验证码）、digest（校验值）、prize（奖项或空）、name、region。"
    )
    drawn_at = models.DateTimeField("抽奖时间")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="抽奖人"
    )

    class Meta:
        verbose_name = "抽奖"
        verbose_name_plural = "抽奖"

    def __str__(self) -> str:
        return f"{self.quiz}的抽奖"
