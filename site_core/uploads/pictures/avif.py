"""AVIF: metadata overwritten where it lies."""

from collections.abc import Callable, Iterator
from io import BytesIO

from ..content import Content
from ..formats.isobmff import boxes
from ..refusals import incomplete

# A TIFF header with no entries, behind the four bytes that AVIF puts before it: libavif refuses files with
# less.
_NO_EXIF = b"\0\0\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"


def clean_avif(data: bytes, _exif: bytes) -> bytes:
    """Overwrites in place, so that no offset moves; the orientation is a property of the picture (irot,
    imir).
    """
    cleaned = bytearray(data)
    for kind, start, length in _avif_metadata(Content(BytesIO(data))):
        if start + length > len(data):
            raise incomplete()
        blank = _NO_EXIF if kind == b"Exif" and length >= len(_NO_EXIF) else b""
        filler = b" " if kind == b"mime" else b"\0"
        cleaned[start : start + length] = blank.ljust(length, filler)
    return bytes(cleaned)


def _avif_metadata(content: Content) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, length) of all that is EXIF, XMP or somebody's own."""
    for kind, start, end in boxes(content, 0, content.size):
        if kind == b"uuid":
            yield kind, start, end - start
        if kind == b"meta":
            parts = {name: (first, last) for name, first, last in boxes(content, start + 4, end)}
            if b"iinf" in parts and b"iloc" in parts:
                items = dict(_avif_items(content, *parts[b"iinf"]))
                idat = parts.get(b"idat", (0, 0))[0]
                yield from avif_extents(
                    content.at(parts[b"iloc"][0], parts[b"iloc"][1] - parts[b"iloc"][0]), items, idat
                )


def _avif_items(content: Content, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(id, type) of the items that hold metadata (ISO 14496-12 §8.11.6)."""
    first = start + (8 if content.at(start, 1)[0] else 6)
    for _, body, _ in boxes(content, first, end):
        is_wide = content.at(body, 1)[0] > 2
        (item,) = content.numbers(">I" if is_wide else ">H", body + 4)
        kind = content.at(body + (10 if is_wide else 8), 4)
        if kind in (b"Exif", b"mime"):
            yield item, kind


def avif_extents(box: bytes, items: dict[int, bytes], idat: int) -> Iterator[tuple[bytes, int, int]]:
    """Where the item location box (ISO 14496-12 §8.11.3) says that `items` lie in the file."""
    number = _number_reader(box)
    version = number(4) >> 24
    sizes = number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    for _ in range(number(wide)):
        item = number(wide)
        origin = idat if version and number(2) & 15 == 1 else 0
        number(2)
        base = origin + number(base_size)
        for _ in range(number(2)):
            number(index_size if version else 0)
            start, length = base + number(offset_size), number(length_size)
            if length == 0:
                raise incomplete()
            if item in items:
                yield items[item], start, length


def _number_reader(data: bytes) -> Callable[[int], int]:
    """Big-endian numbers of so many bytes, one after the other; a fault at the end."""
    source = BytesIO(data)

    def number(count: int) -> int:
        piece = source.read(count)
        if len(piece) < count:
            raise incomplete()
        return int.from_bytes(piece, "big")

    return number
