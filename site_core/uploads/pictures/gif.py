"""GIF: the blocks that make the picture."""

from ..refusals import incomplete

_GIF_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def clean_gif(data: bytes, _exif: bytes) -> bytes:
    """Comments, plain text and application blocks (XMP is one) go; loops, colours and timing stay."""
    at = 13 + _gif_colours(data[10])
    parts = [data[:at]]
    while data[at] != 0x3B:
        start, at = at, _gif_block_end(data, at)
        if _is_kept_gif(data[start : start + 14]):
            parts.append(data[start:at])
    return b"".join(parts) + b"\x3b"


def _gif_colours(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_block_end(data: bytes, at: int) -> int:
    if data[at] == 0x2C:
        at += 10 + _gif_colours(data[at + 9]) + 1
    elif data[at] == 0x21:
        at += 2
    else:
        raise incomplete()
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _is_kept_gif(block: bytes) -> bool:
    if block[0] == 0x2C or block[1] == 0xF9:
        return True
    return block[1] == 0xFF and block[3:14] in _GIF_KEPT_APPLICATIONS
