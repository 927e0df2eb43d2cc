"""Pictures, films, files and maps in a body. What must accompany each is asked for here, at the field."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

FILM_EXTENSIONS = ("mp4", "webm")
# 审图号 as printed on a standard map: GS(2019)1822号, 甘S(2021)9号, 京审字(2023)G第1234号; brackets of any style.
_MAP_APPROVAL = re.compile(r"^[A-Z\u4e00-\u9fff]{1,8}[(（\[〔]\d{4}[)）\]〕][A-Z]?第?\d{1,6}号$")


class GalleryBlock(blocks.StructBlock):
    """Several pictures of one occasion, standing still side by side."""

    title = blocks.CharBlock(label="标题", max_length=60, required=False)
    pictures = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("image", ImageBlock(label="图片")),
                ("caption", blocks.CharBlock(label="图注", max_length=120, required=False)),
            ],
            label="图片",
        ),
        label="图片",
        min_num=2,
        max_num=24,
    )

    class Meta:
        icon = "image"
        label = "图集"
        template = "site_core/blocks/gallery.html"


class VideoBlock(blocks.StructBlock):
    """A film from the site's own files, with what those need who cannot hear it (WCAG 1.2.2)."""

    title = blocks.CharBlock(label="标题", max_length=100)
    film = DocumentChooserBlock(label="视频文件", help_text="MP4 或 WebM，先上传到“文件”。")
    poster = ImageBlock(label="封面图", required=False)
    captions = DocumentChooserBlock(label="字幕文件", required=False, help_text="WebVTT（.vtt）。")
    transcript = blocks.RichTextBlock(
        label="文字稿", features=["bold", "ol", "ul", "link"], help_text="听不到声音的读者靠它了解内容，必填。"
    )

    class Meta:
        icon = "media"
        label = "视频"
        template = "site_core/blocks/video.html"

    def clean(self, value: Any) -> Any:
        """Refuse a file that is no film."""
        cleaned = super().clean(value)
        if cleaned["film"].file_extension.lower() not in FILM_EXTENSIONS:
            raise StructBlockValidationError({"film": ValidationError("请选择 MP4 或 WebM 视频文件。")})
        return cleaned


class FileBlock(blocks.StructBlock):
    """A file to take away, at its place in the text."""

    document = DocumentChooserBlock(label="文件")
    label = blocks.CharBlock(label="名称", max_length=100, required=False, help_text="留空即文件名称。")

    class Meta:
        icon = "doc-full"
        label = "文件下载"
        template = "site_core/blocks/file.html"


class MapBlock(blocks.StructBlock):
    """A map; the law wants a standard map with its approval number shown (domain R1.10)."""

    image = ImageBlock(label="地图图片")
    approval_number = blocks.CharBlock(
        label="审图号", max_length=40, required=False, help_text="标准地图上印有，如 GS（2019）1822号、甘S（2021）9号。"
    )
    caption = blocks.CharBlock(label="说明", max_length=120, required=False)

    class Meta:
        icon = "site"
        label = "地图"
        template = "site_core/blocks/map.html"

    def clean(self, value: Any) -> Any:
        """Refuse a map without its 审图号, or with what cannot be one."""
        cleaned = super().clean(value)
        number = re.sub(r"\s", "", cleaned["approval_number"] or "")
        if not number:
            raise StructBlockValidationError({"approval_number": ValidationError("公开地图须注明审图号。")})
        if not _MAP_APPROVAL.match(number):
            text = f"“{number}”不像审图号，应如 GS（2019）1822号。"
            raise StructBlockValidationError({"approval_number": ValidationError(text)})
        cleaned["approval_number"] = number
        return cleaned
