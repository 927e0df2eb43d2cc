"""Files of articles to rows: formats, packings, encodings, and that a bad line costs itself alone."""

import csv
import gzip
import hashlib
import io
import json
import lzma
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from site_core.importing import csv_records, files
from site_core.importing.rows import ImportFileProblem, ImportRow, RowProblem, count_lines, read_rows

REAL_LAWS = Path(__file__).resolve().parents[4] / "shared" / "data" / "laws.jsonl.xz"


def write(path: Path, *lines: bytes | str | dict[str, Any]) -> Path:
    """A file of these lines: objects as JSON, texts as UTF-8."""
    texts = [json.dumps(line, ensure_ascii=False) if isinstance(line, dict) else line for line in lines]
    path.write_bytes(b"\n".join(text.encode() if isinstance(text, str) else text for text in texts) + b"\n")
    return path


def read_one(tmp_path: Path, **fields: Any) -> ImportRow | RowProblem:
    (row,) = read_rows(write(tmp_path / "a.jsonl", {"title": "甲", **fields}))
    return row


def read_row(tmp_path: Path, **fields: Any) -> ImportRow:
    row = read_one(tmp_path, **fields)
    assert isinstance(row, ImportRow), row
    return row


def titles(path: Path) -> list[str | int]:
    """The title of each row, and the line of each bad one."""
    return [row.line if isinstance(row, RowProblem) else row.title for row in read_rows(path)]


def reason_of(path: Path) -> str:
    (reason,) = [row.reason for row in read_rows(path) if isinstance(row, RowProblem)]
    return reason


def test_row_has_all_fields_when_line_is_complete(tmp_path: Path) -> None:
    row = read_row(
        tmp_path,
        title=" 甲\n办法 ",
        category="行政法规",
        notes=[" 2020年通过 ", ""],
        body="## 一\n",
        body_format="HTML",
        source_id=12,
        summary="摘要",
        keywords=["普法", "宪法"],
        source="司法部",
        author="张某",
        published_at="2020-01-02 09:30",
        unknown={"x": 1},
    )
    assert row == ImportRow(
        line=1,
        title="甲 办法",
        category="行政法规",
        notes=("2020年通过",),
        body="## 一",
        body_format="html",
        source_id="12",
        summary="摘要",
        keywords="普法,宪法",
        source="司法部",
        author="张某",
        published_at=datetime(2020, 1, 2, 1, 30, tzinfo=UTC),
    )


def test_row_has_defaults_when_line_has_title_alone(tmp_path: Path) -> None:
    row = read_row(tmp_path, category=None, notes=None, published_at=None)
    assert (row.category, row.notes, row.body, row.body_format, row.published_at) == ("", (), "", "markdown", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-01-02", datetime(2020, 1, 1, 16, tzinfo=UTC)),
        ("2020-01-02 09:30", datetime(2020, 1, 2, 1, 30, tzinfo=UTC)),
        ("2020-01-02T09:30:15Z", datetime(2020, 1, 2, 9, 30, 15, tzinfo=UTC)),
        ("2020-01-02T09:30:15+08:00", datetime(2020, 1, 2, 1, 30, 15, tzinfo=UTC)),
        ("", None),
    ],
)
def test_time_is_of_shanghai_when_it_names_no_zone(tmp_path: Path, text: str, expected: datetime | None) -> None:
    assert read_row(tmp_path, published_at=text).published_at == expected


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": None}, "缺少标题"),
        ({"title": " \u3000"}, "缺少标题"),
        ({"title": 5}, "“标题”应为文字"),
        ({"title": "长" * 256}, "“标题”有 256 个字，最多 255 个"),
        ({"body": ["甲"]}, "“正文”应为文字"),
        ({"body": "甲\0乙"}, "“正文”含有空字符"),
        ({"body_format": "docx"}, "“正文格式”应为 markdown 或 html"),
        ({"notes": 5}, "“备注”应为文字，或由文字组成的列表"),
        ({"notes": ["甲", 5]}, "“备注”应为文字，或由文字组成的列表"),
        ({"source_id": True}, "“编号”应为文字"),
        ({"source_id": "x" * 101}, "“编号”有 101 个字"),
        ({"keywords": ["普" * 201]}, "“关键词”有 201 个字"),
        ({"published_at": 1577923800}, "“发布时间”应为文字"),
        ({"published_at": "2020年1月2日"}, "“发布时间”应写作 2020-01-02"),
        ({"published_at": "0001-01-01"}, "“发布时间”的年份"),
    ],
)
def test_reason_is_given_when_field_is_wrong(tmp_path: Path, fields: dict[str, Any], reason: str) -> None:
    problem = read_one(tmp_path, **fields)
    assert isinstance(problem, RowProblem)
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "\xd0\xc2"}', "不是 UTF-8 编码（第 12 字节）"),
        (b'{"title": "x",}', "不是有效的 JSON（第 15 个字符处）"),
        (b'{"title": "x"', "不是有效的 JSON"),
        (b"[1]", "每行应为一个 JSON 对象"),
        (b'{"title": "a\0b"}', "此行含有空字符"),
        (b'{"title": "\\ud800"}', "“标题”含有编码错误的字符"),
        (b'{"n": ' + b"9" * 5000 + b"}", "过于复杂"),
        (b"[" * 200_000, "过于复杂"),
    ],
)
def test_line_costs_itself_alone_when_it_is_no_object(tmp_path: Path, line: bytes, reason: str) -> None:
    path = write(tmp_path / "a.jsonl", {"title": "甲"}, line, "", {"title": "乙"})
    assert titles(path) == ["甲", 2, "乙"]
    assert reason in reason_of(path)


def test_line_costs_itself_alone_when_it_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LINE_LIMIT", 100)
    path = write(tmp_path / "a.jsonl", {"title": "甲"}, {"title": "长" * 200}, {"title": "乙"}, "9" * 101)
    assert titles(path) == ["甲", 2, "乙", 4]
    assert "超过 20 MB" in next(row.reason for row in read_rows(path) if isinstance(row, RowProblem))


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.ndjson", "a.JSONL"])
def test_rows_are_read_when_file_begins_with_byte_order_mark(tmp_path: Path, name: str) -> None:
    assert titles(write(tmp_path / name, b"\xef\xbb\xbf" + '{"title": "甲"}\r'.encode())) == ["甲"]


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_rows_are_read_when_file_is_packed(tmp_path: Path, suffix: str, pack: Any) -> None:
    plain = write(tmp_path / "a.jsonl", {"title": "甲"}, {"title": "乙"})
    packed = tmp_path / f"a.jsonl{suffix}"
    packed.write_bytes(pack(plain.read_bytes()))
    assert titles(packed) == ["甲", "乙"]
    assert count_lines(packed) == 2


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_problem_is_raised_after_good_rows_when_packed_file_is_cut(tmp_path: Path, suffix: str, pack: Any) -> None:
    packed = tmp_path / f"a.jsonl{suffix}"
    packed.write_bytes(pack(b"".join(b'{"title": "%d"}\n' % number for number in range(50_000)))[:-20])
    rows = read_rows(packed)
    assert next(rows) == next(read_rows(packed))
    with pytest.raises(ImportFileProblem, match="不完整"):
        list(rows)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl.gz", b"no gzip at all", "已损坏，或并非 .gz 格式"),
        ("a.jsonl.xz", b"no xz at all", "已损坏，或并非 .xz 格式"),
        ("a.docx", b"PK", "不认识的文件类型“a.docx”"),
        ("a.gz", b"", "不认识的文件类型“a.gz”"),
        ("a.csv", "标题：\n甲\n".encode(), "第一行应为列名"),
        ("a.csv", "标题,title\n甲,乙\n".encode(), "不止一次：标题"),
    ],
)
def test_problem_is_raised_when_file_is_not_what_it_claims(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportFileProblem, match=message):
        list(read_rows(tmp_path / name))


def test_problem_is_raised_when_file_is_missing_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").mkdir()
    with pytest.raises(ImportFileProblem, match="找不到文件"):
        count_lines(tmp_path / "a.jsonl")
    with pytest.raises(ImportFileProblem, match="无法读取文件"):
        list(read_rows(tmp_path / "b.jsonl"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_when_its_encoding_differs(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        '标题,分类,备注,正文\r\n甲,司法解释,"一\n二","第一条 甲\n\n第二条 ""乙"""\r\n丙,,,\r\n'.encode(encoding)
    )
    first, second = (row for row in read_rows(path) if isinstance(row, ImportRow))
    assert (first.title, first.category, first.notes) == ("甲", "司法解释", ("一", "二"))
    assert first.body == '第一条 甲\n\n第二条 "乙"'
    assert (second.line, second.title, second.body) == (6, "丙", "")


def test_csv_takes_english_names_and_passes_over_other_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Title,其他,published_at", "甲,x,2020-01-02")
    (row,) = read_rows(path)
    assert isinstance(row, ImportRow)
    assert row.published_at == datetime(2020, 1, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('"乙', "引号不配对"),
        ('"乙"丙,丁', "引号不配对"),
        ("乙,丙,丁", "此行有 3 列，多于列名的 2 列"),
        (",丙", "缺少标题"),
        (b"\xe4\xb9,x", "“标题”含有编码错误的字符"),
        (b"a\0b,x", "“标题”含有空字符"),
    ],
)
def test_record_costs_itself_alone_when_csv_line_is_bad(tmp_path: Path, line: bytes | str, reason: str) -> None:
    path = write(tmp_path / "a.csv", "标题,正文", "甲,一", line, '戊,"二\n三"', "己,四")
    assert titles(path) == ["甲", 3, "戊", "己"]
    assert reason in reason_of(path)


def test_record_costs_itself_alone_when_quotes_run_past_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_records, "LINE_LIMIT", 60)
    path = write(tmp_path / "a.csv", "标题,正文", '"甲', *[f"乙{number},丙" for number in range(20)], '"丁",戊')
    assert titles(path) == [2, *[f"乙{number}" for number in range(20)], "丁"]


def test_source_id_is_hash_of_title_notes_and_body_when_row_has_none(tmp_path: Path) -> None:
    row = read_row(tmp_path, notes=["一", "二"], body="正文", category="宪法")
    canonical = '["甲",["一","二"],"正文"]'
    assert row.source_id == hashlib.sha256(canonical.encode()).hexdigest()


def test_source_id_is_the_same_when_only_format_of_file_differs(tmp_path: Path) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["标题", "备注", "正文"], ["甲", "一\n二", "正文"]])
    (from_csv,) = read_rows(write(tmp_path / "a.csv", buffer.getvalue()))
    assert isinstance(from_csv, ImportRow)
    assert from_csv.source_id == read_row(tmp_path, notes=["一", "二"], body=" 正文\n").source_id


@pytest.mark.parametrize(("content", "count"), [(b"", 0), (b"\n", 1), (b"a\nb", 2), (b"a\n\nb\n", 3)])
def test_lines_are_counted_when_last_one_is_open_or_blank(tmp_path: Path, content: bytes, count: int) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    assert count_lines(tmp_path / "a.jsonl") == count


@pytest.mark.parametrize(("name", "head"), [("a.jsonl.gz", b""), ("a.csv.gz", b"title,body\n")])
def test_memory_stays_small_when_file_is_large(tmp_path: Path, name: str, head: bytes) -> None:
    line = b'"title",' + b"x" * 100_000 if head else json.dumps({"title": "a", "body": "x" * 100_000}).encode()
    with gzip.open(tmp_path / name, "wb", compresslevel=1) as packed:
        packed.write(head)
        packed.writelines(line + b"\n" for _ in range(400))
    assert peak_memory(read_rows(tmp_path / name)) < 5_000_000


def peak_memory(rows: Iterator[object]) -> int:
    tracemalloc.start()
    try:
        assert sum(1 for _ in rows) == 400
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_real_laws_are_rows_without_problems() -> None:
    if not REAL_LAWS.exists():
        pytest.skip(f"real laws are absent: {REAL_LAWS.name} is no part of the repository")
    rows = list(read_rows(REAL_LAWS))
    assert not [row for row in rows if isinstance(row, RowProblem)]
    assert len(rows) == count_lines(REAL_LAWS)
