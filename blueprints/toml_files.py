"""Blueprints as TOML: read with every problem at its line and key, written for people to read.

Tables: keys of the whole, `[[workflow]]`, `[[node]]` in the order of the tree, `[[section]]` with `[section.value]`. What a
blueprint says is checked in `content_checks`; `locate` finds the line that one of its problems is about.
"""

import difflib
import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import date, time
from typing import Any, NamedTuple

import tomli_w

from blueprints.content import Content, Node, Section, Workflow, from_dict
from blueprints.content_checks.problems import Problem
from blueprints.content_checks.value_types import fits, hints_of, tell_type
from tenants.kinds import SiteKind

LARGEST_FILE = 1_000_000
"""Characters; a blueprint of a city has 30,000."""

_TABLES: dict[str, tuple[str, type]] = {
    "workflow": ("workflows", Workflow),
    "node": ("nodes", Node),
    "section": ("sections", Section),
}
_TABLE_OF = {name: table for table, (name, _) in _TABLES.items()}

Path = tuple[str | int, ...]


class FileProblem(NamedTuple):
    """One thing to mend in a file: line (from 1), key as `node.slug`, and what to do."""

    line: int
    key: str
    message: str


class BlueprintFileProblem(ValueError):
    """A file that is no blueprint; `problems` are all that were found, in the order of the lines."""

    def __init__(self, problems: list[FileProblem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(f"第 {line} 行 {key}：{message}" for line, key, message in self.problems))


# --- reading -----------------------------------------------------------------------------------------------------------


def read_blueprint(text: str) -> Content:
    """The content of a file. Raises BlueprintFileProblem; whether it is a blueprint that can be is not checked here."""
    text = _as_plain(text)
    try:
        data = _parse(text)
        problems = _list_problems(data, Lines(text))
    except RecursionError as error:
        raise BlueprintFileProblem([FileProblem(1, "", "列表或表嵌套过深，请改简单。")]) from error
    if problems:
        raise BlueprintFileProblem(problems)
    return from_dict({_TABLES[key][0] if key in _TABLES else key: value for key, value in data.items()})


def _as_plain(text: str) -> str:
    """Without what Windows editors add."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _parse(text: str) -> dict[str, Any]:
    if len(text) > LARGEST_FILE:
        raise BlueprintFileProblem([FileProblem(1, "", f"文件超过 {LARGEST_FILE // 10_000} 万字符，不是蓝图。")])
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also integers of more digits than Python reads
        raise BlueprintFileProblem([_tell_syntax(text, str(error))]) from error


_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_SYNTAX = {
    "Cannot overwrite a value": "同一项写了两次，请删去一个",
    "Duplicate inline table key": "同一项写了两次，请删去一个",
    "Cannot declare": "同一张表写了两次；多张同名的表请写作 [[名称]]",
    "Expected '=' after a key": "项的名称后面缺少等号",
    "Invalid value": "等号后面的值写错了：文字要加英文双引号，是否写作 true 或 false",
    "Invalid statement": "这一行既不是“名称 = 值”，也不是 [[表]]",
    "Unterminated string": "文字没有结束的引号",
    "Illegal character": "有 TOML 不允许的控制字符，或者文字没有结束的引号",
    "Unclosed array": "列表没有结束的方括号",
    "Unclosed inline table": "内嵌表没有结束的花括号",
    "Expected newline or end of document": "一行只能写一项，值的后面有多余的字符",
    "Unescaped '\\'": "反斜杠要写两个",
}


def _tell_syntax(text: str, error: str) -> FileProblem:
    """The parser's sentence with its place, in Chinese where we know it."""
    found = _PLACE.search(error)
    line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
    place = f"（第 {found[2]} 列）" if found and found[2] else ""
    told = next((words for start, words in _SYNTAX.items() if error.startswith(start)), f"TOML 写法有误：{error}")
    return FileProblem(line, "", f"{told}{place}。")


def _list_problems(data: dict[str, Any], lines: "Lines") -> list[FileProblem]:
    return [*_check_top(data, lines), *_check_tables(data, lines)]


def _check_top(data: dict[str, Any], lines: "Lines") -> Iterator[FileProblem]:
    plain = {key: value for key, value in data.items() if key not in _TABLES}
    known = [each.name for each in fields(Content) if each.name not in _TABLE_OF]
    yield from _check_row(Content, plain, known, (), lines)


def _check_tables(data: dict[str, Any], lines: "Lines") -> Iterator[FileProblem]:
    for table, (_, row_type) in _TABLES.items():
        rows = data.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            yield FileProblem(lines.find((table,)), table, f"请写作 [[{table}]]，一张表一项。")
            continue
        for index, row in enumerate(rows):
            known = [each.name for each in fields(row_type)]
            yield from _check_row(row_type, row, known, (table, index), lines)


def _check_row(
    row_type: type, row: dict[str, Any], known: list[str], path: Path, lines: "Lines"
) -> Iterator[FileProblem]:
    """Unknown, missing and ill-typed keys of one table."""
    for name in _list_missing(row_type, row, known):
        yield FileProblem(lines.find(path), _name((*path, name)), f"缺少“{name}”，请补上。")
    for name, value in row.items():
        here = (*path, name)
        if name not in known:
            yield FileProblem(lines.find(here), _name(here), _tell_unknown(name, known, path))
        elif not fits(value, hint := hints_of(row_type)[name]):
            yield FileProblem(lines.find(here), _name(here), f"“{name}”应为{tell_type(hint)}，请改正。")
        elif isinstance(value, dict):
            yield from _check_value(value, here, lines)


def _list_missing(row_type: Any, row: dict[str, Any], known: list[str]) -> list[str]:
    needed = [each.name for each in fields(row_type) if each.default is MISSING and each.default_factory is MISSING]
    return [name for name in needed if name in known and name not in row]


def _tell_unknown(name: str, known: list[str], path: Path) -> str:
    choices = known if path else [*known, *_TABLES]
    close = difflib.get_close_matches(name, choices, 1)
    return f"没有“{name}”这一项" + (f"，是不是“{close[0]}”？" if close else f"，可填的有：{'、'.join(choices)}。")


def _check_value(value: Any, path: Path, lines: "Lines") -> Iterator[FileProblem]:
    """TOML has dates and times; no section has, and a release, which is JSON, could not keep them."""
    if isinstance(value, date | time):
        yield FileProblem(lines.find(path), _name(path), "日期和时间请写成文字，加上引号。")
    elif isinstance(value, float) and not math.isfinite(value):
        yield FileProblem(lines.find(path), _name(path), "不是数，请改正。")
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _check_value(inner, (*path, key), lines)


def _name(path: Path) -> str:
    """The key as it is written: `node.slug`; the line says which node."""
    return ".".join(part for part in path if isinstance(part, str))


# --- lines -------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r'''(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')'''
    r"|(?P<comment>\#[^\n]*)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<equals>=)|(?P<newline>\n)",
    re.DOTALL,
)


class Lines:
    """Where each table and key of a file begins. The file must be TOML."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._rows: dict[Path, int] = {}
        table: Path = ()
        for line, head in _list_statements(text):
            if head.startswith("["):
                table = self._enter(head)
                self._lines.setdefault(table, line)
            else:
                self._lines.setdefault((*table, *_split(head)), line)

    def find(self, path: Path) -> int:
        """Line of the key, or of the nearest table that would hold it; 1 for the whole."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _enter(self, head: str) -> Path:
        """Path of the table that the header opens; `[[x]]` is another row, and what stands in rows is in the last."""
        path: Path = ()
        parts = _split(head.strip("[] \t"))
        for part in parts[:-1]:
            path = self._last((*path, part))
        path = (*path, parts[-1])
        if not head.startswith("[["):
            return self._last(path)
        self._rows[path] = self._rows.get(path, -1) + 1
        return self._last(path)

    def _last(self, path: Path) -> Path:
        return (*path, self._rows[path]) if path in self._rows else path


def _split(key: str) -> list[str]:
    """Parts of a dotted key, quoted or not: the parser knows how."""
    parts, inner = [], tomllib.loads(f"[{key}]")
    while inner:
        part, inner = next(iter(inner.items()))
        parts.append(part)
    return parts


def _list_statements(text: str) -> Iterator[tuple[int, str]]:
    """(line, header or key) of each statement; what stands within strings and over several lines is no statement."""
    line, first, begin, end, depth = 1, 1, 0, -1, 0
    for token in _TOKEN.finditer(text + "\n"):
        what = token.lastgroup
        line += token[0].count("\n")
        depth += (what == "open") - (what == "close")
        if end < 0 and depth == 0 and what in ("equals", "close"):
            end = token.start() if what == "equals" else token.end()
        elif what == "newline" and depth == 0:
            if end >= 0:
                yield first, text[begin:end].strip()
            first, begin, end = line, token.end(), -1


def locate(text: str, problem: Problem) -> int:
    """Line of the node, section, workflow or key that the problem of `content_checks` is about; 1 where it has none."""
    text = _as_plain(text)
    try:
        data = _parse(text)
    except (BlueprintFileProblem, RecursionError):
        return 1
    return Lines(text).find(_find_path(data, problem))


def _find_path(data: dict[str, Any], problem: Problem) -> Path:
    if not problem.node:
        return _read_path(problem.field)
    found = [index for index, node in enumerate(data.get("node", [])) if node.get("key") == problem.node]
    if not found:
        return ()
    return (
        "node",
        found[-1] if problem.field == "key" else found[0],
        problem.field,
    )  # of two, the later is one too many


def _read_path(field: str) -> Path:
    """`sections.0.value.links` as the path of the file."""
    head, *rest = field.split(".")
    return (_TABLE_OF.get(head, head), *(int(part) if part.isdecimal() else part for part in rest))


# --- writing -----------------------------------------------------------------------------------------------------------

_TOP = """\
# {label}蓝图：这类网站必须有哪些栏目、首页怎样组成、怎样审核。导入后是草稿，发布并推送后各网站才变。
#
# 顺序就是网站上的顺序；parent 为上级栏目的 key，不写即首页之下。page_type、page_size、workflow 不写即为：栏目、每页 20 条、随上级。
# update_days：最长多少天必须更新，0 为不要求。locks 为各网站不能改动的：existence 必须存在、place 位置、title 名称、
# slug 网址、template 模板、interval 更新期限、review 审核流程；没有锁定的只在建立时写入，以后由网站自定。
"""
_WORKFLOWS = "# 审核流程：steps 为依次审核的角色，一至三步；direct 为不经审核，不用写出。\n"
_SECTIONS = (
    "# 首页版块，依次排列；required = false 的由网站自选。值里的 node:KEY 指标识为 KEY 的栏目。\n"
    "# sections_fixed = true 时，网站不能调换顺序。\n"
)
_LEFT_OUT = {"parent": "", "page_type": Node.page_type, "page_size": Node.page_size, "workflow": "", "required": True}
"""What is not written where it says nothing new."""


def write_blueprint(content: Content) -> str:
    """The content as TOML that `read_blueprint` reads back exactly.

    TOML has no null: an empty choice (None) in the value of a section is left out, which means the same. Raises TypeError
    where a draft holds values of the wrong type.
    """
    parts = [_write_top(content)]
    parts += _write_group(_WORKFLOWS, [_write_row("workflow", each) for each in content.workflows])
    parts += [_write_node(node) for node in content.nodes]
    parts += _write_group(_SECTIONS, [_write_section(each) for each in content.sections])
    return "\n".join(parts)


def _write_group(comment: str, rows: list[str]) -> list[str]:
    return [comment, *rows] if rows else []


def _write_top(content: Content) -> str:
    label = dict(SiteKind.choices).get(content.kind, "")
    plain = {each.name: getattr(content, each.name) for each in fields(content) if each.name not in _TABLE_OF}
    return _TOP.format(label=label) + "\n" + _write_lines(plain)


def _write_node(node: Node) -> str:
    """A line of dashes begins each column of the first level."""
    title = "".join(each if each.isprintable() else " " for each in node.title)
    return ("" if node.parent else f"# ---- {title}\n\n") + _write_row("node", node)


def _write_section(section: Section) -> str:
    value = _without_none(section.value)
    lines = f"\n[section.value]\n{_write_lines(value)}" if value else ""
    return _write_row("section", section, but="value") + lines


def _write_row(table: str, row: Any, but: str = "") -> str:
    pairs = {each.name: getattr(row, each.name) for each in fields(row) if each.name != but}
    return f"[[{table}]]\n" + _write_lines({k: v for k, v in pairs.items() if k not in _LEFT_OUT or v != _LEFT_OUT[k]})


def _write_lines(pairs: dict[str, Any]) -> str:
    return "".join(f"{_write_key(key)} = {_write_value(value)}\n" for key, value in pairs.items())


def _write_value(value: Any) -> str:
    """On one line, but for a list of tables: each of those has its own."""
    if isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value):
        return "[\n" + "".join(f"  {_write_inline(each)},\n" for each in value) + "]"
    return _write_inline(value)


def _write_inline(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_write_key(key)} = {_write_inline(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_write_inline(each) for each in value)}]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")


def _write_key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_without_none(each) for each in value if each is not None]
    return value
