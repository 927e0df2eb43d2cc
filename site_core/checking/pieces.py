"""A page taken apart: each text, picture and reference in its fields and blocks, with its place in words and for the form."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from site_core.blocks import LawTextBlock, TableHTMLBlock

Container = Literal["stream", "list", "struct"]
Path = tuple[tuple[Container, int | str], ...]
"""Steps from a StreamField to a block within: into what kind of container, and where in it."""

_TEXT_FIELDS = ("title", "subtitle", "summary")


class PieceKind(StrEnum):
    """What a piece is; says what its value is."""

    TEXT = "text"  # str
    RICH = "rich"  # HTML as the editor stores it
    TABLE = "table"  # HTML
    LAW = "law"  # text of a law, not the editor's own words
    PICTURE = "picture"  # image with contextual_alt_text and decorative
    PAGE = "page"  # a page or None
    FILE = "file"  # a document or None
    URL = "url"  # str


@dataclass(frozen=True)
class Piece:
    """One piece: kind, value, field, path within it, place in words, and whether it may not be left out."""

    kind: PieceKind
    value: Any
    field: str
    where: str
    path: Path = ()
    is_required: bool = False


def list_pieces(page: Any) -> list[Piece]:
    """All pieces of the page, in the order of its fields."""
    return list(_walk_fields(page))


def _walk_fields(page: Any) -> Iterator[Piece]:
    for field in page._meta.get_fields():
        name = field.name
        if name in _TEXT_FIELDS:
            yield Piece(PieceKind.TEXT, getattr(page, name) or "", name, str(field.verbose_name))
        elif isinstance(field, RichTextField):
            yield Piece(PieceKind.RICH, getattr(page, name) or "", name, str(field.verbose_name))
        elif isinstance(field, StreamField):
            value = getattr(page, name)
            start = _Place(name, str(field.verbose_name), (), is_required=False)
            yield from _walk(field.stream_block, value, start) if value else ()


@dataclass(frozen=True)
class _Place:
    field: str
    where: str
    path: Path
    is_required: bool

    def inside(self, kind: Container, key: int | str, name: str, block: Any) -> "_Place":
        where = f"{self.where}{name}" if kind != "struct" else f"{self.where} · {name}"
        return _Place(self.field, where, (*self.path, (kind, key)), _is_required(block))

    def piece(self, kind: PieceKind, value: Any) -> Piece:
        return Piece(kind, value, self.field, self.where, self.path, self.is_required)


def _walk(block: Any, value: Any, place: _Place) -> Iterator[Piece]:
    kind = _kind_of(block)
    if kind is not None:
        yield place.piece(kind, _plain(kind, value))
    elif isinstance(block, blocks.StreamBlock):
        for index, child in enumerate(value or ()):
            name = f"第 {index + 1} 块“{child.block.label}”"
            yield from _walk(child.block, child.value, place.inside("stream", index, name, child.block))
    elif isinstance(block, blocks.ListBlock):
        for index, child in enumerate(value.bound_blocks if value else ()):
            yield from _walk(child.block, child.value, place.inside("list", index, f"第 {index + 1} 项", child.block))
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            inner = place.inside("struct", name, str(child.label), child)
            yield from _walk(child, value.get(name) if value else None, inner)


def _is_required(block: Any) -> bool:
    chooser = block.child_blocks["image"] if isinstance(block, ImageBlock) else block
    return bool(getattr(chooser, "required", False))


# The more special first.
_KINDS: tuple[tuple[Any, PieceKind], ...] = (
    (LawTextBlock, PieceKind.LAW),
    (TableHTMLBlock, PieceKind.TABLE),
    (blocks.RichTextBlock, PieceKind.RICH),
    ((ImageBlock, ImageChooserBlock), PieceKind.PICTURE),
    (blocks.PageChooserBlock, PieceKind.PAGE),
    (DocumentChooserBlock, PieceKind.FILE),
    (blocks.URLBlock, PieceKind.URL),
    ((blocks.CharBlock, blocks.TextBlock), PieceKind.TEXT),
)


def _kind_of(block: Any) -> PieceKind | None:
    return next((kind for classes, kind in _KINDS if isinstance(block, classes)), None)


def _plain(kind: PieceKind, value: Any) -> Any:
    if kind == PieceKind.RICH:
        return getattr(value, "source", value) or ""
    if kind in {PieceKind.TEXT, PieceKind.TABLE, PieceKind.LAW, PieceKind.URL}:
        return str(value or "")
    return value
