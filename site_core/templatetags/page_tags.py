"""Tags and filters of the inner pages: what stands beside a page, and how files, laws and words found are shown."""

import re
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from site_core import home_selectors, laws, selectors

if TYPE_CHECKING:
    from site_core.models import BasePage, ColumnPage, DocumentPage, TopicPage

register = template.Library()

LATEST_BESIDE = 5
_ILLUSTRATED = ("cards", "pictures")
_TIME_RANGE = re.compile(r"(\d{1,2}:\d{2}\s?[—–~～-]\s?\d{1,2}:\d{2})")
_TITLE_PIECE = re.compile(r"(?<=.)(?=关于)|(?<=.)(?=《)")
_LONGEST_PIECE = 20
_TELEPHONE = re.compile(r"((?<![\d-])\d[\d-]{3,}\d(?![\d-]*[×xX*\d]))")


@register.inclusion_tag("site_core/parts/side_columns.html")
def side_columns(page: "ColumnPage", subcolumns: list["ColumnPage"], siblings: list["ColumnPage"]) -> dict[str, Any]:
    """Columns at the left of a list: those below it, else those beside it; nothing where there is only itself."""
    above = selectors.list_columns_above(page)
    columns = subcolumns or (siblings if len(siblings) > 1 else [])
    parent = page if subcolumns else above[-1] if above else None
    return {"columns": columns, "parent": parent, "page": page}


@register.inclusion_tag("site_core/parts/column_latest.html")
def column_latest(page: "BasePage", title: str = "本栏目最新") -> dict[str, Any]:
    """Latest pages of the column that the page stands in, without the page itself."""
    above = selectors.list_columns_above(page)
    column = above[-1] if above else None
    latest = selectors.list_latest(column, LATEST_BESIDE + 1) if column else []
    return {"title": title, "column": column, "items": [each for each in latest if each.pk != page.pk][:LATEST_BESIDE]}


@register.simple_tag
def topics_of(column: "ColumnPage") -> list["TopicPage"]:
    """Topics that stand directly in the column; they show themselves as pictures, above what else it holds."""
    return home_selectors.list_topics_of(column) if column.layout in _ILLUSTRATED else []


@register.filter
def file_size(size: int | None) -> str:
    """186 KB, 2.4 MB; '' where it is not known."""
    if not size:
        return ""
    kilobytes = size / 1024
    return f"{max(1, round(kilobytes))} KB" if kilobytes < 1000 else f"{kilobytes / 1024:.1f} MB"


@register.filter
def law_anchor(reference: str) -> str:
    """`#tiao-23` for 第二十三条; '' where no article is named."""
    anchor = laws.find_anchor(reference or "")
    return f"#{anchor}" if anchor else ""


@register.filter
def telephone(text: str) -> SafeString:
    """The text with each telephone number as a link that calls it; samples such as 0933-000×××× stay text."""
    pieces = _TELEPHONE.split(text or "")
    shown = (
        format_html('<a href="tel:{0}">{0}</a>', each) if at % 2 else escape(each) for at, each in enumerate(pieces)
    )
    return mark_safe("".join(shown))  # noqa: S308 - every piece is escaped above


@register.filter
def first_telephone(text: str) -> str:
    """The first number in the text that can be called; '' where there is none."""
    found = _TELEPHONE.search(text or "")
    return found[1] if found else ""


@register.filter
def times(text: str) -> SafeString:
    """The text with each range of times (14:30—18:00) kept on one line."""
    pieces = _TIME_RANGE.split(text or "")
    kept = (
        format_html('<span class="keep">{}</span>', each) if at % 2 else escape(each) for at, each in enumerate(pieces)
    )
    return mark_safe("".join(kept))  # noqa: S308 - every piece is escaped above


@register.filter
def successor_of(history: list["DocumentPage"], document: "DocumentPage") -> "DocumentPage | None":
    """The document of the history that amended or repealed the one given."""
    return next((each for each in history if each.replaces_id == document.pk), None)


@register.filter
def document_phrases(title: str) -> SafeString:
    """The title of an official document in pieces of sense, which GB/T 9704 keeps on one line: organ, 关于…, 《…》的通知."""
    pieces = [each for each in _TITLE_PIECE.split(title or "") if each]
    short = (
        format_html('<span class="ph">{}</span>' if len(each) <= _LONGEST_PIECE else "{}", each) for each in pieces
    )
    return mark_safe("".join(short))  # noqa: S308 - every piece is escaped above


@register.filter
def highlight(text: str, words: list[str]) -> SafeString:
    """The text with the words marked where they stand, whatever the case."""
    found = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
    pieces = re.split(f"({found})", text or "", flags=re.IGNORECASE) if found else [text or ""]
    marked = (f"<mark>{escape(piece)}</mark>" if index % 2 else escape(piece) for index, piece in enumerate(pieces))
    return mark_safe("".join(marked))  # noqa: S308 - every piece is escaped above
