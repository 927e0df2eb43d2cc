"""HTML of any origin taken apart into a flat row of pieces: paragraphs, headings, lists, quotes, tables.

Layout goes, text and its order stay. What a piece holds is still to be cleaned (`sanitise`) before use.
"""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from site_core.importing.sanitise import RICH_TEXT_TAGS, TABLE_TAGS, make_cleaner

_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_LISTS = {"ul", "ol", "li"}
_TABLE_BOXES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_BOXES = {"p", "pre", "blockquote", "hr", *_HEADINGS}
_BOXES |= {
    "address",
    "article",
    "aside",
    "body",
    "center",
    "details",
    "dialog",
    "div",
    "fieldset",
    "figcaption",
}
_BOXES |= {"figure", "footer", "form", "header", "hgroup", "legend", "main", "nav", "section", "summary"}
_BOXES |= {"dd", "dl", "dt", "option"}
_BLOCKS = _BOXES | _LISTS | _TABLE_BOXES
_DEEPEST = 100  # elements within each other; nobody writes such a text by hand

_CLEANER = make_cleaner(
    RICH_TEXT_TAGS | TABLE_TAGS | _BLOCKS | {"img"},
    {
        "a": {"href"},
        "ol": {"start"},
        "img": {"src", "alt"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    },
)
_INVISIBLE = re.compile("[\\s\u200b\ufeff]+")
_WHITE_SPACE = re.compile("[ \t\r\n\f]+")


def list_pieces(html: str) -> list[Tag]:
    """The pieces of an HTML body in order: `p`, `h2` to `h4`, `ul`, `ol`, `blockquote`, `table`, or `hr`.

    Each has text, save `hr`. A table of a single cell is layout, and gives the pieces of that cell. Of a body
    that nests more than a hundred deep only the text is kept.
    """
    soup = BeautifulSoup(_CLEANER.clean(html), "html.parser")
    if _is_too_deep(soup):
        return [_make_paragraph([NavigableString(text)]) for text in soup.stripped_strings]
    _replace_images(soup)
    _join_white_space(soup)
    return [piece for piece in _walk(soup) if piece.name == "hr" or _has_text(piece)]


def list_text_lines(piece: Tag) -> list[str]:
    """A piece's text in the lines that a reader sees; headings as `## …`, items with their numbers.

    The piece is spent by it.
    """
    if piece.name == "ol" or piece.find("ol"):
        _write_numbers(piece)
    for element in piece.find_all(_BLOCKS | {"br"}):
        element.insert_before("\n")
        element.insert_after("\n")
    lines = [line.strip() for line in piece.get_text().split("\n")]
    level = _HEADINGS.get(piece.name, 0)
    return ["#" * level + " " * bool(level) + line for line in lines if line]


def _has_text(piece: Tag) -> bool:
    return bool(_INVISIBLE.sub("", piece.get_text()))


def _is_too_deep(soup: BeautifulSoup) -> bool:
    depths = {id(soup): 0}
    for element in soup.find_all(True):
        depths[id(element)] = depths[id(element.parent)] + 1
    return max(depths.values()) > _DEEPEST


def _replace_images(soup: BeautifulSoup) -> None:
    """A link in the picture's place: what stands elsewhere is not fetched, and its description is text."""
    for image in soup.find_all("img"):
        source, text = str(image.get("src", "")), str(image.get("alt", "")).strip() or "图片"
        if source.startswith(("http://", "https://")) and image.find_parent("a") is None:
            link = Tag(name="a", attrs={"href": source})
            link.string = text
            image.replace_with(link)
        else:
            image.replace_with(text)


def _join_white_space(soup: BeautifulSoup) -> None:
    """White space as browsers show it: one space, none at the ends of a line; but line ends within `pre`."""
    for string in soup.find_all(string=True):
        if string.find_parent("pre") is not None:
            _break_lines(string)
            continue
        text = _WHITE_SPACE.sub(" ", string)
        text = text.lstrip(" ") if _is_line_end(string.previous_sibling, string) else text
        text = text.rstrip(" ") if _is_line_end(string.next_sibling, string) else text
        string.replace_with(text) if text else string.extract()


def _is_line_end(neighbour: PageElement | None, string: NavigableString) -> bool:
    """Whether a line ends between a string and its neighbour, which is None at the end of the parent."""
    box = string.parent if neighbour is None else neighbour
    return isinstance(box, Tag) and (box.name == "br" or box.name in _BLOCKS)


def _break_lines(string: NavigableString) -> None:
    first, *others = string.split("\n")
    for line in reversed(others):
        string.insert_after(_make_break(), line)
    string.replace_with(first)


def _make_break() -> Tag:
    return Tag(name="br", can_be_empty_element=True)


def _walk(box: Tag) -> Iterator[Tag]:
    """The pieces in a box; what stands in it beside other blocks becomes paragraphs."""
    run: list[PageElement] = []
    for child in list(box.children):
        if _is_inline(child):
            run.append(child)
        elif isinstance(child, Tag):
            yield _make_paragraph(run)
            run = []
            yield from _walk_block(child)
    yield _make_paragraph(run)


def _is_inline(element: PageElement) -> bool:
    return not isinstance(element, Tag) or (element.name not in _BLOCKS and element.find(_BLOCKS) is None)


def _make_paragraph(run: list[PageElement]) -> Tag:
    paragraph = Tag(name="p")
    paragraph.extend(run)
    _trim_breaks(paragraph)
    return paragraph


def _walk_block(block: Tag) -> Iterator[Tag]:
    if block.name == "table":
        yield from _walk_table(block)
    elif block.name == "hr":
        yield block
    elif block.name in {"ul", "ol", "blockquote", *_HEADINGS} and block.find("table") is None:
        yield _simplify(block)
    else:
        if block.name == "ol":
            _write_numbers(block)
        yield from _walk(block)


def _walk_table(table: Tag) -> Iterator[Tag]:
    cells = [cell for cell in table.find_all(["caption", "td", "th"]) if cell.find_parent("table") is table]
    if sum(cell.name != "caption" for cell in cells) <= 1:
        for cell in cells:
            yield from _walk(cell)
        return
    for inner in reversed(table.find_all("table")):
        _dissolve_table(inner)
    for cell in cells:
        _make_paragraphs(cell)
    yield table


def _dissolve_table(table: Tag) -> None:
    """A table within a cell: a paragraph for each row, a space between its cells."""
    for cell in table.find_all(["td", "th"]):
        cell.insert_after(" ")
        cell.unwrap()
    for row in table.find_all(["tr", "caption"]):
        row.name = "p"
    for part in table.find_all(["thead", "tbody", "tfoot"]):
        part.unwrap()
    table.unwrap()


def _simplify(block: Tag) -> Tag:
    """A list, quote or heading without boxes that rich text does not know."""
    if block.name in _HEADINGS:
        block.name = f"h{_HEADINGS[block.name]}"
        _unwrap_boxes(block)
    elif block.name == "blockquote":
        _make_paragraphs(block)
    for item in [block, *block.find_all("li")]:
        if item.name == "li":
            _unwrap_boxes(item)
    return block


def _make_paragraphs(box: Tag) -> None:
    """Boxes within become paragraphs, from within outwards, so that none stands within another."""
    for inner in reversed(box.find_all(_BOXES)):
        if inner.find(_BLOCKS) is None:
            inner.name = "p"
        else:
            inner.unwrap()


def _unwrap_boxes(item: Tag) -> None:
    """Boxes within become lines."""
    for inner in item.find_all(_BOXES):
        inner.insert_before(_make_break())
        inner.insert_after(_make_break())
        inner.unwrap()
    _trim_breaks(item)


def _trim_breaks(box: Tag) -> None:
    """No line break at the start, at the end, before a list, or twice."""
    after: PageElement | None = None
    for child in reversed(list(box.children)):
        if isinstance(child, NavigableString) and not child.strip():
            continue
        is_needless = after is None or (isinstance(after, Tag) and after.name in {"br", "ul", "ol"})
        if isinstance(child, Tag) and child.name == "br" and is_needless:
            child.extract()
            continue
        after = child
    first = next((child for child in box.children if not isinstance(child, NavigableString) or child.strip()), None)
    if isinstance(first, Tag) and first.name == "br":
        first.extract()


def _write_numbers(block: Tag) -> None:
    """Numbers of numbered items as text."""
    for ordered in [block, *block.find_all("ol")]:
        if ordered.name == "ol":
            items = ordered.find_all("li", recursive=False)
            for number, item in enumerate(items, int(str(ordered.get("start", "1")))):
                item.insert(0, f"{number}. ")
