"""Bodies of imported texts as blocks of a page: rich text, tables, and law texts, in the order of the source.

Nothing that a reader sees is lost. What is written to the blocks is clean (`sanitise`).
"""

import re
from collections.abc import Iterable
from itertools import groupby

from bs4 import Tag

from site_core.importing.markdown import list_tables, render_markdown, strip_comments
from site_core.importing.pieces import list_pieces, list_text_lines
from site_core.importing.sanitise import clean_html, clean_table_html
from site_core.laws import separate_joined_articles, split_articles

Block = tuple[str, str]

_FEWEST_ARTICLES = 2
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b\ufeff]")
_EMPHASIS = re.compile(r"(\*\*)(?=\S)([^*\n]+)(?<=\S)\1")


def to_blocks(body: str, body_format: str) -> list[Block]:
    """StreamField data of a body, as pairs of block type and value; none of them is empty.

    `body_format` is `markdown` or `html`; ValueError for any other. Types: `paragraph` (rich text as clean
    HTML), `table` (clean HTML), and, in place of paragraphs where the body has two articles (第…条) or more,
    `law` (plain text, headings as `## …`).
    """
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", body))
    if body_format == "markdown":
        return _convert_markdown(strip_comments(text))
    if body_format == "html":
        return _convert_html(text)
    raise ValueError(f"unknown body format: {body_format}")


def to_rich_blocks(html: str) -> list[Block]:
    """`paragraph` and `table` blocks of an HTML body, whatever it speaks of; none of them is empty."""
    return _make_rich_blocks(list_pieces(_INVISIBLE.sub("", _LINE_END.sub("\n", html))))


def _convert_markdown(text: str) -> list[Block]:
    if not _is_law(text):
        return _make_rich_blocks(list_pieces(render_markdown(text)))
    lines, blocks, position = text.split("\n"), list[Block](), 0
    for start, end in list_tables(text):
        blocks += _make_law_block(lines[position:start])
        blocks += _make_rich_blocks(list_pieces(render_markdown("\n".join(lines[start:end]))))
        position = end
    return blocks + _make_law_block(lines[position:])


def _convert_html(html: str) -> list[Block]:
    pieces = list_pieces(html)
    if "条" in html and _is_law("\n".join(_list_law_lines(list_pieces(html)))):
        return _make_blocks_of_law(pieces)
    return _make_rich_blocks(pieces)


def _make_blocks_of_law(pieces: list[Tag]) -> list[Block]:
    blocks: list[Block] = []
    for is_table, group in groupby(pieces, _is_table):
        together = list(group)
        blocks += _make_rich_blocks(together) if is_table else _make_law_block(_list_law_lines(together))
    return blocks


def _list_law_lines(pieces: Iterable[Tag]) -> list[str]:
    return [line for piece in pieces if not _is_table(piece) for line in list_text_lines(piece)]


def _make_rich_blocks(pieces: Iterable[Tag]) -> list[Block]:
    """A block for each table, and one for all that stands between two of them."""
    blocks: list[Block] = []
    for is_table, group in groupby(pieces, _is_table):
        together = list(group)
        if is_table:
            blocks += [("table", clean_table_html(str(table))) for table in together]
        elif any(piece.name != "hr" for piece in together):
            blocks.append(("paragraph", clean_html("".join(map(str, together)))))
    return blocks


def _make_law_block(lines: Iterable[str]) -> list[Block]:
    """A law text with a blank line between its paragraphs, or no block for lines without text."""
    text = separate_joined_articles(_EMPHASIS.sub(r"\2", "\n".join(lines)))
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    return [("law", "\n\n".join(paragraphs))] if paragraphs else []


def _is_law(text: str) -> bool:
    return len(split_articles(text)) >= _FEWEST_ARTICLES


def _is_table(piece: Tag) -> bool:
    return piece.name == "table"
