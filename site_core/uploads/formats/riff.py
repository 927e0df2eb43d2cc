"""RIFF: chunks of WebP, WAV and AVI."""

import struct
from collections.abc import Iterator

from ..content import Content
from ..refusals import incomplete

_MAX_CHUNKS = 100_000


def riff_kind(content: Content) -> str:
    """By the form type behind the length."""
    return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(content.head[8:12], "unknown")


def riff_chunks(content: Content) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of body, length) of the chunks after the form type; the last may be cut short."""
    start = 12
    for _ in range(_MAX_CHUNKS):
        if start + 8 > content.size:
            return
        name, length = content.at(start, 4), content.numbers("<I", start + 4)[0]
        yield name, start + 8, length
        start += 8 + length + length % 2
    raise incomplete()


def riff_chunk(name: bytes, body: bytes) -> bytes:
    """A chunk with its length, padded to an even one."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def check_wav(content: Content) -> None:
    """Format and samples are there, and not cut short."""
    chunks = {name: (start, length) for name, start, length in riff_chunks(content)}
    start, length = chunks.get(b"data", (0, 0))
    # A recorder that could not go back to fill in the length leaves it at its highest.
    is_cut = start + length > content.size and length != 0xFFFFFFFF
    if is_cut or not {b"fmt ", b"data"} <= set(chunks):
        raise incomplete()
