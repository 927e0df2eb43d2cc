"""Files of articles as rows: reads and checks them, stores nothing.

A file is JSON lines (`.jsonl`, `.ndjson`, `.json`: one object a line, UTF-8) or CSV (`.csv`: UTF-8, with or without
BOM, or GB18030; first line: names of columns), plain or packed (`.gz`, `.xz`). Blank lines count, but give no row.

| key | Chinese column in CSV | meaning |
|---|---|---|
| `title` | 标题 | required, 1 to 255 characters |
| `category` | 分类 | text such as `行政法规`; see `categories.toml` |
| `notes` | 备注 | list of texts, or one text with a note a line |
| `body`, `body_format` | 正文, 正文格式 | text; `markdown` (default) or `html` |
| `source_id` | 编号 | the article's id at its source, at most 100 characters; a whole number is taken as text |
| `summary` | 摘要 | at most 500 characters |
| `keywords` | 关键词 | text with commas, or a list; at most 200 characters |
| `source`, `author` | 来源, 作者 | at most 100 and 60 characters |
| `published_at` | 发布时间 | `2020-01-02`, `2020-01-02 09:30`, or ISO 8601; without a zone it is Asia/Shanghai |

Other keys are ignored; null and a missing key are the same. Texts lose white space at both ends. Without a
`source_id` the row gets the SHA-256, in hexadecimal, of the UTF-8 of `[title, [notes …], body]` written as JSON
without spaces and without escaping what is not ASCII: the same text has the same id in every file.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from site_core.importing.csv_records import TOO_LONG, CsvRecord, CsvRecords
from site_core.importing.files import (
    FileLine,
    ImportFileProblem,
    count_lines,
    find_csv_encoding,
    is_csv,
    list_file_lines,
)

__all__ = ["ImportFileProblem", "ImportRow", "RowProblem", "count_lines", "read_rows"]

# Chinese names of the keys, and the most characters of each; the limits are those of the page's fields.
_NAMES = {
    "title": "标题",
    "category": "分类",
    "notes": "备注",
    "body": "正文",
    "body_format": "正文格式",
    "source_id": "编号",
    "summary": "摘要",
    "keywords": "关键词",
    "source": "来源",
    "author": "作者",
    "published_at": "发布时间",
}
_LIMITS = {"title": 255, "source_id": 100, "summary": 500, "keywords": 200, "source": 100, "author": 60}
_KEYS = {name: key for key, name in _NAMES.items()}
_FORMATS = ("markdown", "html")
_ZONE = ZoneInfo("Asia/Shanghai")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LINE_BREAKS = re.compile(r"\s*[\r\n\t]\s*")


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An article to import; `line` is its (first) line in the file, from 1. The module's docstring has the schema."""

    line: int
    title: str
    category: str
    notes: tuple[str, ...]
    body: str
    body_format: str
    source_id: str
    summary: str
    keywords: str
    source: str
    author: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A line that is no article, and why, in Chinese."""

    line: int
    reason: str


class _FieldProblem(ValueError):
    """What is wrong with a row; the message is a reason for the reader."""


def read_rows(path: Path) -> Iterator[ImportRow | RowProblem]:
    """The file's articles in order, in constant memory; a bad line gives a RowProblem and costs no other.

    Raises ImportFileProblem, also after some rows: for a file of another type, a missing or broken one, and a CSV
    without a column for the title.
    """
    if is_csv(path):
        return _read_csv(path)
    return _read_json_lines(path)


def _read_json_lines(path: Path) -> Iterator[ImportRow | RowProblem]:
    for line in list_file_lines(path):
        if line.data is None or line.data.strip():
            yield _read_line(line)


def _read_line(line: FileLine) -> ImportRow | RowProblem:
    try:
        return _make_row(line.number, _parse_object(line.data))
    except _FieldProblem as problem:
        return RowProblem(line.number, str(problem))


def _parse_object(data: bytes | None) -> dict[str, Any]:
    if data is None:
        raise _FieldProblem(TOO_LONG)
    if b"\0" in data:
        raise _FieldProblem("此行含有空字符（NUL），文件可能已损坏。")
    try:
        found = json.loads(data.decode())
    except UnicodeDecodeError as error:
        raise _FieldProblem(f"此行不是 UTF-8 编码（第 {error.start + 1} 字节）。") from error
    except json.JSONDecodeError as error:
        raise _FieldProblem(f"此行不是有效的 JSON（第 {error.colno} 个字符处）。") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or brackets in brackets
        raise _FieldProblem("此行的 JSON 过于复杂，无法读取。") from error
    if not isinstance(found, dict):
        raise _FieldProblem('每行应为一个 JSON 对象，如 {"title": "标题", "body": "正文"}。')
    return found


def _read_csv(path: Path) -> Iterator[ImportRow | RowProblem]:
    records = iter(CsvRecords(list_file_lines(path), find_csv_encoding(path)))
    keys = _read_header(next(records, None))
    for record in records:
        yield _read_record(keys, record)


def _read_header(record: CsvRecord | None) -> list[str]:
    """The keys of the columns in order; columns that are not known keep their names."""
    if record is None:
        return []
    names = [cell.strip() for cell in record.cells]
    keys = [_KEYS.get(name, name.lower()) for name in names]
    if "title" not in keys:
        raise ImportFileProblem("CSV 文件的第一行应为列名，其中须有“标题”（title）一列，列与列之间用逗号分隔。")
    if repeated := {_NAMES[key] for key in keys if key in _NAMES and keys.count(key) > 1}:
        raise ImportFileProblem(f"CSV 文件中这些列出现了不止一次：{'、'.join(sorted(repeated))}。")
    return keys


def _read_record(keys: list[str], record: CsvRecord) -> ImportRow | RowProblem:
    if record.problem:
        return RowProblem(record.line, record.problem)
    if any(cell.strip() for cell in record.cells[len(keys) :]):
        return RowProblem(record.line, f"此行有 {len(record.cells)} 列，多于列名的 {len(keys)} 列。")
    try:
        return _make_row(record.line, dict(zip(keys, record.cells, strict=False)))
    except _FieldProblem as problem:
        return RowProblem(record.line, str(problem))


def _make_row(line: int, fields: Mapping[str, Any]) -> ImportRow:
    title = _LINE_BREAKS.sub(" ", _read_text(fields, "title"))
    if not title:
        raise _FieldProblem("缺少标题。")
    notes, body = _read_notes(fields), _read_text(fields, "body")
    return ImportRow(
        line=line,
        title=title,
        category=_read_text(fields, "category"),
        notes=notes,
        body=body,
        body_format=_read_format(fields),
        source_id=_read_source_id(fields) or _make_source_id(title, notes, body),
        summary=_read_text(fields, "summary"),
        keywords=_read_keywords(fields),
        source=_read_text(fields, "source"),
        author=_read_text(fields, "author"),
        published_at=_read_time(fields),
    )


def _read_text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _FieldProblem(f"“{_NAMES[key]}”应为文字。")
    return _check_text(key, value)


def _check_text(key: str, value: str) -> str:
    """The text without white space at its ends, if the database can hold it."""
    text = value.strip()
    if "\0" in text:
        raise _FieldProblem(f"“{_NAMES[key]}”含有空字符（NUL）。")
    if re.search("[\ud800-\udfff]", text):
        raise _FieldProblem(f"“{_NAMES[key]}”含有编码错误的字符。")
    if len(text) > _LIMITS.get(key, len(text)):
        raise _FieldProblem(f"“{_NAMES[key]}”有 {len(text)} 个字，最多 {_LIMITS[key]} 个。")
    return text


def _read_list(fields: Mapping[str, Any], key: str) -> list[str]:
    values = fields[key]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _FieldProblem(f"“{_NAMES[key]}”应为文字，或由文字组成的列表。")
    return [text for value in values if (text := _check_text(key, value))]


def _read_notes(fields: Mapping[str, Any]) -> tuple[str, ...]:
    value = fields.get("notes")
    if value is None or isinstance(value, str):
        lines = _read_text(fields, "notes").splitlines()
        return tuple(line.strip() for line in lines if line.strip())
    return tuple(_read_list(fields, "notes"))


def _read_keywords(fields: Mapping[str, Any]) -> str:
    if isinstance(fields.get("keywords"), list):
        return _check_text("keywords", ",".join(_read_list(fields, "keywords")))
    return _read_text(fields, "keywords")


def _read_format(fields: Mapping[str, Any]) -> str:
    name = _read_text(fields, "body_format").lower() or _FORMATS[0]
    if name not in _FORMATS:
        raise _FieldProblem(f"“正文格式”应为 {' 或 '.join(_FORMATS)}。")
    return name


def _read_source_id(fields: Mapping[str, Any]) -> str:
    value = fields.get("source_id")
    if isinstance(value, int) and not isinstance(value, bool):
        return _check_text("source_id", str(value))
    return _read_text(fields, "source_id")


def _make_source_id(title: str, notes: tuple[str, ...], body: str) -> str:
    canonical = json.dumps([title, notes, body], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _read_time(fields: Mapping[str, Any]) -> datetime | None:
    text = _read_text(fields, "published_at")
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise _FieldProblem("“发布时间”应写作 2020-01-02 或 2020-01-02 09:30。") from error
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise _FieldProblem(f"“发布时间”的年份应在 {_FIRST_YEAR} 至 {_LAST_YEAR} 之间。")
    return time if time.tzinfo else time.replace(tzinfo=_ZONE)
