"""Episodes of radio and television programmes."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel

from legal_education.blocks import ChapterBlock, TranscriptBlock, law_references
from legal_education.captions import CaptionsRefused, read_captions
from legal_education.media_facts import MediaRefused, read_media_facts
from legal_education.models.issues import IssuePage
from legal_education.models.programmes import RECORDED, Medium
from legal_education.page_forms import IssuePageForm
from site_core.fields import BodyField
from site_core.models.base import provenance_panel
from site_core.uploads import Family


def _file(label: str, help_text: str) -> Any:
    return models.ForeignKey(
        "site_core.SiteDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
        help_text=help_text,
    )


class EpisodePage(IssuePage):
    """One broadcast: the recording, what was said in it, which law was quoted. The cover is the poster of a film."""

    media_of_programme = RECORDED

    aired_at = models.DateTimeField("首播时间", null=True, blank=True, db_index=True, help_text="留空即发布时间。")
    presenter = models.CharField("主持", max_length=60, blank=True)
    media = _file("音频或视频文件", "广播用 MP3、M4A 或 WAV，电视用 MP4 或 WebM；播客软件大多只认 MP3、M4A 和 MP4。")
    outlet_url = models.URLField(
        "播出机构网址", blank=True, help_text="节目在播出机构网站上的网页；没有视频文件时必填。"
    )
    captions = _file("字幕文件", "WebVTT（.vtt）。电视节目须有字幕，或者有文字稿。")
    duration = models.PositiveIntegerField(
        "时长（秒）", null=True, blank=True, help_text="有文件时自动读取；只有网址的请填写。"
    )
    media_type = models.CharField("文件类型", max_length=40, blank=True, editable=False)
    media_size = models.BigIntegerField("文件大小", default=0, editable=False)
    chapters = BodyField([("chapter", ChapterBlock())], blank=True, verbose_name="这一期讲了什么")
    transcript = BodyField(TranscriptBlock(), blank=True, verbose_name="文字稿")
    law_references = BodyField(law_references(), blank=True, verbose_name="引用的法条")

    content_panels = [
        TitleFieldPanel("title", heading="本期标题"),
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("aired_at"), FieldPanel("presenter")]),
        MultiFieldPanel(
            [FieldPanel("media"), FieldRowPanel([FieldPanel("outlet_url"), FieldPanel("duration")])], heading="播出内容"
        ),
        FieldRowPanel([FieldPanel("cover", heading="封面图"), FieldPanel("captions")]),
        FieldPanel("chapters"),
        FieldPanel("transcript"),
        FieldPanel("law_references"),
        provenance_panel(),
    ]
    parent_page_types = ["legal_education.ProgrammePage"]
    subpage_types: list[str] = []
    template = "legal_education/episode_page.html"
    base_form_class = IssuePageForm
    cover_kinds = ("thumb", "card", "body", "poster", "shared")
    is_item = True

    class Meta:
        verbose_name = "节目（一期）"
        verbose_name_plural = "节目（各期）"

    @property
    def is_film(self) -> bool:
        """Whether it is television."""
        programme = self.programme
        return programme is not None and programme.medium == Medium.TELEVISION

    @property
    def has_media(self) -> bool:
        """Whether there is a recording that can be played."""
        return bool(self.media_id and self.media_type)

    def clean(self) -> None:
        """The recording is one of the right kind, captions can be read; what is known of the recording is kept."""
        super().clean()
        self.check_place()
        self._read_media()
        self._check_captions()
        self._order_chapters()

    def _read_media(self) -> None:
        if not self.media_id:
            self.media_type, self.media_size = "", 0
            return
        family = cast(Family, "video" if self.is_film else "audio")
        try:
            facts = read_media_facts(self.media, family)
        except MediaRefused as refusal:
            raise ValidationError({"media": str(refusal)}) from refusal
        self.media_type, self.media_size = facts.mime, facts.size
        self.duration = facts.seconds or self.duration

    def _check_captions(self) -> None:
        if not self.captions_id:
            return
        try:
            read_captions(self.captions)
        except CaptionsRefused as refusal:
            raise ValidationError({"captions": str(refusal)}) from refusal

    def _order_chapters(self) -> None:
        from legal_education.episode_parts import list_chapters

        starts = [chapter.start for chapter in list_chapters(self)]
        if starts != sorted(set(starts)):
            raise ValidationError({"chapters": "章节须按时间先后排列，开始时间不能相同。"})
        if starts and self.duration and starts[-1] >= self.duration:
            raise ValidationError({"chapters": "有章节的开始时间超出了节目时长。"})

    def _settle_on_publication(self, save_arguments: dict[str, Any]) -> None:
        """Without a time of its own an episode was first heard when it was published."""
        if self.live and self.aired_at is None and self.public_at is not None:
            self.aired_at = self.public_at
            if save_arguments.get("update_fields"):
                save_arguments["update_fields"] = [*save_arguments["update_fields"], "aired_at"]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the player, the parts of the episode and what stands beside it (`episode_parts.describe`)."""
        from legal_education.episode_parts import describe

        return {**super().get_context(request, *args, **kwargs), **describe(self)}
