"""Where a page, a style sheet or a list in XML leads: links as they are written."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode

_ATTRIBUTES = {
    **dict.fromkeys(("a", "area", "link", "use", "image"), ("href",)),
    **dict.fromkeys(("script", "iframe", "embed", "audio", "track"), ("src",)),
    **dict.fromkeys(("img", "source"), ("src", "srcset")),
    "video": ("src", "poster"),
    "object": ("data",),
}
_IN_STYLE = re.compile(r"url\(\s*[\"']?([^\"')]+)")
_IN_XML = re.compile(r"<(?:loc|link)>([^<]+)</|<enclosure[^>]*\surl=\"([^\"]+)\"")


def list_links(body: bytes, content_type: str) -> list[str]:
    """All links of a body, in order, each once; none of a type that has no links."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/html":
        found = _list_in_html(body.decode(errors="replace"))
    elif kind == "text/css":
        found = [link for link in _IN_STYLE.findall(body.decode(errors="replace")) if not link.startswith("data:")]
    elif kind.endswith("xml") and kind != "image/svg+xml":
        found = [unescape(first or second) for first, second in _IN_XML.findall(body.decode(errors="replace"))]
    else:
        return []
    return list(dict.fromkeys(found))


def _list_in_html(text: str) -> list[str]:
    parser = _LinkParser()
    parser.feed(text)
    parser.close()
    return parser.links


class _LinkParser(HTMLParser):
    """Collects links, pictures in all sizes, and what a list's filters offer, one choice at a time."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._action: str | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        given = {name: value or "" for name, value in attrs}
        for name in _ATTRIBUTES.get(tag, ()):
            self.links += _split_sizes(given.get(name, "")) if name == "srcset" else filter(None, [given.get(name)])
        if tag == "meta" and given.get("content", "").startswith(("http://", "https://")):
            self.links.append(given["content"])
        elif tag == "form":
            self._action = given.get("action", "") if given.get("method", "get").lower() == "get" else None
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._action is not None and self._select and given.get("value"):
            self.links.append(f"{self._action}?{urlencode({self._select: given['value']})}")

    def handle_endtag(self, tag: str) -> None:
        """Outside of a form nothing is chosen."""
        if tag == "form":
            self._action = None


def _split_sizes(srcset: str) -> Iterator[str]:
    for each in srcset.split(","):
        if each.strip():
            yield each.split()[0]
