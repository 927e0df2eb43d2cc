"""What HTML from outside may keep: text, structure, links. nh3 does the cleaning.

Of tags that are not allowed the text stays; scripts, styles, titles and frames go with their text.
"""

import nh3

_INLINE = {"b", "strong", "i", "em", "a", "br", "sup", "sub"}
_LISTS = {"ul", "ol", "li"}
RICH_TEXT_TAGS = _INLINE | _LISTS | {"p", "h2", "h3", "h4", "hr", "blockquote"}
# Cells keep what tells their paragraphs and lines apart: without it words of two lines would run together.
TABLE_TAGS = _INLINE | _LISTS | {"p", "table", "thead", "tbody", "tr", "th", "td", "caption"}
URL_SCHEMES = {"http", "https", "mailto", "tel"}
HIDDEN_TAGS = {"script", "style", "title", "template", "iframe", "noembed", "noframes"}

_LINK_AND_LIST = {"a": {"href"}, "ol": {"start"}}
_CELL = {"colspan", "rowspan"}
_MOST_CELLS = 200


def clean_html(html: str) -> str:
    """Rich text: paragraphs, headings h2 to h4, lists, quotes, emphasis, and links.

    Links lead to http, https, mailto, tel or a relative address; any other loses its address, not its text.
    """
    return _RICH_TEXT.clean(html)


def clean_table_html(html: str) -> str:
    """Tables, with the inline mark-up and lists of their cells; colspan and rowspan up to 200, and scope."""
    return _TABLE.clean(html)


def make_cleaner(tags: set[str], attributes: dict[str, set[str]]) -> nh3.Cleaner:
    """A cleaner for these tags and attributes that hides and links as all of them do."""
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags=HIDDEN_TAGS,
        attributes=attributes,
        attribute_filter=_keep_attribute,
        link_rel=None,
        url_schemes=URL_SCHEMES,
    )


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Numbers must be numbers, and a cell cannot span more than a table may sensibly have."""
    if name in _CELL:
        return value if _is_number(value) and 1 <= int(value) <= _MOST_CELLS else None
    if name == "start":
        return value if _is_number(value) else None
    if name == "scope":
        return value if value in {"row", "col", "rowgroup", "colgroup"} else None
    return value


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= len("9999")


_RICH_TEXT = make_cleaner(RICH_TEXT_TAGS, _LINK_AND_LIST)
_TABLE = make_cleaner(TABLE_TAGS, _LINK_AND_LIST | {"th": _CELL | {"scope"}, "td": _CELL | {"scope"}})
