"""The list of duties as a workbook: written for the unit that keeps it, read whole with each error at its row and column."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from legal_education.audiences import Audience
from legal_education.cases.duties.actions import KEY
from legal_education.cases.models import FIRST_YEAR, LAST_YEAR, Duty, DutyState
from legal_education.workbooks import CellError, SheetUnreadable, opened_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 1000
_LARGEST_UNPACKED = 40 * 1024 * 1024
COLUMNS = {
    "year": "年度",
    "unit": "责任单位",
    "laws": "宣传的法律法规",
    "audience": "宣传对象",
    "form": "宣传形式",
    "deadline": "完成时限",
    "state": "进度",
    "contact": "联系方式",
    "note": "备注",
}
_REQUIRED = ("year", "unit", "laws", "form", "deadline")
_WIDTHS = {"unit": 24, "laws": 40, "form": 26, "deadline": 14, "contact": 24, "note": 30}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_AUDIENCES = {str(each.label): each.value for each in Audience} | {each.value: each.value for each in Audience}
_STATES = {str(each.label): each.value for each in DutyState} | {"已逾期": DutyState.PLANNED.value}
_LONGEST = {
    field.name: field.max_length
    for field in Duty._meta.fields
    if field.name in {"unit", "laws", "form", "contact", "note"} and field.max_length
}
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass
class SheetDuties:
    """Rows as values of `actions.FIELDS`, and all errors; with any error nothing is to be imported."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)


def write_sheet(duties: Iterable[Duty]) -> bytes:
    """As xlsx; what is written can be read again."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "普法责任清单"
    sheet.append(list(COLUMNS.values()))
    for duty in duties:
        shown = {"audience": duty.get_audience_display(), "state": duty.get_state_display()}
        sheet.append([_defuse(shown.get(name) or getattr(duty, name)) for name in COLUMNS])
    for number, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 12)
        sheet.cell(1, number).font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _defuse(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def read_sheet(file: IO[bytes]) -> SheetDuties:
    """The first sheet of the workbook; columns in any order. Raises SheetUnreadable."""
    rows = _list_rows(file)
    head = _read_head(rows[0] if rows else ())
    found = SheetDuties()
    seen: dict[tuple[Any, ...], int] = {}
    for number, cells in enumerate(rows[1:], 2):
        values = {name: cells[at] if at < len(cells) else None for name, at in head.items()}
        if not any(_text(value) for value in values.values()):
            continue
        faults = dict(_find_faults(values))
        row = {} if faults else _make_row(values)
        first = seen.setdefault(tuple(row[name] for name in KEY), number) if row else number
        if first != number:
            faults = {"laws": f"与第 {first} 行重复。"}
        found.errors += [_error(number, name, text, head) for name, text in faults.items()]
        found.rows += [row] if not faults else []
    if not found.rows and not found.errors:
        raise SheetUnreadable("工作表里没有内容。")
    return found


def _list_rows(file: IO[bytes]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    with opened_workbook(file, largest_unpacked=_LARGEST_UNPACKED, read_only=True) as book:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
            if number > MOST_ROWS and any(row):
                raise SheetUnreadable(f"一次最多导入 {MOST_ROWS} 条。")
            if number <= MOST_ROWS:
                rows.append(row)
            elif number > 20 * MOST_ROWS:
                break
    return rows


def _read_head(cells: tuple[Any, ...]) -> dict[str, int]:
    labels = [_text(cell).replace(" ", "").rstrip("*") for cell in cells]
    head = {name: labels.index(label) for name, label in COLUMNS.items() if label in labels}
    missing = [COLUMNS[name] for name in _REQUIRED if name not in head]
    if missing:
        raise SheetUnreadable(f"第一行缺少这些列：{'、'.join(missing)}。请先导出清单，在导出的工作簿里填写。")
    return head


def _find_faults(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _REQUIRED:
        if not _text(values.get(name)):
            yield name, f"缺少{COLUMNS[name]}。"
    for name, longest in _LONGEST.items():
        if len(_text(values.get(name))) > longest:
            yield name, f"超过 {longest} 个字。"
    if _text(values["year"]) and _read_year(values["year"]) is None:
        yield "year", f"“{_text(values['year'])}”不是年度，请写成 2026。"
    if _text(values["deadline"]) and _read_day(values["deadline"]) is None:
        yield "deadline", f"“{_text(values['deadline'])}”不是日期，请写成 2026-06-30。"
    for name, known in (("audience", _AUDIENCES), ("state", _STATES)):
        text = _text(values.get(name))
        if text and text not in known:
            yield name, f"不认识的{COLUMNS[name]}“{text}”，请写 {'、'.join(_labels(name))} 之一。"


def _labels(name: str) -> list[str]:
    return [str(each.label) for each in (Audience if name == "audience" else DutyState)]


def _make_row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: _text(values.get(name)) for name in ("unit", "laws", "form", "contact", "note")},
        "year": _read_year(values["year"]),
        "deadline": _read_day(values["deadline"]),
        "audience": _AUDIENCES.get(_text(values.get("audience")), Audience.ALL.value),
        "state": _STATES.get(_text(values.get("state")), DutyState.PLANNED.value),
    }


def _read_year(value: Any) -> int | None:
    text = _text(value).removesuffix("年")
    return int(text) if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR else None


def _read_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    match = _DAY.fullmatch(_text(value))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:  # the thirty-first of February: told to the person as any other word that is no date
        return None


def _error(row: int, name: str, message: str, head: dict[str, int]) -> CellError:
    letter = get_column_letter(head[name] + 1) if name in head else ""
    return CellError(row, COLUMNS[name], letter, message)


def _text(value: Any) -> str:
    """As it stands in the cell; a whole number without “.0”, an apostrophe of ours taken off."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\x00", "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text
