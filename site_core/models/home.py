"""The home page of a site: sections, in the order that its editors or its blueprint give them."""

from typing import Any

from wagtail.admin.panels import FieldPanel, TitleFieldPanel

from site_core.blocks.section_pages import resolve
from site_core.fields import SectionsField
from site_core.models.base import BasePage

HOME_SLUG = "site-home"
"""Slug of every site's home page. No reader sees it; pages are found by it without asking where the site begins."""


class HomePage(BasePage):
    """The site's home page; there is one."""

    sections = SectionsField(blank=True, verbose_name="版块")

    content_panels = [TitleFieldPanel("title"), FieldPanel("summary", heading="网站说明"), FieldPanel("sections")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["site_core.ColumnPage", "site_core.TopicPage", "site_core.InfoPage"]
    max_count = 1
    template = "site_core/home_page.html"

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"

    def clean(self) -> None:
        """The slug is not the editor's to change."""
        self.slug = HOME_SLUG
        super().clean()

    def get_template(self, request: Any, *args: Any, **kwargs: Any) -> str:
        """The simplified home page for readers in elder mode (《互联网网站适老化通用设计规范》: 简约界面)."""
        reader = getattr(request, "reader", None)
        return "site_core/elder_home.html" if reader and reader.elder else self.template

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `elder`, what the simplified home page shows, where that one is asked for; else the sections get their pages."""
        from site_core.home_selectors import get_elder_home

        context = super().get_context(request, *args, **kwargs)
        if self.get_template(request) != self.template:
            return {**context, "elder": get_elder_home()}
        resolve(self.sections)
        return context
