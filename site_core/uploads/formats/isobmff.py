"""Boxes of ISO 14496-12: MP4, M4A, AVIF, HEIC, MOV."""

import re
from collections.abc import Iterator

from ..content import Content
from ..limits import MEGABYTE
from ..refusals import incomplete

_MP4_BRANDS = frozenset(
    brand.ljust(4) for brand in b"isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 avc1 dash M4V M4A M4B".split()
)


def ftyp_kind(content: Content) -> str:
    """By the brands of ISO 14496-12 §4.3; the major one decides between what shares the compatible ones."""
    (size,) = content.numbers(">I", 0)
    major = content.head[8:12]
    brands = {major} | {content.head[at : at + 4] for at in range(16, min(size, 512), 4)}
    if major == b"qt  ":
        return "mov"
    if brands & {b"avif", b"avis"}:
        return "avif"
    if brands & {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}:
        return "heic"
    if not brands & _MP4_BRANDS:
        return "unknown"
    return "mp4" if _has_video_track(content) else "m4a"


_HANDLER = re.compile(rb"hdlr.{8}vide", re.DOTALL)


def _has_video_track(content: Content) -> bool:
    for kind, start, end in boxes(content, 0, content.size):
        if kind == b"moov":
            # The handlers stand at the head of each track, the bulk (sample tables) behind; tracks are few.
            return bool(_HANDLER.search(content.at(start, min(end - start, 16 * MEGABYTE))))
    raise incomplete()


MAX_BOXES = 100_000  # an hour of fragmented video has some 4,000; a file of nothing but headers has millions


def boxes(content: Content, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of body, end) of the ISO 14496-12 boxes between `start` and `end`."""
    for _ in range(MAX_BOXES):
        if start >= end:
            return
        size, number = content.numbers(">II", start)
        header = 8
        if size == 1:
            (size,), header = content.numbers(">Q", start + 8), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise incomplete()
        yield number.to_bytes(4, "big"), start + header, start + size
        start += size
    raise incomplete()


def check_mp4(content: Content) -> None:
    """Every box ends within the file, and one holds the sound or the pictures."""
    if not {kind for kind, _, _ in boxes(content, 0, content.size)} & {b"mdat", b"moof"}:
        raise incomplete()
