"""HTML of a word processor's clipboard made honest: lists that are lists, headings that are headings, no hidden text.

Word and WPS write lists as paragraphs with `mso-list`, headings as paragraphs with an outline level, and much that is
not to be seen: conditional comments, deleted text, bullets, comments of reviewers. Writer writes nearly honest HTML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Comment
from bs4.element import Tag

_FRAGMENT = re.compile(r"<!--\s*StartFragment\s*-->(.*)<!--\s*EndFragment\s*-->", re.DOTALL | re.IGNORECASE)
# Content for programs that are not Word stands between <![if …]> and <![endif]>, and is kept.
_CONDITION = re.compile(r"<!\[(?:if[^\]]*|endif)\]>|<!--\[if[^\]]*\]>.*?<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_LIST_STYLE = re.compile(r"mso-list:\s*(?!ignore|none)\w+\s+level(\d)", re.IGNORECASE)
_MARKER_STYLE = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
_OUTLINE = re.compile(r"mso-outline-level:\s*(\d)", re.IGNORECASE)
_HEADING_CLASS = re.compile(r"(?:Mso)?Heading\s?(\d)|标题\s?(\d)", re.IGNORECASE)
_HIDDEN = re.compile(
    r"mso-hide:\s*all|display:\s*none|mso-element:\s*comment|mso-special-character:\s*comment", re.IGNORECASE
)
_SYMBOLS = re.compile(r"font-family:[^;]*(?:Wingdings|Symbol|Webdings)", re.IGNORECASE)
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_DROPPED = ["script", "style", "xml", "title", "meta", "link", "del", "o:p", "w:sdtpr"]
# 一、 and （一）, as GB/T 9704 numbers the parts of an official document; a heading is short and ends without a full stop.
_FIRST_PART = re.compile(r"^[一二三四五六七八九十]{1,3}、[^。；]{1,30}$")
_SECOND_PART = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)][^。；]{1,30}$")
_ORDERED = re.compile(r"^[(（]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3})[.)）、．]?$")
_INDENT = " \t\r\n\u3000\xa0\u2002\u2003"
_DEEPEST_LIST = 6


def simplify(html: str) -> BeautifulSoup:
    """The clipboard's HTML as a tree of ordinary elements; styles are still there, but say nothing any more."""
    found = _FRAGMENT.search(html)
    soup = BeautifulSoup(_CONDITION.sub("", found[1] if found else html), "html.parser")
    _drop_hidden(soup)
    _make_headings(soup)
    _make_lists(soup)
    _make_bold(soup)
    _trim_indents(soup)
    return soup


def _style(element: Tag) -> str:
    return str(element.get("style", ""))


def _drop_hidden(soup: BeautifulSoup) -> None:
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for element in soup.find_all(_DROPPED):
        element.decompose() if element.name != "o:p" or not element.get_text(strip=True) else element.unwrap()
    for element in soup.find_all(style=_HIDDEN):
        element.decompose()


def _make_headings(soup: BeautifulSoup) -> None:
    for paragraph in soup.find_all("p"):
        if paragraph.find_parent(["td", "th", "li"]) is None and (level := _heading_level(paragraph)):
            paragraph.name = f"h{level}"


def _heading_level(paragraph: Tag) -> int:
    """2 to 4 for a heading, 0 for none. The document's title counts as a part of the first level."""
    classes = " ".join(paragraph.get("class") or [])
    if found := _HEADING_CLASS.search(classes):
        return _level_of(found[1] or found[2])
    if "MsoTitle" in classes or (found := _OUTLINE.search(_style(paragraph))):
        return 2 if "MsoTitle" in classes else _level_of(found[1])  # type: ignore[index] # found, by the line above
    return _level_by_number(paragraph.get_text().strip(_INDENT))


def _level_of(number: str) -> int:
    return min(4, max(2, int(number) + 1))


def _level_by_number(text: str) -> int:
    if _FIRST_PART.match(text):
        return 2
    return 3 if _SECOND_PART.match(text) else 0


@dataclass(frozen=True)
class _Item:
    """A paragraph of a list: its element, depth from 1, and whether it is numbered."""

    element: Tag
    depth: int
    is_ordered: bool


def _make_lists(soup: BeautifulSoup) -> None:
    for run in list(_list_runs(soup)):
        _build_list(run)


def _list_runs(soup: BeautifulSoup) -> Iterator[list[_Item]]:
    """Paragraphs of lists that follow each other without anything between."""
    run: list[_Item] = []
    for paragraph in soup.find_all(["p", "h2", "h3", "h4", "div"], style=_LIST_STYLE):
        if run and _next_tag(run[-1].element) is not paragraph:
            yield run
            run = []
        run.append(_read_item(paragraph))
    if run:
        yield run


def _next_tag(element: Tag) -> Tag | None:
    following = element.find_next_sibling()
    return following if isinstance(following, Tag) else None


def _read_item(paragraph: Tag) -> _Item:
    found = _LIST_STYLE.search(_style(paragraph))
    depth = min(_DEEPEST_LIST, int(found[1])) if found else 1
    marks = paragraph.find_all(style=_MARKER_STYLE)
    text = "".join(mark.get_text() for mark in marks).strip(_INDENT)
    is_drawn = any(_SYMBOLS.search(_style(mark)) for mark in marks)  # a letter in a font of signs is a bullet
    for mark in marks:
        mark.decompose()
    return _Item(paragraph, max(1, depth), bool(_ORDERED.match(text)) and not is_drawn)


def _build_list(run: list[_Item]) -> None:
    anchor = run[0].element
    root = Tag(name=_list_name(run[0]))
    anchor.insert_before(root)
    stack = [(run[0].depth, root)]
    for item in run:
        while len(stack) > 1 and item.depth < stack[-1][0]:
            stack.pop()
        if item.depth > stack[-1][0]:
            stack.append((item.depth, _open_below(stack[-1][1], item)))
        entry = Tag(name="li")
        entry.extend(list(item.element.contents))
        item.element.decompose()
        stack[-1][1].append(entry)


def _list_name(item: _Item) -> str:
    return "ol" if item.is_ordered else "ul"


def _open_below(above: Tag, item: _Item) -> Tag:
    inner = Tag(name=_list_name(item))
    entries = above.find_all("li", recursive=False)
    (entries[-1] if entries else above).append(inner)
    return inner


def _make_bold(soup: BeautifulSoup) -> None:
    """Bold by style becomes bold by element; within headings it says nothing."""
    for span in soup.find_all("span", style=_BOLD):
        span.name = "b"
    for heading in soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"]):
        for bold in heading.find_all(["b", "strong"]):
            bold.unwrap()


def _trim_indents(soup: BeautifulSoup) -> None:
    """Blanks at the start of a paragraph are an indent, which the site's style sheet gives."""
    for box in soup.find_all(["p", "h1", "h2", "h3", "h4", "li", "td", "th"]):
        while (first := next(iter(box.find_all(string=True)), None)) is not None and not first.strip(_INDENT):
            first.extract()
        if first is not None and first != first.lstrip(_INDENT):
            first.replace_with(first.lstrip(_INDENT))
