"""Blocks of episodes: what was said and by whom, chapters, provisions that were quoted."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from legal_education.moments import parse_moment, show_moment
from site_core.blocks import LawReferenceBlock


class SpeechBlock(blocks.StructBlock):
    """What one person says, with who it is."""

    speaker = blocks.CharBlock(label="说话人", max_length=20, required=False, help_text="如 主持人、张律师。")
    text = blocks.TextBlock(label="话", help_text="一段一行。")

    class Meta:
        icon = "openquote"
        label = "发言"
        template = "legal_education/blocks/speech.html"


class TranscriptBlock(blocks.StreamBlock):
    """A transcript: who said what, or running text."""

    speech = SpeechBlock()
    paragraph = blocks.RichTextBlock(
        features=["bold", "ol", "ul", "link"],
        label="正文",
        icon="pilcrow",
        template="legal_education/blocks/narration.html",
    )


class ChapterBlock(blocks.StructBlock):
    """Where a chapter begins, and what it is about."""

    start = blocks.CharBlock(label="开始", max_length=8, help_text="分:秒，如 08:32；满一小时写 1:02:15。")
    title = blocks.CharBlock(label="标题", max_length=60)

    class Meta:
        icon = "time"
        label = "章节"

    def clean(self, value: Any) -> Any:
        """Refuse what is no moment; write others in one way."""
        cleaned = super().clean(value)
        seconds = parse_moment(cleaned["start"])
        if seconds is None:
            raise StructBlockValidationError({"start": ValidationError("请按 分:秒 填写，如 08:32。")})
        cleaned["start"] = show_moment(seconds)
        return cleaned


def law_references() -> list[tuple[str, blocks.Block]]:
    """Block definitions of a field of provisions."""
    return [("law", LawReferenceBlock())]
