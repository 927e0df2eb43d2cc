"""Pages in traditional characters, converted from the finished page by OpenCC and kept for the next reader.

Text and the attributes that people see or hear are converted; addresses, values, ids, scripts and styles are not.
OpenCC's plain `s2t` is taken: `s2tw` and `s2hk` also change words, and words of law must stay as they were issued.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache

import opencc
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from site_core.reader import is_public

_TAG = re.compile(r"(<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>)", re.DOTALL | re.IGNORECASE)
_SEEN = re.compile(r'(\s(?:alt|title|placeholder|aria-label|label|content)=")([^"]*)(")')
_LANGUAGE = re.compile(r'(<html[^>]*\slang=")zh-CN(")')
_KEPT_FOR = 3600
# Where OpenCC, which knows no law, takes the other of two characters.
_CORRECTED = {"複議": "復議", "複覈": "覆核", "瞭解": "了解", "傢俱": "家具", "麪": "麵"}


@cache
def _converter() -> Callable[[str], str]:
    return opencc.OpenCC("s2t").convert


def convert_text(text: str) -> str:
    """The text in traditional characters."""
    converted = _converter()(text)
    for wrong, right in _CORRECTED.items():
        converted = converted.replace(wrong, right)
    return converted


def convert_page(html: str) -> str:
    """The page in traditional characters, its mark-up untouched."""
    parts = _TAG.split(html)
    converted = [_convert_tag(part) if number % 2 else convert_text(part) for number, part in enumerate(parts)]
    return _LANGUAGE.sub(r"\1zh-Hant\2", "".join(converted), count=1)


def _convert_tag(tag: str) -> str:
    if not tag.startswith("<") or tag.startswith(("<!", "<script", "<style", "</")):
        return tag
    return _SEEN.sub(lambda found: found[1] + convert_text(found[2]) + found[3], tag)


class TraditionalMiddleware:
    """Converts public pages for readers who chose it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, converted where the reader wants it."""
        response = self.get_response(request)
        if _wants_conversion(request, response):
            response.content = _convert_once(response.content)
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        return response


def _wants_conversion(request: HttpRequest, response: HttpResponse) -> bool:
    reader = getattr(request, "reader", None)
    if reader is None or reader.script != "hant" or response.streaming or not is_public(request.path):
        return False
    return response.get("Content-Type", "").startswith("text/html") and not response.has_header("Content-Encoding")


def _convert_once(content: bytes) -> bytes:
    """Keyed by content: the same page costs one conversion an hour, and no site can see another's."""
    key = "hant:" + hashlib.sha256(content).hexdigest()
    found = caches["default"].get(key)
    if found is None:
        found = convert_page(content.decode()).encode()
        caches["default"].set(key, found, _KEPT_FOR)
    return bytes(found)
