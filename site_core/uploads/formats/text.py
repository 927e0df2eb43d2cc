"""Text, and the languages of programs and pages that look like it."""

import re
from codecs import getincrementaldecoder

from ..content import Content

_MARKUP = (
    (rb"<svg", "svg"),
    (rb"<\?xml(?=.*<svg)", "svg"),
    (rb"<!doctype\s+svg", "svg"),
    (rb"<!doctype|<html|<head|<body|<script|<iframe|<!--|<meta|<title|<table|<h1|<div|<%", "html"),
    (rb"<\?xml", "xml"),
    (rb"<\?", "php"),
    (rb"#!", "sh"),
    (rb"\{\\rtf", "rtf"),
)
_MARKUP_PATTERNS = tuple(
    (re.compile(rb"(?:\xef\xbb\xbf|[\s\0])*(?:" + pattern + rb")", re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in _MARKUP
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def find_markup(content: Content) -> str | None:
    """The language of a page, picture or program that stands at the beginning, behind spaces; None for none."""
    return next((kind for pattern, kind in _MARKUP_PATTERNS if pattern.match(content.head)), None)


def is_text(content: Content) -> bool:
    """Whether all of it is text as Chinese offices write it."""
    return any(_decodes(content, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(content: Content, encoding: str) -> bool:
    """Whether all of it is text; no byte below 0x30 is part of a longer character in either encoding."""
    decoder = getincrementaldecoder(encoding)()
    try:
        for piece in content.pieces():
            if _CONTROL.search(piece):
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
