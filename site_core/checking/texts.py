"""Checks of what a page says: title, summary, source, paragraphs, headings, placeholders, numbers of persons."""

import re
from collections.abc import Iterable, Iterator

from site_core.checking.markup import Line, Markup, read_markup
from site_core.checking.numbers import find_numbers
from site_core.checking.pieces import Piece, PieceKind
from site_core.publication_checks import Draft, Finding, Severity

LONGEST_PARAGRAPH = 350
PLACEHOLDER = re.compile(r"【请填写[:：]([^】]*)】")
_MARKUP = {PieceKind.RICH, PieceKind.TABLE}
_WORDS = _MARKUP | {PieceKind.TEXT}
# Beginnings by which a text tells that another body wrote it, and the line in which such texts name it.
_OPENING = re.compile(
    r"^[\s（(]*(?:本报讯|本报记者|本刊讯|新华社|新华网|人民日报|人民网|中新社|中新网|央视网|光明日报|法治日报|法制日报|转载|转自"
    r"|据[^，。]{2,20}(?:报道|消息))"
)
# Not the 来源 of money or of figures.
_NAMED = re.compile(r"(?:^|[\s（(])(?:(?:信息|文章|稿件|图文)?来源|转载自|转自)[:：]\s*[^\s）)]{2,30}")


def check_title(draft: Draft) -> Iterator[Finding]:
    """A page has a title that says something."""
    if not re.search(r"\w", draft.page.title or ""):
        yield Finding(Severity.MUST, "标题", "没有标题。", field="title")


def check_summary(draft: Draft) -> Iterator[Finding]:
    """Lists, search and the national meta tags show the summary (domain §1.4)."""
    if not draft.page.summary.strip():
        hint = "请用 100 至 300 字说明要点，用于列表、搜索和分享。"
        yield Finding(Severity.SHOULD, "摘要", "没有摘要。", hint, "summary")


def check_body(draft: Draft) -> Iterator[Finding]:
    """A page that holds nothing is a page under construction (domain R1.11)."""
    if not draft.page.body and not draft.page.attachments.count():
        yield Finding(Severity.SHOULD, "正文", "正文是空的，也没有附件。", field="body")


def check_source(draft: Draft) -> Iterator[Finding]:
    """What is taken from others names them (domain R1.12)."""
    if draft.page.source.strip():
        return
    lines = [line.text for _, markup in _list_markup(draft.pieces) for line in markup.lines]
    sign = _find_sign_of_repost(lines)
    if sign:
        message = f"文中写着“{sign}”，像是转载，但“来源”是空的。"
        yield Finding(Severity.MUST, "来源", message, "转载须注明来源，请填写原发布单位。", "source")


def _find_sign_of_repost(lines: list[str]) -> str:
    """The words that tell it, '' for none: the first line's beginning, or a named source in the first or last lines."""
    opening = _OPENING.match(lines[0]) if lines else None
    if opening:
        return opening.group().strip(" （(")
    named = (_NAMED.search(line) for line in [*lines[:1], *lines[-2:]])
    return next((match.group().strip(" （(") for match in named if match), "")


def check_paragraphs(draft: Draft) -> Iterator[Finding]:
    """Paragraphs that nobody reads to the end on a telephone."""
    for piece, markup in _list_markup(draft.pieces):
        for line in markup.lines:
            if line.is_paragraph and len(line.text) > LONGEST_PARAGRAPH:
                message = f"以“{line.text[:12]}…”开头的段落有 {len(line.text)} 字。"
                hint = f"手机上不便阅读，建议每段不超过 {LONGEST_PARAGRAPH} 字。"
                yield _at(piece, Severity.SHOULD, message, hint)


def check_headings(draft: Draft) -> Iterator[Finding]:
    """Levels follow one another: readers by ear find their way by them (WCAG 1.3.1). The title is level 1."""
    level = 1
    for piece, line in _list_headings(draft.pieces):
        if line.level > level + 1:
            message = f"小标题“{line.text[:20]}”是{line.level}级，前面没有{line.level - 1}级标题。"
            yield _at(piece, Severity.SHOULD, message, "请逐级使用标题。")
        level = line.level


def _list_headings(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Line]]:
    for piece, markup in _list_markup(pieces):
        yield from ((piece, line) for line in markup.lines if line.level)


def check_placeholders(draft: Draft) -> Iterator[Finding]:
    """What a template left to be filled in."""
    for piece, text in _list_texts(draft.pieces):
        left = list(dict.fromkeys(PLACEHOLDER.findall(text)))
        if left:
            message = f"还有 {len(left)} 处没有填写：{'、'.join(left)}。"
            yield _at(piece, Severity.MUST, message, "请填写或删去【请填写：…】。")


def check_personal_numbers(draft: Draft) -> Iterator[Finding]:
    """Numbers of persons are disclosed only where the law wants it, and then knowingly (domain §2.4)."""
    for piece, text in _list_texts(draft.pieces):
        for number in find_numbers(text):
            message = f"有{number.kind} {number.masked}。"
            hint = "请删去或隐去中间几位；依法可以公开的，请在“检查”面板中确认后再发布。"
            yield _at(piece, Severity.MUST, message, hint, may_be_confirmed=True)


def _list_markup(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Markup]]:
    for piece in pieces:
        if piece.kind in _MARKUP:
            yield piece, read_markup(piece.value)


def _list_texts(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, str]]:
    for piece in pieces:
        if piece.kind in _WORDS:
            yield piece, read_markup(piece.value).text if piece.kind in _MARKUP else piece.value


def _at(piece: Piece, severity: Severity, message: str, hint: str = "", *, may_be_confirmed: bool = False) -> Finding:
    return Finding(severity, piece.where, message, hint, piece.field, piece.path, may_be_confirmed)
