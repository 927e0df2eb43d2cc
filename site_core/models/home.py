"""The home page of a site: sections, in the order that its editors or its blueprint give them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, TitleFieldPanel

from site_core.blocks.section_pages import resolve
from site_core.fields import SectionsField
from site_core.locks import PROGRAM_FIELDS, PageLocked, is_rollout
from site_core.models.base import BasePage
from site_core.section_rules import find_breach

HOME_SLUG = "site-home"
"""Slug of every site's home page. No reader sees it; pages are found by it without asking where the site begins."""


class HomePage(BasePage):
    """The site's home page; there is one."""

    sections = SectionsField(blank=True, verbose_name="版块")
    section_rules = models.JSONField("版块规则", default=dict, blank=True, editable=False)

    content_panels = [TitleFieldPanel("title"), FieldPanel("summary", heading="网站说明"), FieldPanel("sections")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["site_core.ColumnPage", "site_core.TopicPage", "site_core.InfoPage"]
    max_count = 1
    program_fields = (*PROGRAM_FIELDS, "section_rules")
    template = "site_core/home_page.html"

    class Meta:
        verbose_name = "首页"
        verbose_name_plural = "首页"

    def clean(self) -> None:
        """The slug is not the editor's to change, and a blueprint may rule which sections there are."""
        self.slug = HOME_SLUG
        super().clean()
        if breach := self._find_breach():
            raise ValidationError({"sections": breach})

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save. Raises PageLocked where the sections break the blueprint's rules."""
        fields = kwargs.get("update_fields")
        if (fields is None or "sections" in fields) and (breach := self._find_breach()):
            raise PageLocked(breach)
        return super().save(*args, **kwargs)

    def _find_breach(self) -> str:
        stored = HomePage.objects.filter(pk=self.pk).first() if self.pk and not is_rollout() else None
        if stored is None or not stored.section_rules:
            return ""
        before, after = ([each.block_type for each in page.sections] for page in (stored, self))
        return find_breach(stored.section_rules, before, after)

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
