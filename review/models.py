"""Rules of review, rounds of review, and the record of each step. Stands in each site's schema."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from wagtail.models import Page, Revision

from site_core.locks import Lock, PageLocked, is_rollout, locks_of, tell

REVIEWERS = ("reviewer_1", "reviewer_2", "reviewer_3")
"""Groups that may stand in a workflow."""
THREE_STEPS = REVIEWERS
"""What a page takes where no rule says otherwise: 三审三校."""


class ReviewRule(models.Model):
    """Who reviews what is published at a page and below it, in order; no steps, no review."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="review_rule", verbose_name="栏目")
    steps = ArrayField(models.CharField(max_length=20), verbose_name="审核步骤", default=list, blank=True, size=3)
    changed_at = models.DateTimeField("更改时间", auto_now=True)

    class Meta:
        verbose_name = "审核规则"
        verbose_name_plural = "审核规则"

    def __str__(self) -> str:
        return f"{self.page.title}：{'、'.join(self.steps) or '不经审核'}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save. Raises PageLocked where a blueprint locks the review of the page."""
        self._guard()
        super().save(*args, **kwargs)  # type: ignore[arg-type] # Django's own arguments

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Delete. Raises PageLocked as `save`."""
        self._guard()
        return super().delete(*args, **kwargs)  # type: ignore[arg-type] # as above

    def _guard(self) -> None:
        if not is_rollout() and Lock.REVIEW in locks_of(self.page):
            raise PageLocked(tell(self.page, "审核流程"))


class RoundKind(models.TextChoices):
    """What is to be approved."""

    PUBLICATION = "publication", "发布"
    PRIVACY = "privacy", "更改可见范围"
    WITHDRAWAL = "withdrawal", "紧急撤稿（事后审核）"


class RoundState(models.TextChoices):
    """Where a round is. The last four are ends."""

    IN_REVIEW = "in_review", "审核中"
    RETURNED = "returned", "已退回"
    SCHEDULED = "scheduled", "待定时发布"
    DONE = "done", "已通过"
    CANCELLED = "cancelled", "已撤销"
    REJECTED = "rejected", "未通过"


OPEN_STATES = (RoundState.IN_REVIEW, RoundState.RETURNED)


class ReviewRound(models.Model):
    """One item on its way to the public: what, which steps it takes, how many it has passed in the running pass."""

    kind = models.CharField("事项", max_length=12, choices=RoundKind.choices, default=RoundKind.PUBLICATION)
    state = models.CharField("状态", max_length=10, choices=RoundState.choices, default=RoundState.IN_REVIEW)
    # The record outlives the page.
    page = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, related_name="review_rounds", verbose_name="页面"
    )
    page_title = models.CharField("标题", max_length=255)
    column_title = models.CharField("栏目", max_length=255, blank=True)
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="版本")
    request = models.JSONField("申请内容", default=dict, blank=True)
    steps = ArrayField(models.CharField(max_length=20), verbose_name="审核步骤", default=list)
    passed = models.PositiveSmallIntegerField("已通过步骤", default=0)
    pass_number = models.PositiveSmallIntegerField("轮次", default=1)
    content_hash = models.CharField("内容校验值", max_length=64)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", auto_now_add=True)
    changed_at = models.DateTimeField("更改时间", auto_now=True)
    finished_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = "审核"
        verbose_name_plural = "审核"
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "kind"],
                condition=models.Q(state__in=["in_review", "returned"]),
                name="review_round_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}《{self.page_title}》"

    @property
    def waiting_for(self) -> str:
        """Group whose step is next; '' where none is."""
        in_review = self.state == RoundState.IN_REVIEW and self.passed < len(self.steps)
        return self.steps[self.passed] if in_review else ""


class Decision(models.TextChoices):
    """What was done with an item."""

    SUBMIT = "submit", "提交审核"
    APPROVE = "approve", "同意"
    RETURN = "return", "退回修改"
    RESET = "reset", "内容有改动，重新审核"
    FINISH = "finish", "办结"
    CANCEL = "cancel", "撤销"
    WITHDRAW = "withdraw", "紧急撤稿"


class ReviewStep(models.Model):
    """One line of the record: who, when, in which role, what, why, over which content. Rows can only be added."""

    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="record", verbose_name="审核")
    pass_number = models.PositiveSmallIntegerField("轮次")
    number = models.PositiveSmallIntegerField("步骤", default=0)
    role = models.CharField("角色", max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="人员"
    )
    actor_name = models.CharField("姓名", max_length=100, blank=True)
    decision = models.CharField("处理", max_length=10, choices=Decision.choices)
    opinion = models.TextField("审核意见", blank=True, max_length=2000)
    proof_marks = models.TextField("校对意见", blank=True, max_length=2000)
    secrecy_checked = models.BooleanField("已作保密审查", default=False)
    content_hash = models.CharField("内容校验值", max_length=64, blank=True)
    revision_id_then = models.BigIntegerField("版本编号", null=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "审核记录"
        verbose_name_plural = "审核记录"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_decision_display()}"


class Contribution(models.Model):
    """Somebody saved a revision of the page since it was last published: that person never approves it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "参与修改"
        verbose_name_plural = "参与修改"
        constraints = [models.UniqueConstraint(fields=["page", "user"], name="review_contribution_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.page_id}"
