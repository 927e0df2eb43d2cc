"""WebP: the chunks that make the picture."""

from io import BytesIO

from ..content import Content
from ..formats.riff import riff_chunk, riff_chunks

_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF_FLAG, _WEBP_XMP_FLAG = 0x08, 0x04


def clean_webp(data: bytes, exif: bytes) -> bytes:
    """The chunks that make the picture, and `exif`; the header announces what is left."""
    parts = [b"WEBP"]
    for name, start, length in riff_chunks(Content(BytesIO(data))):
        body = data[start : start + length]
        if name == b"VP8X":
            flags = body[0] & ~(_WEBP_EXIF_FLAG | _WEBP_XMP_FLAG) | (_WEBP_EXIF_FLAG if exif else 0)
            body = bytes((flags,)) + body[1:]
        if name in _WEBP_KEPT:
            parts.append(riff_chunk(name, body))
    if exif:
        parts.append(riff_chunk(b"EXIF", exif))
    return riff_chunk(b"RIFF", b"".join(parts))
