"""HTML of any origin taken apart into a flat row of pieces: paragraphs, headings, lists, quotes, tables, rules.

Layout goes, text and its order stay. What a piece holds is still to be cleaned (`sanitise`) where it is used.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag

from site_core.importing.sanitise import RICH_TEXT_TAGS, TABLE_TAGS, make_cleaner

_BOXES = set(
    "address article aside body center dd details dialog div dl dt fieldset figcaption figure footer form header "
    "hgroup hr legend main nav option section summary".split()
)
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_INLINE = {"b", "strong", "i", "em", "a", "br", "sup", "sub"}
_ROWS = {"thead", "tbody", "tfoot", "tr", "td", "th"}
_TAGS = RICH_TEXT_TAGS | TABLE_TAGS | _BOXES | set(_HEADINGS) | {"pre", "img", "tfoot"}
_ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_CLEANER = make_cleaner(_TAGS, _ATTRIBUTES)
_INVISIBLE = re.compile("[\\s\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One element of a body, by itself: a table, a rule, or an element with text."""

    element: Tag

    @property
    def is_table(self) -> bool:
        """Whether the piece is a table of more than one cell."""
        return self.element.name == "table"

    @property
    def is_rule(self) -> bool:
        """Whether the piece is a horizontal rule."""
        return self.element.name == "hr"

    @property
    def html(self) -> str:
        """The element's HTML, not yet cleaned."""
        return str(self.element)

    @property
    def lines(self) -> list[str]:
        """The element's text, a line for each line that a reader sees; headings as `## …`."""
        items = self.element.find_all("li") or [self.element]
        lines = [line for item in items for line in _list_text_lines(item)]
        level = _HEADINGS.get(self.element.name)
        return [f"{'#' * level} {line}" for line in lines] if level else lines


def list_pieces(html: str) -> list[Piece]:
    """The pieces of an HTML body in order; none of them is without text, save rules."""
    soup = BeautifulSoup(_CLEANER.clean(html), "html.parser")
    _simplify(soup)
    return [piece for piece in _walk(soup) if piece.is_rule or has_text(piece.html)]
