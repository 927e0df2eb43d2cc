"""Workbooks that people send in: opened with care, and where in them something is wrong."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from site_core.uploads import UploadRefused, sniff

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


class WorkbookForm(forms.Form):
    """A workbook to import; that it is one is seen by its content. `largest_bytes` is the size up to which one is taken."""

    largest_bytes = 0

    file = forms.FileField(label="工作簿（xlsx）", widget=forms.FileInput({"accept": ".xlsx"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"不超过 {self._tell_largest()}。只读第一个工作表。"

    def clean_file(self) -> UploadedFile:
        """Not too large, and an xlsx."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > self.largest_bytes:
            raise ValidationError(f"文件超过 {self._tell_largest()}，请拆成几个文件。")
        try:
            kind = sniff(file)  # type: ignore[arg-type] # an uploaded file reads like any other
        except UploadRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        if kind.extension != "xlsx":
            raise ValidationError("请选择 xlsx 工作簿。")
        return file

    def _tell_largest(self) -> str:
        return f"{self.largest_bytes // 1024 // 1024} MB"
