"""Pictures lose what says where, when and by whom they were taken."""

from collections.abc import Callable
from typing import IO

from PIL import Image

from ..content import kept_position
from ..refusals import ContentFault, UploadRefused
from .avif import clean_avif
from .checking import PILLOW_PROBLEMS, opened
from .gif import clean_gif
from .jpeg import clean_jpeg
from .png import clean_png
from .webp import clean_webp

_ORIENTATION = 0x0112


_CLEANERS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "JPEG": clean_jpeg,
    "MPO": clean_jpeg,
    "PNG": clean_png,
    "GIF": clean_gif,
    "WEBP": clean_webp,
    "AVIF": clean_avif,
}


def strip_positions(file: IO[bytes]) -> bytes:
    """The bytes of the picture `file` with nothing in it that says where, when or by whom it was taken.

    Of EXIF only the orientation stays (places also hide in maker notes, comments, previews and second
    pictures behind the first, so that removing the GPS block alone would not do); XMP, IPTC and comments go;
    colour profile and pixels stay as they are, bit for bit, since nothing is encoded anew. `file` is one that
    `sniff` accepted as an image, and keeps its position. Raises UploadRefused for anything else.
    """
    with kept_position(file):
        try:
            with opened(file) as image:
                kind, orientation = str(image.format), _orientation(image)
            file.seek(0)
            return _CLEANERS[kind](file.read(), orientation)
        except (
            *PILLOW_PROBLEMS,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
            ContentFault,
        ) as problem:
            raise UploadRefused("图片的内容不完整或已损坏，无法去除其中的位置信息。请重新保存后再上传") from problem


def _orientation(image: Image.Image) -> bytes:
    """EXIF with the orientation alone, from the TIFF header on; empty for an upright picture."""
    turned = image.getexif().get(_ORIENTATION, 1)
    if turned not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = turned
    return exif.tobytes().removeprefix(b"Exif\0\0")
