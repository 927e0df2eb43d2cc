"""Workbooks of strangers: whatever is wrong with the file is said in words, never an error of ours."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from legal_education import workbooks
from legal_education.workbooks import SheetUnreadable, opened_workbook

LARGEST = 1024 * 1024


def saved():
    file = io.BytesIO()
    Workbook().save(file)
    file.seek(0)
    return file


@pytest.mark.parametrize("problem", [ValueError("bad value"), KeyError("part"), SyntaxError("xml"), OSError("cut")])
def test_what_the_library_raises_is_told(monkeypatch, problem):
    def fail(*args, **kwargs):
        raise problem

    monkeypatch.setattr(workbooks, "load_workbook", fail)
    with pytest.raises(SheetUnreadable, match="不是 xlsx"), opened_workbook(saved(), largest_unpacked=LARGEST):
        pass


def test_file_that_is_none_is_told():
    with pytest.raises(SheetUnreadable, match="不是 xlsx"), opened_workbook(io.BytesIO(b"x"), largest_unpacked=LARGEST):
        pass


def test_small_file_that_unpacks_to_much_is_refused_before_it_is_read():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (2 * LARGEST))
    file.seek(0)
    with pytest.raises(SheetUnreadable, match="太大"), opened_workbook(file, largest_unpacked=LARGEST):
        pass


def test_what_the_reader_refuses_stays_as_it_said_it():
    with pytest.raises(SheetUnreadable, match="一次最多"), opened_workbook(saved(), largest_unpacked=LARGEST):
        raise SheetUnreadable("一次最多导入 5 条。")
