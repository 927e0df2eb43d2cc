"""A workbook of questions: read whole, with each error at its row and column.

The first row names the columns, in any order; see `COLUMNS`. A merged cell is an error in each row that it covers, since
nobody can tell what it was to mean there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from legal_education.quiz.models import QuestionKind
from legal_education.quiz.models.bank import LETTERS, fingerprint_of
from legal_education.workbooks import CellError, SheetUnreadable, opened_workbook

from .drafts import QuestionDraft, find_faults

OPTIONS = tuple(f"选项{letter}" for letter in LETTERS)
COLUMNS = ("题型", "题目", *OPTIONS, "答案", "法律依据", "解析", "链接", "主题")
REQUIRED = ("题型", "题目", "选项A", "选项B", "答案", "法律依据", "解析")
MOST_ROWS = 5000
LARGEST_BYTES = 5 * 1024 * 1024
_LARGEST_UNPACKED = 60 * 1024 * 1024
_COLUMN_OF = {
    "text": "题目",
    "answer": "答案",
    "law": "法律依据",
    "explanation": "解析",
    "law_url": "链接",
    "topic": "主题",
}
_KINDS = {kind.label: kind for kind in QuestionKind} | {
    "判断": QuestionKind.TRUE_FALSE,
    "是非题": QuestionKind.TRUE_FALSE,
    "单选": QuestionKind.SINGLE,
    "多选": QuestionKind.MULTIPLE,
}
_TRUE = frozenset({"正确", "对", "是", "√", "T", "TRUE", "A"})
_FALSE = frozenset({"错误", "错", "否", "×", "X", "F", "FALSE", "B"})
_SEPARATORS = re.compile(r"[\s,，、;；/|]+")


@dataclass
class SheetQuestions:
    """Right rows as (row, draft), and all errors; a row with an error is not among the right ones."""

    drafts: list[tuple[int, QuestionDraft]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)


def read_sheet(file: IO[bytes]) -> SheetQuestions:
    """The first sheet of the workbook. Raises SheetUnreadable."""
    with opened_workbook(file, largest_unpacked=_LARGEST_UNPACKED) as book:
        if not book.worksheets:
            raise SheetUnreadable("工作簿里没有工作表。")
        sheet = book.worksheets[0]
    if _last_row(sheet) - 1 > MOST_ROWS:
        raise SheetUnreadable(f"一次最多导入 {MOST_ROWS} 题，这个工作表有 {_last_row(sheet) - 1} 行。")
    return _Reader(sheet).read()


def _last_row(sheet: Worksheet) -> int:
    """The last row with anything in it: `max_row` counts rows that only have a colour, up to a million of them."""
    return max((row for (row, _), cell in sheet._cells.items() if cell.value is not None), default=1)


class _Reader:
    """One pass over a sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._columns = self._read_head()
        self._merged = self._list_merged()
        self._found = SheetQuestions()
        self._seen: dict[str, int] = {}

    def _read_head(self) -> dict[str, int]:
        head = {}
        for number, cell in enumerate(next(self._sheet.iter_rows(max_row=1, values_only=True), ()), 1):
            name = _text(cell).replace(" ", "").replace("*", "")
            if name in COLUMNS:
                if name in head:
                    raise SheetUnreadable(f"第一行有两个“{name}”列。")
                head[name] = number
        missing = [name for name in REQUIRED if name not in head]
        if missing:
            raise SheetUnreadable(f"第一行缺少这些列：{'、'.join(missing)}。请从模板开始填写。")
        return head

    def _list_merged(self) -> dict[int, list[Any]]:
        """Merged ranges by the rows that they cover."""
        rows: dict[int, list[Any]] = {}
        for merged in self._sheet.merged_cells.ranges:
            for row in range(merged.min_row, merged.max_row + 1):
                rows.setdefault(row, []).append(merged)
        return rows

    def read(self) -> SheetQuestions:
        """All rows that have anything in them."""
        last = max(2, _last_row(self._sheet))
        for number, values in enumerate(self._sheet.iter_rows(min_row=2, max_row=last, values_only=True), 2):
            row = {name: _text(values[column - 1]) for name, column in self._columns.items() if column <= len(values)}
            if any(row.values()) or number in self._merged:
                self._read_row(number, row)
        if not self._found.drafts and not self._found.errors:
            raise SheetUnreadable("工作表里没有题目。")
        return self._found

    def _read_row(self, number: int, row: dict[str, str]) -> None:
        errors = [*self._find_merged(number)]
        kind = _KINDS.get(row["题型"])
        if kind is None:
            said = f"不认识的题型“{row['题型']}”" if row["题型"] else "缺少题型"
            errors.append(self._error(number, "题型", f"{said}，请写 判断题、单选题 或 多选题。"))
        else:
            draft = _make_draft(kind, row)
            errors += [self._error(number, self._column_of(name, row), text) for name, text in find_faults(draft)]
            errors += self._find_double(number, draft)
            if not errors:
                self._found.drafts.append((number, draft))
        self._found.errors += errors

    def _find_merged(self, number: int) -> Iterator[CellError]:
        for merged in self._merged.get(number, ()):
            names = [name for name, column in self._columns.items() if merged.min_col <= column <= merged.max_col]
            for name in names:
                yield self._error(number, name, f"单元格 {merged.coord} 是合并的，请取消合并后逐格填写。")

    def _find_double(self, number: int, draft: QuestionDraft) -> list[CellError]:
        if not draft.text:
            return []
        before = self._seen.setdefault(fingerprint_of(draft.kind, draft.text), number)
        return [] if before == number else [self._error(number, "题目", f"与第 {before} 行的题目重复。")]

    def _column_of(self, name: str, row: dict[str, str]) -> str:
        if name != "options":
            return _COLUMN_OF[name]
        return next((option for option in OPTIONS if option in self._columns and not row.get(option)), OPTIONS[0])

    def _error(self, row: int, column: str, message: str) -> CellError:
        number = self._columns.get(column)
        return CellError(row, column, get_column_letter(number) if number else "", message)


def _make_draft(kind: QuestionKind, row: dict[str, str]) -> QuestionDraft:
    return QuestionDraft(
        kind=str(kind),
        text=row["题目"],
        options=() if kind == QuestionKind.TRUE_FALSE else _read_options(row),
        answer=read_answer(kind, row["答案"]),
        law=row["法律依据"],
        explanation=row["解析"],
        law_url=row.get("链接", ""),
        topic=row.get("主题", ""),
    )


def _read_options(row: dict[str, str]) -> tuple[str, ...]:
    """Up to the last one that is filled; a gap in between stays, and is told."""
    options = [row.get(name, "") for name in OPTIONS]
    while options and not options[-1]:
        options.pop()
    return tuple(options)


def read_answer(kind: QuestionKind, text: str) -> str:
    """Letters in their order out of what people write: 正确 and √, “A、C”, “ac”."""
    plain = _SEPARATORS.sub("", text).upper()
    if kind == QuestionKind.TRUE_FALSE:
        return "A" if plain in _TRUE else "B" if plain in _FALSE else plain
    return "".join(sorted(set(plain)))


def _text(value: Any) -> str:
    """As it stands in the cell; a whole number without “.0”."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "正确" if value else "错误"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
