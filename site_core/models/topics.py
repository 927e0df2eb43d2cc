"""Topics (专题): a campaign or a standing subject with its own page, instead of a site of its own (domain R1.2)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, TitleFieldPanel

from site_core import reading
from site_core.blocks import BodyBlock
from site_core.fields import BodyField
from site_core.models.base import BasePage


class TopicState(models.TextChoices):
    """Where a topic is in its life; an archived one stays readable for good."""

    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    ARCHIVED = "archived", "已归档"


class TopicPage(BasePage):
    """A topic with its own articles; the cover is its picture."""

    state = models.CharField("状态", max_length=10, choices=TopicState.choices, default=TopicState.OPEN)
    opens_on = models.DateField("开始日期", null=True, blank=True)
    closes_on = models.DateField("结束日期", null=True, blank=True, help_text="留空为常设专题；过后自动显示为已结束。")
    body = BodyField(BodyBlock(), blank=True, verbose_name="导语正文")

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("cover", heading="专题图片"),
        FieldRowPanel([FieldPanel("state"), FieldPanel("opens_on"), FieldPanel("closes_on")]),
        FieldPanel("body"),
    ]
    parent_page_types = ["site_core.HomePage", "site_core.ColumnPage"]
    subpage_types = ["site_core.ArticlePage", "site_core.DocumentPage", "site_core.InfoPage"]
    template = "site_core/topic_page.html"
    cover_kinds = ("topic", "lead", "shared")

    class Meta:
        verbose_name = "专题"
        verbose_name_plural = "专题"

    def clean(self) -> None:
        """A topic ends after it begins."""
        super().clean()
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": f"结束日期不能早于开始日期（{self.opens_on:%Y-%m-%d}）。"})

    @property
    def shown_state(self) -> str:
        """State as readers see it: closed once its last day has passed."""
        if self.state == TopicState.OPEN and self.closes_on:
            reading.hold_for_today()
            if self.closes_on < timezone.localdate():
                return TopicState.CLOSED
        return self.state

    @property
    def days_to_opening(self) -> int:
        """Days until it begins; 0 once it has, or where no day is set."""
        if self.opens_on is None:
            return 0
        reading.hold_for_today()
        today: date = timezone.localdate()
        return max(0, (self.opens_on - today).days)

    def get_shown_state_display(self) -> str:
        """`shown_state` in words."""
        return str(TopicState(self.shown_state).label)

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `listing`: the topic's own pages, newest first."""
        from site_core.listings import get_topic_listing

        return {**super().get_context(request, *args, **kwargs), "listing": get_topic_listing(self, request.GET)}
