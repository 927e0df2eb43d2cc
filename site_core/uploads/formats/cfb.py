"""Compound files ([MS-CFB]): old office formats."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..content import Content
from ..refusals import incomplete

_CFB_LAST_SECTOR = 0xFFFFFFFA
_CFB_MAX_DIRECTORY_SECTORS = 4096
_MACRO_STORAGES = frozenset(("VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"))
_MAIN_STREAMS = {
    "EncryptedPackage": "encrypted",
    "WordDocument": "doc",
    "Workbook": "xls",
    "Book": "xls",
    "PowerPoint Document": "ppt",
}


@dataclass(frozen=True)
class _CfbEntry:
    name: str
    left: int
    right: int
    child: int


def ole_kind(content: Content) -> str:
    """By the streams below the root; macros anywhere in it decide first."""
    entries = list(_cfb_entries(content))
    if not entries:
        raise incomplete()
    if any(entry.name in _MACRO_STORAGES for entry in entries):
        return "macro"
    # Of the root's own children only: a Word file with an Excel sheet in it holds a Workbook further down.
    top = _cfb_children(entries, entries[0])
    return next((kind for stream, kind in _MAIN_STREAMS.items() if stream in top), "ole")


def _cfb_entries(content: Content) -> Iterator[_CfbEntry]:
    """The directory, §2.6.1: entries of 128 bytes in a chain of sectors."""
    (shift,) = content.numbers("<H", 30)
    if shift not in (9, 12):
        raise incomplete()
    size = 1 << shift
    table = _cfb_table_sectors(content, size)
    (sector,) = content.numbers("<I", 48)
    for _ in range(_CFB_MAX_DIRECTORY_SECTORS):
        if sector >= _CFB_LAST_SECTOR:
            return
        for at in range((sector + 1) * size, (sector + 2) * size, 128):
            yield _cfb_entry(content, at)
        sector = _cfb_next(content, table, size, sector)
    raise incomplete()


def _cfb_entry(content: Content, at: int) -> _CfbEntry:
    (length,) = content.numbers("<H", at + 64)
    name = content.at(at, max(0, min(length, 64) - 2)).decode("utf-16-le", "replace")
    left, right, child = content.numbers("<III", at + 68)
    return _CfbEntry(name, left, right, child)


def _cfb_table_sectors(content: Content, size: int) -> list[int]:
    """Where the allocation table lies, §2.5: 109 sectors in the header, the others in a chain."""
    sectors = list(content.numbers("<109I", 76))
    (following,) = content.numbers("<I", 68)
    while following < _CFB_LAST_SECTOR and len(sectors) <= content.size // size:
        *more, following = content.numbers(f"<{size // 4}I", (following + 1) * size)
        sectors += more
    return sectors


def _cfb_next(content: Content, table: list[int], size: int, sector: int) -> int:
    row, column = divmod(sector, size // 4)
    if row >= len(table) or table[row] >= _CFB_LAST_SECTOR:
        raise incomplete()
    return content.numbers("<I", (table[row] + 1) * size + 4 * column)[0]


def _cfb_children(entries: list[_CfbEntry], parent: _CfbEntry) -> set[str]:
    """Names of the direct children, a tree of siblings, §2.6.4."""
    waiting, seen = [parent.child], set[int]()
    while waiting:
        index = waiting.pop()
        if index < len(entries) and index not in seen:
            seen.add(index)
            waiting += [entries[index].left, entries[index].right]
    return {entries[index].name for index in seen}
