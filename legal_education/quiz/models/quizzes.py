"""A quiz: when, for whom, by which rules, and how its papers are drawn."""

from dataclasses import dataclass
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from .bank import QuestionKind


class QuizState(models.TextChoices):
    """Whether readers see it."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


class QuizPhase(models.TextChoices):
    """Where a published quiz is by the clock."""

    UPCOMING = "upcoming", "未开始"
    RUNNING = "running", "进行中"
    OVER = "over", "已结束"


@dataclass(frozen=True)
class Prize:
    """A prize and how many of it there are."""

    name: str
    count: int


class Quiz(models.Model):
    """See the module. Lists of words stand a line each."""

    title = models.CharField("名称", max_length=80)
    intro = models.TextField("活动说明", max_length=3000, blank=True)
    opens_at = models.DateTimeField("开始时间")
    closes_at = models.DateTimeField("结束时间")
    minutes = models.PositiveSmallIntegerField(
        "答题时限（分钟）", default=20, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    attempts_a_day = models.PositiveSmallIntegerField(
        "每天可答次数", default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    regions = models.TextField("地区", max_length=3000, help_text="一行一个，由参加人选择。")
    units = models.TextField("单位", max_length=6000, blank=True, help_text="一行一个，由参加人选择；不填则不问单位。")
    certificate_score = models.PositiveSmallIntegerField(
        "证书分数线", null=True, blank=True, help_text="达到即发证书；不填则只有满分的有证书。"
    )
    prizes = models.TextField(
        "奖项", max_length=1000, blank=True, help_text="一行一个，名称和人数之间空一格，如 一等奖 3。不填则不抽奖。"
    )
    seed_source = models.CharField(
        "抽奖种子的来源",
        max_length=200,
        blank=True,
        help_text="活动前公布、结束后才知道、人人查得到的数，如某日某期福利彩票的开奖号码。",
    )
    state = models.CharField("状态", max_length=10, choices=QuizState.choices, default=QuizState.DRAFT)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = "答题活动"
        verbose_name_plural = "答题活动"
        ordering = ["-opens_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def phase_at(self, moment: datetime) -> QuizPhase:
        """Where it is at that moment."""
        if moment < self.opens_at:
            return QuizPhase.UPCOMING
        return QuizPhase.RUNNING if moment < self.closes_at else QuizPhase.OVER

    @property
    def phase(self) -> QuizPhase:
        """Where it is now."""
        return self.phase_at(timezone.now())

    @property
    def is_running(self) -> bool:
        """Whether papers are handed out."""
        return self.state == QuizState.PUBLISHED and self.phase == QuizPhase.RUNNING

    def list_regions(self) -> list[str]:
        """Regions to choose from."""
        return _lines(self.regions)

    def list_units(self) -> list[str]:
        """Units to choose from; none where they are not asked for."""
        return _lines(self.units)

    def list_prizes(self) -> list[Prize]:
        """In the order in which they are given. Raises ValueError for a line that is no prize."""
        return [_read_prize(line) for line in _lines(self.prizes)]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _read_prize(line: str) -> Prize:
    name, _, count = line.rpartition(" ")
    if not name.strip() or not (count.isascii() and count.isdigit()) or not 0 < int(count) <= 10_000:
        raise ValueError(line)
    return Prize(name.strip(), int(count))


class PaperRule(models.Model):
    """So many questions of a kind, of a topic or of any, with so many points each."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="rules", verbose_name="答题活动")
    kind = models.CharField("题型", max_length=10, choices=QuestionKind.choices)
    topic = models.CharField("主题", max_length=30, blank=True)
    count = models.PositiveSmallIntegerField("题数", validators=[MinValueValidator(1), MaxValueValidator(100)])
    points = models.PositiveSmallIntegerField("每题分值", validators=[MinValueValidator(1), MaxValueValidator(100)])

    class Meta:
        verbose_name = "组卷规则"
        verbose_name_plural = "组卷规则"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["quiz", "kind", "topic"], name="legal_quiz_rule_once")]

    def __str__(self) -> str:
        return f"{self.topic}{self.get_kind_display()} {self.count} 题，每题 {self.points} 分"
