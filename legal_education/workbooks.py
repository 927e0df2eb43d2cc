"""Workbooks that people send in: opened with care, and where in them something is wrong."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError, SyntaxError)
"""What openpyxl raises for a file that is no workbook, or a broken one; some of it only while rows are read."""


class SheetUnreadable(ValueError):
    """The file as a whole is of no use; the text is for the person who sent it."""


@dataclass(frozen=True)
class CellError:
    """What is wrong, and where: row as in the program, name and letter of the column."""

    row: int
    column: str
    letter: str
    message: str


@contextmanager
def opened_workbook(file: IO[bytes], *, largest_unpacked: int, read_only: bool = False) -> Iterator[Workbook]:
    """The workbook with the values of its formulas, to be read within the block. Raises SheetUnreadable.

    `largest_unpacked` is in bytes: a small file may unpack to gigabytes.
    """
    try:
        _refuse_bomb(file, largest_unpacked)
        yield load_workbook(file, data_only=True, read_only=read_only)
    except SheetUnreadable:
        raise
    except _BROKEN as problem:
        raise SheetUnreadable("文件不是 xlsx 工作簿，或者已经损坏。请用 Excel 或 WPS 另存为 xlsx 后再试。") from problem


def _refuse_bomb(file: IO[bytes], largest_unpacked: int) -> None:
    with zipfile.ZipFile(file) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > largest_unpacked:
            raise SheetUnreadable("工作簿解开后太大，请拆成几个文件。")
    file.seek(0)
