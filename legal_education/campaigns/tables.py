"""Tables of activities as files: CSV, or a workbook for Excel."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from site_core.csv_tables import answer_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 16


def answer_file(
    form: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], sheet_name: str
) -> HttpResponse:
    """The table as a file `name`, as a workbook where `form` is `xlsx`, else as CSV."""
    if form != "xlsx":
        return answer_table(name, headings, rows)
    answer = HttpResponse(write_workbook(headings, rows, sheet_name), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def write_workbook(headings: Sequence[str], rows: Iterable[Sequence[Any]], sheet_name: str) -> bytes:
    """One sheet. Text is written as text: what looks like a formula is not run."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name)
    sheet.freeze_panes = "A2"
    for place in range(len(headings)):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _WIDTH
    sheet.append([_bold(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([_text(sheet, value) if isinstance(value, str) else value for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _bold(sheet: Any, heading: str) -> Any:
    cell = _text(sheet, heading)
    cell.font = Font(bold=True)
    return cell


def _text(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
