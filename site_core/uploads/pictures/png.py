"""PNG: the chunks that make the picture."""

import struct
import zlib

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)


def clean_png(data: bytes, exif: bytes) -> bytes:
    """The chunks that make the picture, and `exif`; texts, times and whatever follows the end go."""
    parts, at = [data[:8]], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, chunk = data[at + 4 : at + 8], data[at : at + 12 + length]
        at += len(chunk)
        if name in _PNG_KEPT:
            parts.append(chunk)
        if name == b"IHDR" and exif:
            parts.append(struct.pack(">I", len(exif)) + b"eXIf" + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif)))
        if name == b"IEND":
            break
    return b"".join(parts)
