"""Pictures are really opened, within the limits of their pixels."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from PIL import Image, UnidentifiedImageError

from ..content import Content
from ..refusals import ContentFault, incomplete

_PILLOW_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
PILLOW_PROBLEMS = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError,
    OverflowError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip


def check_image(content: Content) -> None:
    """Opened, its size looked at before anything is decoded, then verified and its first frame decoded."""
    try:
        with opened(content.file) as image:
            _check_pixels(image.width * image.height, content.limits.pixels)
            image.verify()
        with opened(content.file) as image:
            frames = getattr(image, "n_frames", 1)
            _check_pixels(image.width * image.height * frames, content.limits.animated_pixels)
            image.draft(None, (1, 1))  # JPEG alone: all its data is read, an eighth of its sides decoded
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_many_pixels(content.limits.pixels) from problem
    except PILLOW_PROBLEMS as problem:
        raise incomplete() from problem


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Image.Image]:
    """Pillow's picture, in an accepted format, not yet decoded."""
    file.seek(0)
    with Image.open(file, formats=_PILLOW_FORMATS) as image:
        yield image


def _check_pixels(count: int, limit: int) -> None:
    if count > limit:
        raise _too_many_pixels(limit)


def _too_many_pixels(limit: int) -> ContentFault:
    return ContentFault(f"的像素过多，超过上限 {limit // 10_000} 万。请缩小图片后再上传")
