"""Bodies of pages: rich text, pictures, films, tables, law texts whose articles get anchors, and what else they hold."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from site_core.blocks.media import FileBlock, GalleryBlock, MapBlock, VideoBlock
from site_core.blocks.references import LawReferenceBlock, QuoteBlock, SignOffBlock
from site_core.importing.sanitise import clean_table_html
from site_core.law_connections import BELOW, BelowArticle, connect_body
from site_core.laws import Anchors, LawPart, parse_law

RICH_TEXT_FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "document-link", "blockquote"]
_ANCHORS = "anchors_of_body"  # in the context that the blocks of a body are rendered with


class LawTextBlock(blocks.TextBlock):
    """Text of a law or regulation as issued. Each 第…条 gets its anchor when it is shown (`#tiao-23`)."""

    class Meta:
        icon = "list-ol"
        label = "法律法规文本"
        help_text = "直接粘贴全文，一段一行；章、节、条自动识别，每条都有固定链接。"
        template = "site_core/blocks/law_text.html"

    def get_context(self, value: str, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds `parts`: headings, articles and paragraphs in order, with anchors that the body has not given yet."""
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "parts": _add_below(parse_law(value, context.get(_ANCHORS)), context.get(BELOW))}


def _add_below(parts: list[LawPart], below: Mapping[str, SafeString] | None) -> list[LawPart | BelowArticle]:
    """The parts, and behind each article what stands below it; a law without such things costs nothing."""
    if not below:
        return [*parts]
    shown: list[LawPart | BelowArticle] = []
    for part in parts:
        shown.append(part)
        if part.kind == "article" and part.anchor in below:
            shown.append(BelowArticle(below[part.anchor]))
    return shown


class TableHTMLBlock(blocks.RawHTMLBlock):
    """A table as HTML, cleaned on the way in and on the way out."""

    class Meta:
        icon = "table"
        label = "表格"
        template = "site_core/blocks/table_html.html"

    def clean(self, value: Any) -> Any:
        """Keep the table and its cells; drop everything else."""
        return super().clean(mark_safe(clean_table_html(str(value))))  # noqa: S308 - cleaned by nh3

    def to_python(self, value: Any) -> SafeString:
        """Clean what the database holds as well: an import or a command may have written it."""
        return mark_safe(clean_table_html(str(value)))  # noqa: S308 - cleaned by nh3


class BodyBlock(blocks.StreamBlock):
    """All blocks of a body."""

    paragraph = blocks.RichTextBlock(
        features=RICH_TEXT_FEATURES, label="正文", icon="pilcrow", template="site_core/blocks/paragraph.html"
    )
    image = ImageBlock(label="图片", icon="image", template="site_core/blocks/image.html")
    table = TableHTMLBlock()
    law = LawTextBlock(required=True)
    gallery = GalleryBlock()
    video = VideoBlock()
    file = FileBlock()
    quote = QuoteBlock()
    law_reference = LawReferenceBlock()
    map = MapBlock()

    class Meta:
        block_counts: dict[str, dict[str, int]] = {}

    def render_basic(self, value: Any, context: dict[str, Any] | None = None) -> SafeString:
        """The blocks in order, sharing the anchors of one rendering: two law texts never give the same one."""
        context = {**(context or {}), _ANCHORS: Anchors()}
        return super().render_basic(value, context={**context, **connect_body(value, context.get("page"))})


class DocumentBodyBlock(BodyBlock):
    """Body of an official document: as any body, with addressee and sign-off."""

    addressee = blocks.CharBlock(
        label="主送机关",
        icon="mail",
        max_length=300,
        help_text="不加冒号。",
        template="site_core/blocks/addressee.html",
    )
    sign_off = SignOffBlock()
