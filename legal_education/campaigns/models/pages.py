"""The page of a campaign of one year."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
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

from legal_education.campaigns.page_forms import CampaignPageForm
from legal_education.campaigns.phases import Phase, find_phase
from site_core.blocks import BodyBlock
from site_core.fields import BodyField
from site_core.models.base import BasePage

PARENT_KEY = "pufa"
_LONGEST_DAYS = 366


class CampaignPage(BasePage):
    """A campaign as readers see it: when, what about, what was done."""

    campaign = models.CharField("普法日历中的活动", max_length=30, db_index=True)
    year = models.PositiveSmallIntegerField("年份", validators=[MinValueValidator(1986), MaxValueValidator(2100)])
    theme = models.CharField("主题", max_length=100, blank=True, help_text="如 美好生活·民法典相伴。")
    starts_on = models.DateField("开始日期", db_index=True)
    ends_on = models.DateField("结束日期")
    body = BodyField(BodyBlock(), blank=True, verbose_name="正文")

    content_panels = [
        TitleFieldPanel("title"),
        FieldRowPanel([FieldPanel("campaign"), FieldPanel("year")]),
        FieldPanel("theme"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])], heading="时间"),
        FieldPanel("summary"),
        FieldPanel("cover"),
        FieldPanel("body"),
        InlinePanel("articles", heading="相关文章", label="文章", max_num=20),
        FieldPanel("keywords"),
    ]
    parent_page_types = ["site_core.ColumnPage"]
    subpage_types: list[str] = []
    template = "legal_campaigns/campaign_page.html"
    cover_kinds = ("topic", "lead", "shared")
    base_form_class = CampaignPageForm

    class Meta:
        verbose_name = "普法活动专页"
        verbose_name_plural = "普法活动专页"

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """Below the column of legal education alone."""
        return bool(super().can_create_at(parent)) and getattr(parent.specific, "node_key", "") == PARENT_KEY

    def phase_on(self, day: date) -> Phase:
        """Where it stands on that day."""
        return find_phase(self.starts_on, self.ends_on, day)

    def clean(self) -> None:
        """It ends after it begins, within its year; each campaign has one page a year."""
        super().clean()
        if self.starts_on and self.ends_on:
            if self.ends_on < self.starts_on:
                raise ValidationError({"ends_on": "结束日期不能早于开始日期。"})
            if (self.ends_on - self.starts_on).days > _LONGEST_DAYS:
                raise ValidationError({"ends_on": "一次活动不超过一年。"})
            if self.year and self.starts_on.year != self.year:
                raise ValidationError({"year": f"开始日期在{self.starts_on.year}年，与年份不符。"})
        twin = CampaignPage.objects.filter(campaign=self.campaign, year=self.year).exclude(pk=self.pk).first()
        if twin is not None:
            raise ValidationError({"campaign": f"这一活动{self.year}年已有专页“{twin.title}”。"})

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds what the page shows (`page_selectors.describe_campaign`)."""
        from legal_education.campaigns.page_selectors import describe_campaign

        return {**super().get_context(request, *args, **kwargs), **describe_campaign(self)}


class CampaignArticle(Orderable):
    """A page of the site that belongs to the campaign, chosen by an editor."""

    campaign_page = ParentalKey(CampaignPage, on_delete=models.CASCADE, related_name="articles")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name="文章")

    panels = [
        PageChooserPanel("page", ["site_core.ArticlePage", "site_core.DocumentPage", "legal_education.EpisodePage"])
    ]

    class Meta(Orderable.Meta):
        verbose_name = "相关文章"
        verbose_name_plural = "相关文章"

    def __str__(self) -> str:
        return str(self.page)
