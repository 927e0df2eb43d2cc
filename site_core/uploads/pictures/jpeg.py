"""JPEG: the segments that make the picture."""

import re
import struct
from collections.abc import Iterator

_JPEG_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def clean_jpeg(data: bytes, exif: bytes) -> bytes:
    """Ends at the picture's own end: what follows (second pictures, videos) carries EXIF of its own."""
    segments = _jpeg_segments(data)
    first_kept = next(segments, b"")
    added = b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif if exif else b""
    # JFIF demands to stand first, so EXIF comes second.
    is_jfif = first_kept[1] == 0xE0
    lead = first_kept + added if is_jfif else added + first_kept
    return b"\xff\xd8" + lead + b"".join(segments) + b"\xff\xd9"


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    """The kept segments between start and end of image, scans with their data."""
    at = 2
    while match := _JPEG_NEXT_MARKER.search(data, at):
        marker, start = data[match.start() + 1], match.start()
        if marker == 0xD9:
            return
        (length,) = struct.unpack_from(">H", data, start + 2)
        at = start + 2 + length
        if marker == 0xDA:
            following = _JPEG_NEXT_MARKER.search(data, at)
            at = following.start() if following else len(data)
        if _is_kept_jpeg(marker, data[start + 4 : start + 20]):
            yield data[start:at]


def _is_kept_jpeg(marker: int, body: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _JPEG_KEPT and body.startswith(_JPEG_KEPT[marker])
    return marker != 0xFE  # a comment
