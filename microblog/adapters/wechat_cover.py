"""The cover of an article without pictures: drawn mountains, since WeChat takes no article without a cover."""

import io
from functools import cache

from PIL import Image, ImageDraw

_SIZE = (900, 383)  # 2.35 to 1, as WeChat shows covers
_SKY, _RIDGES = (226, 236, 244), ((160, 189, 212), (96, 141, 178), (34, 84, 128))
_PEAKS = ((0, 210, 180, 120, 330, 230, 520, 90, 700, 220, 900, 140), (0, 280, 240, 180, 420, 290, 640, 170, 900, 260))
_FRONT = (0, 330, 200, 250, 480, 340, 720, 240, 900, 320)


@cache
def draw_cover() -> bytes:
    """A PNG of a few kilobytes, always the same."""
    picture = Image.new("RGB", _SIZE, _SKY)
    pen = ImageDraw.Draw(picture)
    for colour, ridge in zip(_RIDGES, (*_PEAKS, _FRONT), strict=True):
        points = [*zip(ridge[::2], ridge[1::2], strict=True), (_SIZE[0], _SIZE[1]), (0, _SIZE[1])]
        pen.polygon(points, fill=colour)
    content = io.BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()
