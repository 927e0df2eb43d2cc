"""The text of a post in a page: escaped, with its paragraphs and lines, and its addresses as links."""

import re
from collections.abc import Iterator

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_ADDRESS = re.compile(r"(https?://[\w\-.~:/?#@!$&()*+,;=%\[\]]+)", re.ASCII)
_NOT_ITS_END = ".,;:!?)]"
_LINE_END = mark_safe("<br>")
_BLANK_LINE = re.compile(r"\n[ \t]*\n+")


@register.filter
def post_text(text: str) -> SafeString:
    """Paragraphs of the text. Links lead straight on: `outward` around a whole list sends those to elsewhere by the notice."""
    paragraphs = [each for each in _BLANK_LINE.split(str(text).replace("\r\n", "\n").strip("\n")) if each.strip()]
    return format_html_join("", "<p>{}</p>", ((_write_lines(each),) for each in paragraphs))


def _write_lines(paragraph: str) -> SafeString:
    lines = [format_html_join("", "{}", ((piece,) for piece in _write(line))) for line in paragraph.split("\n")]
    return format_html_join(_LINE_END, "{}", ((line,) for line in lines))


def _write(line: str) -> Iterator[SafeString]:
    for at, piece in enumerate(_ADDRESS.split(line)):
        if not at % 2:
            yield conditional_escape(piece)
            continue
        url = piece.rstrip(_NOT_ITS_END)
        yield format_html('<a href="{0}" rel="nofollow">{0}</a>', url)
        yield conditional_escape(piece.removeprefix(url))
