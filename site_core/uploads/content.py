"""An uploaded file as it is looked at: bytes at any offset, under limits."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from .limits import DEFAULT_LIMITS, Limits
from .refusals import incomplete


@contextmanager
def kept_position(file: IO[bytes]) -> Iterator[None]:
    """Give `file` back at the position where it was."""
    position = file.tell()
    try:
        yield
    finally:
        file.seek(position)


class Content:
    """Random access to the uploaded bytes, and the limits under which they are looked at."""

    def __init__(self, file: IO[bytes], limits: Limits = DEFAULT_LIMITS) -> None:
        self.file = file
        self.limits = limits
        file.seek(0, 2)
        self.size = file.tell()
        self.head = self.at(0, 4096)

    def at(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer at the end."""
        self.file.seek(offset)
        return self.file.read(count)

    def numbers(self, layout: str, offset: int) -> tuple[int, ...]:
        """Struct `layout` at `offset`; a fault where the file ends before."""
        data = self.at(offset, struct.calcsize(layout))
        if len(data) < struct.calcsize(layout):
            raise incomplete()
        return struct.unpack(layout, data)

    def pieces(self) -> Iterator[bytes]:
        """All of it in pieces of 64 KB."""
        self.file.seek(0)
        while piece := self.file.read(65536):
            yield piece
