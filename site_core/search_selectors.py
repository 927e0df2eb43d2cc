"""Search within one site: title, summary and 文号 of what everybody may read, newest first."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q

from site_core import selectors
from site_core.document_numbers import normalise_document_number
from site_core.pagination import Listing, get_listing

if TYPE_CHECKING:
    from site_core.models import BasePage, ColumnPage

LONGEST_QUERY = 60
RESULTS_PER_PAGE = 10
_MOST_WORDS = 6
# Letters, digits and blanks of full width; punctuation stays, for Chinese titles are written with it.
_FOLDED = {ord(char): unicodedata.normalize("NFKC", char) for char in map(chr, range(0xFF01, 0xFF5F)) if char.isalnum()}
_PUNCTUATION = str.maketrans("():,;?!", "（）：，；？！")


@dataclass(frozen=True)
class SearchQuery:
    """What a reader looks for: his words in order, none twice; `text` is what stands in the box again."""

    text: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def parts(self) -> list[str]:
        """Single words to try where all of them together find nothing; [] for a query of one word."""
        return self.words if len(self.words) > 1 else []

    @property
    def query(self) -> str:
        """The query as a query string that ends with `&`, for links to other pages of the results."""
        return urlencode({"q": self.text}) + "&" if self.text else ""


@dataclass(frozen=True)
class Hit:
    """A page that was found, and the columns above it, from the first level down."""

    page: "BasePage"
    columns: list["ColumnPage"]


def read_query(typed: str) -> SearchQuery:
    """The query in what was typed: no control characters, letters and digits of one width, at most 60 characters."""
    folded = unicodedata.normalize("NFC", typed.replace("\x00", "")).translate(_FOLDED)
    text = re.sub(r"\s+", " ", "".join(char for char in folded if char.isprintable() or char.isspace())).strip()
    text = text[:LONGEST_QUERY].rstrip()
    return SearchQuery(text, list(dict.fromkeys(text.split()))[:_MOST_WORDS])


def find_hits(query: SearchQuery, page: str | None) -> Listing:
    """One page of hits (`Hit`), newest first. Every word must stand in the title, the summary or the 文号."""
    if not query.words:
        return Listing([], 1, 1, 0)
    found = get_listing(_list_found(query), page, RESULTS_PER_PAGE)
    columns = _list_columns_above(found.items)
    hits = [Hit(each, [column for column in columns if each.path.startswith(column.path)]) for each in found.items]
    return Listing(hits, found.number, found.pages, found.total)


def _list_found(query: SearchQuery) -> Any:
    items = selectors.list_items_of(selectors.get_home())
    for word in query.words:
        items = items.filter(_holds(word))
    return items.select_related("documentpage").defer("documentpage__body", "documentpage__basis")


def _holds(word: str) -> Q:
    number = normalise_document_number(word)
    held = Q(documentpage__document_number__icontains=number)
    for spelling in {word, word.translate(_PUNCTUATION)}:
        held |= Q(title__icontains=spelling) | Q(summary__icontains=spelling)
    return held


def _list_columns_above(pages: list[Any]) -> list["ColumnPage"]:
    """Columns above any of the pages, upper ones first, in one query."""
    from site_core.models import ColumnPage

    steps = {page.path[:end] for page in pages for end in range(3 * page.steplen, len(page.path), page.steplen)}
    return list(ColumnPage.objects.filter(path__in=steps).order_by("depth", "path")) if steps else []
