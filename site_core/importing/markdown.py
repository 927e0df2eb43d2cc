"""Markdown to HTML that loses nothing of the text: CommonMark and tables, HTML escaped.

Where plain CommonMark would drop or renumber something (numbers of lists, cells beyond a table's head, link
definitions, code fences), that piece stays as it is written. The HTML is not yet sanitised (`sanitise`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# Indented lines are paragraphs in Chinese texts, --- below a line is a rule, and `[a]: b` is somebody's note.
_UNWANTED_RULES = ["code", "fence", "backticks", "lheading", "reference"]
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ORDERED_MARKER = re.compile(r"^([ \t]*(?:[>*+-][ \t]*)*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)


_DEEPEST = 80
_NESTING_LIMIT = 100  # where the parser drops what is nested deeper; a list or quote takes one or two levels


@dataclass(frozen=True, slots=True)
class _RaggedTable:
    """A table with rows longer than its head: its first line, and how many cells the head lacks."""

    line: int
    missing: int


def strip_comments(body: str) -> str:
    """The text without HTML comments, which no reader of Markdown ever sees."""
    return _COMMENT.sub("", body)


def render_markdown(body: str) -> str:
    """HTML of a Markdown text with newlines as line ends; those within a paragraph become `<br>`.

    Lists and quotes nested too deeply for the parser, which would drop what they hold, give plain lines.
    """
    tokens, ragged = _parse(body)
    if max((token.level for token in tokens), default=0) >= _DEEPEST:
        return "".join(f"<p>{escape(line)}</p>" for line in body.split("\n"))
    if ragged:
        body = _widen_tables(body, ragged)
        tokens, _ = _parse(body)
    if _has_odd_numbering(tokens):
        tokens, _ = _parse(_ORDERED_MARKER.sub(r"\1\\\2", body))
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def list_tables(body: str) -> list[tuple[int, int]]:
    """First line, and line behind the last, of each table that stands by itself; lines count from 0."""
    if "|" not in body or "-" not in body:
        return []
    tables = (token for token in _parse(body)[0] if token.type == "table_open" and token.level == 0)
    return [(token.map[0], token.map[1]) for token in tables if token.map]


def _parse(body: str) -> tuple[list[Token], list[_RaggedTable]]:
    env: dict[str, Any] = {"ragged": []}
    return _MARKDOWN.parse(body, env), env["ragged"]


def _note_ragged_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The library's rule for tables. It drops cells that the head has no column for: note where it did."""
    if not table(state, start, end, silent):
        return False
    if not silent:
        head, *rows = [_count_cells(getLine(state, line)) for line in range(start, state.line)]
        missing = max(rows[1:], default=0) - head  # rows[0] is the line of dashes
        state.env["ragged"] += [_RaggedTable(start, missing)] if missing > 0 else []
    return True


def _count_cells(line: str) -> int:
    cells = escapedSplit(line.strip())
    if cells[0] == "":
        cells.pop(0)
    return len(cells) - (cells[-1:] == [""])


def _widen_tables(body: str, ragged: list[_RaggedTable]) -> str:
    lines = body.split("\n")
    for found in ragged:
        for number, cell in ((found.line, " |"), (found.line + 1, " --- |")):
            line = lines[number].rstrip()
            is_closed = line.endswith("|") and not line.endswith("\\|")
            lines[number] = line + ("" if is_closed else " |") + cell * found.missing
    return "\n".join(lines)


def _has_odd_numbering(tokens: Sequence[Token]) -> bool:
    """Whether a browser would number a list otherwise than the text does: 1. 2. 3. is all that it knows.

    An item without text counts as odd too, since it would vanish together with its number.
    """
    lists: list[int] = []  # items so far of each open list, -1 for bullets
    for index, token in enumerate(tokens):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append(0 if token.type == "ordered_list_open" else -1)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and lists[-1] >= 0:
            lists[-1] += 1
            if token.info + token.markup != f"{lists[-1]}." or not _opens_with_text(tokens, index + 1):
                return True
    return False


def _opens_with_text(tokens: Sequence[Token], index: int) -> bool:
    following = tokens[index : index + 2]
    return [token.type for token in following] == ["paragraph_open", "inline"] and bool(following[1].content)


def _render_image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A link to the picture: what stands elsewhere is not fetched, and its description is text."""
    image = tokens[index]
    text = escape(renderer.renderInlineAsText(image.children or [], options, env)) or "图片"
    source = str(image.attrs.get("src", ""))
    return f'<a href="{escape(source)}">{text}</a>' if source.startswith(("http://", "https://")) else text


def _make_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": _NESTING_LIMIT})
    markdown.enable("table").disable(_UNWANTED_RULES)
    markdown.block.ruler.at("table", _note_ragged_table, {"alt": ["paragraph", "reference"]})
    markdown.add_render_rule("image", _render_image)
    return markdown


_MARKDOWN = _make_markdown()
