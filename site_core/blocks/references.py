"""Words of others in a body: quotations, provisions of law, and the parts of an official document."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from site_core.law_connections import PROVISIONS, cite


class QuoteBlock(blocks.StructBlock):
    """A quotation with its speaker."""

    text = blocks.TextBlock(label="引文", max_length=500)
    attribution = blocks.CharBlock(label="出处", max_length=80, required=False)

    class Meta:
        icon = "openquote"
        label = "引文"
        template = "site_core/blocks/quote.html"


class LawReferenceBlock(blocks.StructBlock):
    """A provision that the text relies on: law, article, its words, and where it can be read."""

    law = blocks.CharBlock(label="法律法规名称", max_length=100, help_text="不加书名号。")
    article = blocks.CharBlock(label="条款", max_length=40, required=False, help_text="如 第二十三条第一款。")
    text = blocks.TextBlock(label="条文", max_length=2000, required=False)
    page = blocks.PageChooserBlock(label="本站页面", required=False, page_type=["site_core.BasePage"])
    url = blocks.URLBlock(label="其他网址", required=False)

    class Meta:
        icon = "list-ol"
        label = "法律依据"
        template = "site_core/blocks/law_reference.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds `provision`, where an upper floor knows the article (`law_connections`)."""
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "provision": context.get(PROVISIONS, {}).get(cite(value))}

    def clean(self, value: Any) -> Any:
        """One place to read it, not two that may differ."""
        cleaned = super().clean(value)
        if cleaned["page"] and cleaned["url"]:
            raise StructBlockValidationError({"url": ValidationError("本站页面与其他网址只填一项。")})
        return cleaned


class SignOffBlock(blocks.StructBlock):
    """Who signs a document and when, centred over its date as GB/T 9704 has it."""

    organs = blocks.ListBlock(blocks.CharBlock(label="单位", max_length=60), label="署名单位", min_num=1, max_num=6)
    signed_on = blocks.DateBlock(label="成文日期")
    note = blocks.CharBlock(label="附注", max_length=60, required=False, help_text="如 此件公开发布，不加括号。")

    class Meta:
        icon = "edit"
        label = "落款"
        template = "site_core/blocks/sign_off.html"
