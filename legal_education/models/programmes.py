"""Programmes: what a bureau makes again and again with an outlet, each in one of the forms of legal education."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)
from wagtail.models import Orderable

from legal_education.audiences import Audience
from legal_education.page_forms import ProgrammePageForm
from legal_education.plans import Plan, find_plan
from site_core.blocks import BodyBlock
from site_core.fields import BodyField
from site_core.models.base import BasePage


class Medium(models.TextChoices):
    """The form of a programme; the digest 普法手机报, the fifth, is a page type of its own."""

    RADIO = "radio", "广播"
    TELEVISION = "tv", "电视"
    NEWSPAPER = "paper", "报纸"
    WEB = "weibo", "网站和微博"


RECORDED = frozenset({Medium.RADIO, Medium.TELEVISION})
"""Forms whose issues are recordings, and which have a podcast."""


class ProgrammePage(BasePage):
    """A programme; its issues stand below it."""

    medium = models.CharField("形式", max_length=10, choices=Medium.choices, default=Medium.RADIO)
    outlet = models.CharField("播出（刊载）机构", max_length=60, blank=True, help_text="如 平凉市广播电台。")
    slot = models.CharField("频率、频道或版面", max_length=60, blank=True, help_text="如 FM94.0、第三版。")
    schedule = models.CharField(
        "播出（刊出）时间", max_length=100, blank=True, help_text="如 周一至周五 08:30，重播 18:00。"
    )
    since = models.DateField("首播（创刊）日期", null=True, blank=True)
    until = models.DateField("停办日期", null=True, blank=True, help_text="停办后存档，供查阅。")
    audiences = ArrayField(
        models.CharField(max_length=10, choices=Audience.choices), verbose_name="面向", default=list, blank=True
    )
    plan = models.CharField("普法规划", max_length=20, blank=True)
    responsible_unit = models.CharField("责任单位", max_length=100, blank=True, help_text="留空为本单位。")
    body = BodyField(BodyBlock(), blank=True, verbose_name="介绍")

    content_panels = [
        TitleFieldPanel("title", heading="名称"),
        FieldPanel("summary", heading="一句话介绍"),
        FieldRowPanel([FieldPanel("medium"), FieldPanel("outlet"), FieldPanel("slot")]),
        FieldRowPanel([FieldPanel("schedule"), FieldPanel("since"), FieldPanel("until")]),
        MultiFieldPanel(
            [FieldPanel("audiences"), FieldRowPanel([FieldPanel("plan"), FieldPanel("responsible_unit")])],
            heading="面向和规划",
        ),
        FieldPanel("cover", help_text="作为播客封面时须为方形，不小于 1400×1400 像素。"),
        FieldPanel("body"),
        InlinePanel("links", heading="相关栏目", label="栏目", help_text="网站和微博形式的栏目从这里取得内容。"),
        FieldPanel("keywords"),
    ]
    parent_page_types = ["site_core.ColumnPage"]
    subpage_types = ["legal_education.EpisodePage", "legal_education.PaperIssuePage"]
    template = "legal_education/programme_page.html"
    cover_kinds = ("thumb", "card", "shared")
    base_form_class = ProgrammePageForm

    class Meta:
        verbose_name = "普法节目"
        verbose_name_plural = "普法节目"

    def clean(self) -> None:
        """A programme ends after it begins, and keeps its form while there are issues of it."""
        super().clean()
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": f"停办日期不能早于首播日期（{self.since:%Y-%m-%d}）。"})
        self._check_medium()

    def _check_medium(self) -> None:
        if not self.pk or not self.numchild:
            return
        before = type(self).objects.filter(pk=self.pk).values_list("medium", flat=True).first()
        if before and before != self.medium:
            raise ValidationError({"medium": "已有各期内容，形式不能再改。"})

    @property
    def is_recorded(self) -> bool:
        """Whether its issues are recordings."""
        return self.medium in RECORDED

    @property
    def is_over(self) -> bool:
        """Whether it is made no more."""
        return self.until is not None

    @property
    def shown_plan(self) -> Plan | None:
        """The plan that it belongs to."""
        return find_plan(self.plan)

    @property
    def audience_labels(self) -> list[str]:
        """Whom it is for, in words, in the order of the list."""
        return [str(each.label) for each in Audience if each.value in self.audiences]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds what readers find of the programme (`programme_selectors.describe`)."""
        from legal_education.programme_selectors import describe

        return {**super().get_context(request, *args, **kwargs), **describe(self, request.GET)}


class ProgrammeLink(Orderable):
    """A column or topic that a programme of the web points to."""

    programme = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="links")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name="栏目")
    label = models.CharField("名称", max_length=40, blank=True, help_text="留空即栏目名称。")

    panels = [PageChooserPanel("page", ["site_core.ColumnPage", "site_core.TopicPage"]), FieldPanel("label")]

    class Meta(Orderable.Meta):
        verbose_name = "相关栏目"
        verbose_name_plural = "相关栏目"

    def __str__(self) -> str:
        return self.label or str(self.page)
