"""Blueprints, their releases, which release each site is on, and rollouts. In the shared schema: they are about sites."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from blueprints.content import Content, from_dict
from tenants.kinds import SiteKind
from tenants.models import Organisation


class Blueprint(models.Model):
    """What one kind of site must be, as the centre is drafting it. What counts are its releases."""

    kind = models.CharField("类别", max_length=20, choices=SiteKind.choices, unique=True)
    draft = models.JSONField("草稿")
    changed_at = models.DateTimeField("更改时间", auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="更改人"
    )
    # Counts the saves, so that two people do not overwrite each other unseen.
    version = models.PositiveIntegerField("修改次数", default=1)

    class Meta:
        verbose_name = "蓝图"
        verbose_name_plural = "蓝图"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}蓝图"

    @property
    def content(self) -> Content:
        """What the draft says."""
        return from_dict(self.draft)


class Release(models.Model):
    """A numbered version of a blueprint, signed, and never changed again: the database refuses it."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="releases", verbose_name="蓝图")
    number = models.PositiveIntegerField("版本号")
    data = models.JSONField("内容")
    digest = models.CharField("内容校验值", max_length=64)
    signature = models.CharField("签名", max_length=64)
    note = models.CharField("说明", max_length=500)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )
    released_by_name = models.CharField("发布人姓名", max_length=100, blank=True)
    released_at = models.DateTimeField("发布时间")

    class Meta:
        verbose_name = "蓝图版本"
        verbose_name_plural = "蓝图版本"
        ordering = ["blueprint", "-number"]
        constraints = [models.UniqueConstraint(fields=["blueprint", "number"], name="blueprints_release_number_once")]

    def __str__(self) -> str:
        return f"{self.blueprint}第 {self.number} 版"

    @property
    def content(self) -> Content:
        """What the release says."""
        return from_dict(self.data)


class Condition(models.TextChoices):
    """How a site stands to its blueprint."""

    IN_STEP = "in_step", "一致"
    BEHIND = "behind", "待更新"
    DRIFTED = "drifted", "有偏离"
    BLOCKED = "blocked", "受阻"
    UNADOPTED = "unadopted", "未纳入"


class SiteRelease(models.Model):
    """The release that a site is on, and what the last comparison found."""

    site = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="site_release", verbose_name="网站"
    )
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="sites", verbose_name="版本")
    applied_at = models.DateTimeField("应用时间", null=True)
    condition = models.CharField("状态", max_length=10, choices=Condition.choices, default=Condition.UNADOPTED)
    findings = models.JSONField("发现", default=dict)
    compared_at = models.DateTimeField("核对时间", null=True)

    class Meta:
        verbose_name = "网站蓝图状态"
        verbose_name_plural = "网站蓝图状态"

    def __str__(self) -> str:
        return f"{self.site.short_name}：{self.release or '未纳入'}"


class RolloutKind(models.TextChoices):
    """Why sites are brought to a release."""

    UPDATE = "update", "更新"
    ROLLBACK = "rollback", "回退"
    REPAIR = "repair", "修复偏离"


class RolloutState(models.TextChoices):
    """Where a rollout is."""

    PLANNED = "planned", "已计划"
    CANARIES = "canaries", "试点中"
    RUNNING = "running", "推行中"
    STOPPED = "stopped", "已停止"
    DONE = "done", "已完成"


RUNNING_STATES = (RolloutState.CANARIES, RolloutState.RUNNING)


class Rollout(models.Model):
    """A release on its way to sites: canaries first, a few at a time, stopped where too much fails."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="rollouts", verbose_name="蓝图")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="rollouts", verbose_name="版本")
    kind = models.CharField("类别", max_length=10, choices=RolloutKind.choices, default=RolloutKind.UPDATE)
    state = models.CharField("状态", max_length=10, choices=RolloutState.choices, default=RolloutState.PLANNED)
    batch_size = models.PositiveSmallIntegerField("同时进行的网站数", default=4)
    # Share of sites, in per cent, that may fail before the rollout is stopped.
    failures_allowed = models.PositiveSmallIntegerField("允许失败的比例（%）", default=10)
    note = models.CharField("说明", max_length=500, blank=True)
    stop_reason = models.CharField("停止原因", max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发起人"
    )
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "推行"
        verbose_name_plural = "推行"
        ordering = ["-pk"]
        constraints = [
            # Two rollouts of one blueprint at a time would take the sites from each other.
            models.UniqueConstraint(
                fields=["blueprint"],
                condition=Q(state__in=["canaries", "running"]),
                name="blueprints_rollout_one_running",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}至{self.release}"


class SiteTurnState(models.TextChoices):
    """How far one site is in a rollout."""

    WAITING = "waiting", "等待"
    QUEUED = "queued", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"
    BLOCKED = "blocked", "受阻"


class SiteTurn(models.Model):
    """One site's turn in a rollout: what was planned for it, what became of it."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="turns", verbose_name="推行")
    site = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="网站")
    is_canary = models.BooleanField("试点", default=False)
    state = models.CharField("状态", max_length=10, choices=SiteTurnState.choices, default=SiteTurnState.WAITING)
    # The release the site was on when the rollout was planned: where a rollback would lead back to.
    before = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="原版本")
    plan = models.JSONField("计划", default=dict)
    problem = models.TextField("问题", blank=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "网站推行"
        verbose_name_plural = "网站推行"
        ordering = ["-is_canary", "pk"]
        constraints = [models.UniqueConstraint(fields=["rollout", "site"], name="blueprints_siteturn_once")]

    def __str__(self) -> str:
        return f"{self.site.short_name}：{self.get_state_display()}"
