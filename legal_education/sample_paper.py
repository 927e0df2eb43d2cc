"""Newspaper pages of the samples, drawn by the program: a headline, columns of text, a rule here and there."""

import io
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SIZE = (1240, 1754)
_INK, _PALE, _PAPER = (38, 38, 40), (150, 148, 144), (250, 248, 242)
_MARGIN, _GUTTER, _COLUMNS = 80, 36, 3
_FONTS = {
    "title": ("NotoSerifCJK-Bold.ttc", 76),
    "name": ("NotoSerifCJK-Bold.ttc", 44),
    "text": ("NotoSansCJK-Regular.ttc", 26),
}
_FOLDER = Path("/usr/share/fonts/opentype/noto")


def draw_page(paper: str, label: str, headline: str, text: str) -> bytes:
    """A page as JPEG. `text` has a paragraph between each two `|`. Without Chinese fonts lines stand for the words."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    _write(draw, (_MARGIN, 60), f"{paper} · {label}", "name")
    draw.line((_MARGIN, 130, SIZE[0] - _MARGIN, 130), fill=_INK, width=5)
    _write(draw, (_MARGIN, 170), headline, "title")
    draw.line((_MARGIN, 290, SIZE[0] - _MARGIN, 290), fill=_PALE, width=2)
    _fill_columns(draw, text)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def bind(pages: list[bytes]) -> bytes:
    """The pages as one PDF."""
    images = [Image.open(io.BytesIO(page)) for page in pages]
    buffer = io.BytesIO()
    images[0].save(buffer, "PDF", save_all=True, append_images=images[1:], resolution=150)
    return buffer.getvalue()


@cache
def _find_font(kind: str) -> Any:
    name, size = _FONTS[kind]
    path = _FOLDER / name
    return ImageFont.truetype(str(path), size) if path.exists() else None


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, kind: str) -> None:
    font = _find_font(kind)
    if font is not None:
        draw.text(at, words, font=font, fill=_INK)
        return
    size = _FONTS[kind][1]
    draw.rectangle((at[0], at[1], at[0] + size * len(words), at[1] + size), fill=_PALE)


def _fill_columns(draw: ImageDraw.ImageDraw, text: str) -> None:
    """The text once, then grey lines for what a real page would hold."""
    width = (SIZE[0] - 2 * _MARGIN - (_COLUMNS - 1) * _GUTTER) // _COLUMNS
    size = _FONTS["text"][1]
    letters = width // size
    paragraphs = [f"　　{paragraph}" for paragraph in text.split("|")]
    lines = [each[start : start + letters] for each in paragraphs for start in range(0, len(each), letters)]
    top, step = 330, round(size * 1.7)
    rows = (SIZE[1] - _MARGIN - top) // step
    for position in range(rows * _COLUMNS):
        column, row = divmod(position, rows)
        x, y = _MARGIN + column * (width + _GUTTER), top + row * step
        if position < len(lines):
            _write(draw, (x, y), lines[position], "text")
        elif position > len(lines):
            short = width * 6 // 10 if position % 7 == 3 else width
            draw.rectangle((x, y + size // 2, x + short, y + size // 2 + 5), fill=(222, 219, 212))
