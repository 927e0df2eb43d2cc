"""Plain text of bodies, cut into the parts that a hit can lead to."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from search.analysis.folding import clean, squeeze
from search.catalogue import PartDraft
from site_core.laws import Anchors, LawPart, parse_law

LONGEST_PART = 800
"""Characters of a part of running text. Words that stand together in one part belong together, so it must not be long."""

_HEADING = re.compile(r"<h[2-4]\b[^>]*>(.*?)</h[2-4]>", re.DOTALL)
_LINE_END = re.compile(r"</(?:p|li|h[1-6]|tr|blockquote|div)>|<br\s*/?>|<hr\s*/?>")
_CELL_END = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")


def to_text(html: str) -> str:
    """Text of stored HTML, one line a paragraph."""
    text = _TAG.sub("", _LINE_END.sub("\n", _CELL_END.sub(" ", html)))
    lines = (squeeze(line) for line in clean(unescape(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def list_body_parts(body: Any) -> list[PartDraft]:
    """Parts of a body of blocks, in order: articles of laws with their anchors, what stands below headings, the rest."""
    return list(_merge(_list_pieces(body)))


def _list_pieces(body: Any) -> Iterator[PartDraft]:
    anchors = Anchors()
    label = ""
    for child in body:
        if child.block_type == "law":
            yield from _list_law_parts(child.value, anchors)
        elif child.block_type == "paragraph":
            for heading, text in _split_at_headings(child.value.source, label):
                label = heading
                yield PartDraft(text, label)
        else:
            for text in child.block.get_searchable_content(child.value) or [str(child.value)]:
                yield PartDraft(to_text(str(text)), label)


def _split_at_headings(html: str, label: str) -> Iterator[tuple[str, str]]:
    pieces = _HEADING.split(html)
    yield label, to_text(pieces[0])
    for heading, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield squeeze(to_text(heading)), to_text(text)


def _list_law_parts(text: str, anchors: Anchors) -> Iterator[PartDraft]:
    heading = LawPart("heading", "")
    for part in parse_law(clean(text), anchors):
        if part.kind == "heading":
            heading = part
        elif part.article is not None:
            yield PartDraft(part.text, part.article.label, part.anchor)
        else:
            yield PartDraft(part.text, heading.text, heading.anchor)


def _merge(pieces: Iterable[PartDraft]) -> Iterator[PartDraft]:
    """Neighbours under one label become one part, while it is not long; articles of laws stay by themselves."""
    kept: PartDraft | None = None
    for piece in pieces:
        for each in _cut(piece):
            is_one = kept and (kept.label, kept.anchor) == (each.label, each.anchor)
            if kept and is_one and len(kept.text) + len(each.text) < LONGEST_PART:
                kept = PartDraft(f"{kept.text}\n{each.text}", kept.label, kept.anchor)
            else:
                if kept:
                    yield kept
                kept = each
    if kept:
        yield kept


def _cut(piece: PartDraft) -> Iterator[PartDraft]:
    """A long piece in several, at ends of lines; a line that is longer still is cut where it must."""
    if len(piece.text) <= LONGEST_PART:
        if piece.text:
            yield piece
        return
    lines: list[str] = []
    length = 0
    for line in _list_short_lines(piece.text):
        if lines and length + len(line) > LONGEST_PART:
            yield PartDraft("\n".join(lines), piece.label, piece.anchor)
            lines, length = [], 0
        lines.append(line)
        length += len(line)
    yield PartDraft("\n".join(lines), piece.label, piece.anchor)


def _list_short_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        for start in range(0, len(line), LONGEST_PART):
            yield line[start : start + LONGEST_PART]


def cut_text(text: str, label: str, anchor: str = "") -> list[PartDraft]:
    """Running text (of an attachment) in parts of one label."""
    return list(_merge([PartDraft(line, label, anchor) for line in clean(text).split("\n") if line.strip()]))
