"""Columns: lists of what was published in them, each in the layout that suits it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, TitleFieldPanel

from site_core.column_dresses import find_dress
from site_core.column_kinds import ColumnKind
from site_core.models.base import BasePage

_LONGEST_TERM = 3650


class ColumnLayout(models.TextChoices):
    """How a column shows what it holds."""

    LINES = "lines", "标题列表"
    CARDS = "cards", "图文卡片"
    PICTURES = "pictures", "图片墙"
    DOCUMENTS = "documents", "文件目录"
    PEOPLE = "people", "人员名录"
    GUIDES = "guides", "办事指南"


class ColumnPage(BasePage):
    """A column: pages of all kinds, and columns below it."""

    kind = models.CharField("栏目类别", max_length=10, choices=ColumnKind.choices, default=ColumnKind.NEWS)
    layout = models.CharField("列表样式", max_length=10, choices=ColumnLayout.choices, default=ColumnLayout.LINES)
    update_days = models.PositiveIntegerField(
        "更新期限（天）", default=0, help_text="超过天数未更新即提醒；0 为不要求。"
    )
    page_size = models.PositiveIntegerField("每页条数", default=20)

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary", heading="栏目说明"),
        FieldPanel("keywords"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("layout")]),
        FieldRowPanel([FieldPanel("update_days"), FieldPanel("page_size")]),
    ]
    parent_page_types = ["site_core.HomePage", "site_core.ColumnPage"]
    subpage_types = [
        "site_core.ColumnPage",
        "site_core.ArticlePage",
        "site_core.DocumentPage",
        "site_core.InfoPage",
        "site_core.PersonPage",
        "site_core.ServiceGuidePage",
        "site_core.TopicPage",
    ]
    template = "site_core/column_page.html"
    is_column = True

    class Meta:
        verbose_name = "栏目"
        verbose_name_plural = "栏目"

    def clean(self) -> None:
        """A list of no length, or of thousands, is no list; a term of more than ten years is no term."""
        super().clean()
        if not 5 <= self.page_size <= 100:
            raise ValidationError({"page_size": "每页 5 至 100 条。"})
        if self.update_days > _LONGEST_TERM:
            raise ValidationError({"update_days": f"更新期限不超过 {_LONGEST_TERM} 天。"})

    def get_template(self, request: Any, *args: Any, **kwargs: Any) -> str:
        """The list, unless an upper floor dressed the column (`column_dresses`)."""
        dress = find_dress(self, request.GET)
        return dress.template if dress else str(super().get_template(request, *args, **kwargs))

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `listing` (one page of items), `filters`, `subcolumns` and `siblings`, and what the column's dress shows."""
        from site_core.listings import get_column_listing
        from site_core.selectors import list_siblings, list_subcolumns

        context = super().get_context(request, *args, **kwargs)
        listing, filters = get_column_listing(self, request.GET)
        subcolumns = list_subcolumns(self)
        siblings = [] if subcolumns else list_siblings(self)
        context |= {"listing": listing, "filters": filters, "subcolumns": subcolumns, "siblings": siblings}
        dress = find_dress(self, request.GET)
        return {**context, **dress.describe(self, request.GET)} if dress else context
