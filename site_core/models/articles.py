"""Articles and standing information."""

from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel, TitleFieldPanel

from site_core.blocks import BodyBlock
from site_core.fields import BodyField
from site_core.models.base import ITEM_PARENTS, BasePage, attachments_panel, provenance_panel


class ArticlePage(BasePage):
    """An article: news, a notice, an interpretation of a policy document."""

    subtitle = models.CharField("副标题", max_length=200, blank=True)
    interprets = models.ForeignKey(
        "site_core.DocumentPage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="interpretations",
        verbose_name="解读的文件",
        help_text="政策解读须与所解读的文件相互链接：选定后，文件页面会自动列出本文。",
    )
    body = BodyField(BodyBlock(), blank=True, verbose_name="正文")

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("subtitle"),
        FieldPanel("summary"),
        FieldPanel("label"),
        FieldPanel("cover"),
        FieldPanel("body"),
        attachments_panel(),
        PageChooserPanel("interprets", "site_core.DocumentPage"),
        provenance_panel(),
    ]
    parent_page_types = ITEM_PARENTS
    subpage_types: list[str] = []
    template = "site_core/article_page.html"
    is_item = True

    class Meta:
        verbose_name = "文章"
        verbose_name_plural = "文章"

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `neighbours` (previous and next), `files`, and `interpreted` (the document this explains, or None)."""
        from site_core.document_selectors import find_interpreted
        from site_core.selectors import find_neighbours, list_attachments

        return {
            **super().get_context(request, *args, **kwargs),
            "neighbours": find_neighbours(self),
            "files": list_attachments(self),
            "interpreted": find_interpreted(self),
        }


class InfoPage(BasePage):
    """Standing information: functions, a guide, an address. It is looked through from time to time, not replaced."""

    reviewed_on = models.DateField(
        "核对日期", null=True, blank=True, help_text="最近一次核对内容无误的日期；超过 180 天会提醒。"
    )
    body = BodyField(BodyBlock(), blank=True, verbose_name="正文")

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("body"),
        attachments_panel(),
        MultiFieldPanel([FieldPanel("reviewed_on"), FieldPanel("cover")], heading="核对与封面"),
        provenance_panel(),
    ]
    parent_page_types = ["site_core.HomePage", *ITEM_PARENTS]
    subpage_types: list[str] = []
    template = "site_core/info_page.html"
    is_item = True

    class Meta:
        verbose_name = "信息页"
        verbose_name_plural = "信息页"

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `files`."""
        from site_core.selectors import list_attachments

        return {**super().get_context(request, *args, **kwargs), "files": list_attachments(self)}
