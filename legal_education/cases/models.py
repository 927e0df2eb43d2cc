"""Duties of a site: who enforces a law makes it known (谁执法谁普法). Cases are articles, and have no table of their own here."""

from datetime import date

from django.db import models

from legal_education.audiences import Audience

FIRST_YEAR, LAST_YEAR = 2000, 2100


class DutyState(models.TextChoices):
    """How far a duty has come, as its unit says."""

    PLANNED = "planned", "未开始"
    UNDER_WAY = "under_way", "进行中"
    DONE = "done", "已完成"


OVERDUE, OVERDUE_LABEL = "overdue", "已逾期"
"""A duty that is not done after its deadline: it follows from the date, and is stored nowhere."""
STATE_LABELS: dict[str, str] = {
    OVERDUE: OVERDUE_LABEL,
    **{str(value): str(label) for value, label in DutyState.choices},
}


def judge_state(state: str, deadline: date, today: date) -> str:
    """The state as it is shown on that day: one of `STATE_LABELS`."""
    return OVERDUE if state != DutyState.DONE and deadline < today else state


class Duty(models.Model):
    """One line of the list of duties (普法责任清单)."""

    year = models.PositiveSmallIntegerField("年度")
    unit = models.CharField("责任单位", max_length=100)
    laws = models.CharField("宣传的法律法规", max_length=500, help_text="不止一部的，用顿号分隔，不加书名号。")
    audience = models.CharField("宣传对象", max_length=12, choices=Audience.choices, default=Audience.ALL)
    form = models.CharField("宣传形式", max_length=200, help_text="如 集中宣传、专题讲座、以案释法。")
    deadline = models.DateField("完成时限")
    state = models.CharField("进度", max_length=10, choices=DutyState.choices, default=DutyState.PLANNED)
    contact = models.CharField(
        "联系方式", max_length=100, blank=True, help_text="科室和办公电话，在网站上公开；不写个人手机。"
    )
    note = models.CharField("备注", max_length=300, blank=True, help_text="内部使用，不公开。")
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = "普法责任"
        verbose_name_plural = "普法责任清单"
        ordering = ["-year", "unit", "deadline", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "unit", "laws", "audience", "form"],
                name="legal_duty_once",
                violation_error_message="清单中已经有年度、单位、法律法规、对象和形式都相同的一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}：{self.laws}"

    @property
    def law_list(self) -> list[str]:
        """The laws, one by one."""
        return [each.strip() for each in self.laws.split("、") if each.strip()]
