"""Tables for a spreadsheet, safe to open."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

# What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), full-width forms among it.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def write_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV in UTF-8, with the mark by which Excel knows it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_defuse(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def answer_table(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a file `name`.csv; the name in ASCII."""
    answer = HttpResponse(write_table(headings, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _defuse(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
