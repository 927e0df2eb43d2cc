"""From the clipboard's HTML to blocks of a body, in the order of the text."""

import re
from dataclasses import dataclass, field
from typing import Any

from wagtail.rich_text import RichText

from site_core.blocks import BodyBlock
from site_core.importing.blocks import to_rich_blocks
from site_core.models import SiteImage
from site_core.pasting.pictures import CLOSE, MISSING, OPEN, PictureSource, keep_picture, take_out_pictures
from site_core.pasting.word import simplify
from site_core.uploads import UploadRefused

_MARK = re.compile(rf"<p>\s*{OPEN}(\d+){CLOSE}\s*</p>")
_STRAY_MARK = re.compile(rf"{OPEN}\d+{CLOSE}")
_EMPTY = re.compile(r"<(p|li|h[2-4]|b|strong|i|em)>(?:\s|&nbsp;|<br ?/?>)*</\1>")


@dataclass(frozen=True)
class PastedBlock:
    """A block type of bodies and its value: clean HTML for `paragraph` and `table`, the picture for `image`."""

    type: str
    value: Any


@dataclass
class Pasted:
    """What came of a paste, and what the editor should know about it."""

    blocks: list[PastedBlock] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def convert(html: str, source: PictureSource | None = None, *, user: Any) -> Pasted:
    """Blocks of the pasted text. A picture that cannot be kept leaves a place that must be filled before publication."""
    soup = simplify(html)
    contents = take_out_pictures(soup, source or PictureSource())
    pasted = Pasted()
    for kind, value in to_rich_blocks(str(soup)):
        if kind == "paragraph":
            _add_paragraphs(value, contents, pasted, user)
        else:
            pasted.blocks.append(PastedBlock(kind, _STRAY_MARK.sub("", value)))
    return pasted


def _add_paragraphs(html: str, contents: list[bytes | None], pasted: Pasted, user: Any) -> None:
    for number, part in enumerate(_MARK.split(html)):
        if number % 2:
            pasted.blocks.append(_make_picture(contents[int(part)], len(pasted.blocks) + 1, pasted, user))
        elif clean := _drop_empty(_STRAY_MARK.sub("", part)):
            pasted.blocks.append(PastedBlock("paragraph", clean))


def _drop_empty(html: str) -> str:
    before = ""
    while before != html:
        before, html = html, _EMPTY.sub("", html)
    return html.strip()


def _make_picture(content: bytes | None, number: int, pasted: Pasted, user: Any) -> PastedBlock:
    note = "有图片没有随文字粘贴过来，请在标出的位置上传。"
    if content is not None:
        try:
            return PastedBlock("image", keep_picture(content, f"粘贴的图片 {number}", user))
        except UploadRefused as refusal:
            note = str(refusal)
    pasted.notes.append(note)
    return PastedBlock("paragraph", f"<p>{MISSING}</p>")


def to_form_states(blocks: list[PastedBlock]) -> list[dict[str, Any]]:
    """The blocks as the editor's forms hold them."""
    children = BodyBlock().child_blocks
    return [{"type": each.type, "value": children[each.type].get_form_state(_to_value(each))} for each in blocks]


def _to_value(block: PastedBlock) -> Any:
    if block.type == "paragraph":
        return RichText(block.value)
    if isinstance(block.value, SiteImage):
        # No alternative text and not decorative: the editor is asked, and cannot publish before deciding.
        block.value.contextual_alt_text = ""
        block.value.decorative = False
    return block.value
