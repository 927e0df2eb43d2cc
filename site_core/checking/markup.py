"""Rich text and tables read as what they say: lines of text, headings, links. No mark-up leaves this module."""

from dataclasses import dataclass
from typing import Any, Literal

from bs4 import BeautifulSoup

_LINES = ("p", "h2", "h3", "h4", "li", "blockquote", "td", "th", "caption")
_HEADINGS = ("h2", "h3", "h4")

LinkKind = Literal["page", "document", "address"]


@dataclass(frozen=True)
class Line:
    """One paragraph, heading, item or cell; `level` is that of a heading, else 0."""

    text: str
    level: int = 0
    is_paragraph: bool = False


@dataclass(frozen=True)
class Link:
    """A link: to a page or document of the site by id, or to an address; and its words."""

    kind: LinkKind
    target: str
    text: str


@dataclass(frozen=True)
class Markup:
    """What a piece of HTML says."""

    text: str
    lines: list[Line]
    links: list[Link]


def read_markup(html: str) -> Markup:
    """Its whole text, its lines and its links, in order. Text without any paragraph is one line."""
    soup = BeautifulSoup(html, "html.parser")
    for each in soup.find_all("br"):
        each.replace_with("\n")
    tags = soup.find_all(_LINES)
    lines = [_read_line(tag) for tag in tags if not tag.find(_LINES)]
    for tag in tags:
        tag.append("\n")
    text = soup.get_text().strip()
    if text and not lines:
        lines = [Line(text, is_paragraph=True)]
    return Markup(text, [line for line in lines if line.text], [_read_link(tag) for tag in soup.find_all("a")])


def _read_line(tag: Any) -> Line:
    level = int(tag.name[1]) if tag.name in _HEADINGS else 0
    return Line(tag.get_text().strip(), level, is_paragraph=tag.name in {"p", "blockquote"})


def _read_link(tag: Any) -> Link:
    kinds: dict[str, LinkKind] = {"page": "page", "document": "document"}
    kind = kinds.get(tag.get("linktype", ""), "address")
    return Link(kind, str(tag.get("href" if kind == "address" else "id", "")), tag.get_text().strip())
