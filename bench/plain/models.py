"""Pages with the fields that the article's page shows."""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable, Page

from site_core.blocks import BodyBlock
from site_core.fields import BodyField


@register_setting
class SiteFacts(BaseSiteSetting):
    """Who runs the site."""

    name = models.CharField(max_length=100)
    site_id_code = models.CharField(max_length=11, blank=True)
    icp_number = models.CharField(max_length=50, blank=True)
    police_number = models.CharField(max_length=50, blank=True)
    contact_unit = models.CharField(max_length=100, blank=True)
    contact_address = models.CharField(max_length=200, blank=True)
    contact_phone = models.CharField(max_length=50, blank=True)

    class Meta:
        verbose_name = "网站信息"

    def __str__(self) -> str:
        return self.name


class HomePage(Page):
    """The home page."""

    subpage_types = ["plain.ColumnPage"]


class ColumnPage(Page):
    """A column with articles."""

    summary = models.TextField(blank=True)
    keywords = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10)

    subpage_types = ["plain.ColumnPage", "plain.ArticlePage"]


class ArticlePage(Page):
    """An article."""

    subtitle = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    keywords = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=100, blank=True)
    author = models.CharField(max_length=60, blank=True)
    responsible_editor = models.CharField(max_length=60, blank=True)
    cover = models.ForeignKey("wagtailimages.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    body = BodyField(BodyBlock(), blank=True)

    parent_page_types = ["plain.ColumnPage"]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the column with its latest articles, the neighbours in time, and the files."""
        context = super().get_context(request, *args, **kwargs)
        siblings = self.get_siblings(inclusive=False).live().public()
        at = self.first_published_at
        context["previous"] = siblings.filter(first_published_at__lt=at).order_by("-first_published_at").first()
        context["next"] = siblings.filter(first_published_at__gt=at).order_by("first_published_at").first()
        context["column"] = self.get_parent().specific
        context["latest"] = siblings.order_by("-first_published_at")[:5]
        context["files"] = self.attachments.select_related("document")
        return context


class ArticleAttachment(Orderable):
    """A file of an article."""

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey("wagtaildocs.Document", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.label or str(self.document)
