"""The stream and its posts. They are pages, so that review, publication, catalogue, tags, schedule and locks hold for them."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)
from wagtail.models import Orderable

from microblog.page_forms import MicroPostForm
from microblog.panels import CountsPanel, DeliveriesPanel
from site_core.column_kinds import ColumnKind
from site_core.models.base import BasePage
from site_core.privacy import is_public

STREAM_SLUG = "micro"
MOST_PICTURES = 9
_TITLE_LENGTH = 40
_SUMMARY_LENGTH = 200
_NO_TEXT = "（没有文字）"


class StreamPage(BasePage):
    """The site's stream of posts, at `/micro/`; there is one."""

    quiet_from = models.TimeField(
        "免打扰开始", null=True, blank=True, help_text="此时段内不向平台发送，时段结束后再发。"
    )
    quiet_until = models.TimeField("免打扰结束", null=True, blank=True)

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary", heading="说明"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("quiet_from"), FieldPanel("quiet_until")])], heading="免打扰时段"),
    ]
    parent_page_types = ["site_core.HomePage"]
    subpage_types = ["microblog.MicroPost"]
    max_count = 1
    reserved_slug = STREAM_SLUG
    template = "microblog/stream_page.html"
    is_column = True
    kind = ColumnKind.NEWS

    class Meta:
        verbose_name = "微博频道"
        verbose_name_plural = "微博频道"

    def clean(self) -> None:
        """Its address is the same on every site; quiet hours have two ends."""
        self.slug = STREAM_SLUG
        super().clean()
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until": "免打扰时段须同时填写开始和结束。"})

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `stream`, and its `listing` and `filters`: posts of this site, or with `?scope=all` on the city's of all sites."""
        from microblog.stream_selectors import get_stream

        stream = get_stream(self, request.GET)
        context = super().get_context(request, *args, **kwargs)
        return {**context, "stream": stream, "listing": stream.listing, "filters": stream.filters}


class MicroPost(BasePage):
    """A post: a few words, pictures or a video, and what it points to. Its title is made of its text."""

    text = models.TextField("文字", max_length=2000)
    topic_word = models.CharField("话题", max_length=30, blank=True, help_text="不带 # 号，如 宪法宣传周。")
    link_page = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="链接的文章",
        help_text="显示为卡片，发送时附上其地址；留空则附上本条微博的地址。",
    )
    video = models.ForeignKey(
        "site_core.SiteDocument",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="视频",
    )
    is_pinned = models.BooleanField("置顶", default=False)
    accounts = ParentalManyToManyField("microblog.Account", blank=True, related_name="+", verbose_name="发往")
    rule = models.ForeignKey(
        "microblog.ComposeRule",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="成稿规则",
    )

    base_form_class = MicroPostForm
    content_panels = [
        DeliveriesPanel(heading="发往各平台的情况"),
        FieldPanel("text"),
        CountsPanel(),
        InlinePanel("pictures", heading="图片", label="图片", max_num=MOST_PICTURES),
        FieldPanel("video"),
        PageChooserPanel("link_page"),
        FieldRowPanel([FieldPanel("topic_word"), FieldPanel("is_pinned")]),
        FieldPanel("accounts", widget=CheckboxSelectMultiple),
    ]
    parent_page_types = ["microblog.StreamPage"]
    subpage_types: list[str] = []
    template = "microblog/micro_post.html"
    column_type = "microblog.StreamPage"

    class Meta:
        verbose_name = "微博"
        verbose_name_plural = "微博"

    def _set_core_field_defaults(self) -> None:
        """Title and summary are made of the text, before anything asks for them: in a draft without text as well."""
        self.set_title()
        super()._set_core_field_defaults()

    def set_title(self) -> None:
        """Make title and summary of the text."""
        self.title = self.draft_title = make_title(self.text) or _NO_TEXT
        self.summary = make_summary(self.text)

    def clean(self) -> None:
        """Pictures or a video, not both."""
        super().clean()
        if self.video_id and self.pictures.count():
            raise ValidationError({"video": "图片和视频只能选一种。"})

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `post`, `latest` of the stream beside it, and `accounts` to follow."""
        from microblog.stream_selectors import list_accounts_to_follow, list_latest_beside, show_post

        context = super().get_context(request, *args, **kwargs)
        beside = {"latest": list_latest_beside(self), "accounts": list_accounts_to_follow()}
        return {**context, "post": show_post(self), **beside}

    @property
    def shown_picture(self) -> Any:
        """The first picture, or the cover of what the post points to."""
        first = self.pictures.first()
        if first is not None:
            return first.image
        return getattr(self.link_page.specific, "cover", None) if self.link_page and is_public(self.link_page) else None


class MicroPicture(Orderable):
    """A picture of a post."""

    page = ParentalKey(MicroPost, on_delete=models.CASCADE, related_name="pictures")
    image = models.ForeignKey("site_core.SiteImage", on_delete=models.PROTECT, related_name="+", verbose_name="图片")
    description = models.CharField(
        "说明", max_length=200, blank=True, help_text="给看不到图片的读者；留空即图片的说明。"
    )

    panels = [FieldPanel("image"), FieldPanel("description")]

    class Meta(Orderable.Meta):
        verbose_name = "图片"
        verbose_name_plural = "图片"

    def __str__(self) -> str:
        return self.description or str(self.image)

    @property
    def alternative_text(self) -> str:
        """What the picture shows, for those who do not see it."""
        return self.description or str(self.image.default_alt_text)


def make_summary(text: str) -> str:
    """What stands for the post in results, and where others show a link to it."""
    words = re.sub(r"\s+", " ", text).strip()
    return words if len(words) <= _SUMMARY_LENGTH else words[: _SUMMARY_LENGTH - 1] + "…"


def make_title(text: str) -> str:
    """What stands for the post in lists: what is between 【】 at its beginning, or its first words."""
    words = re.sub(r"\s+", " ", text).strip()
    marked = re.match(r"【([^】]{2,60})】", words)
    if marked:
        return marked[1]
    return words if len(words) <= _TITLE_LENGTH else words[: _TITLE_LENGTH - 1] + "…"
