"""Clipboards of Word, WPS, Outlook and Writer, and what must come of each. Tests and the bench share them.

The `writer_*` files were made by LibreOffice from documents of our own; the others by hand after real clipboards.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from site_core.pasting.convert import Pasted

FOLDER = Path(__file__).parent / "snippets"
# Name: (headings, lists, tables, pictures or their places, merged cells)
EXPECTED = {
    "word_notice": (3, 0, 0, 0, 0),
    "word_lists": (1, 3, 0, 0, 0),
    "word_table": (1, 0, 1, 0, 2),
    "word_pictures": (0, 0, 0, 2, 0),
    "wps_document": (3, 1, 0, 0, 0),
    "wps_table": (0, 0, 1, 0, 1),
    "outlook_mail": (0, 2, 0, 0, 0),
    "hostile": (1, 0, 1, 1, 0),
    "writer_guide": (2, 3, 0, 0, 0),
    "writer_table": (1, 0, 1, 0, 2),
    "writer_picture": (1, 0, 0, 1, 0),
    "writer_questions": (2, 0, 0, 0, 0),
}


@dataclass(frozen=True)
class Kept:
    """What a paste kept, counted."""

    headings: int
    lists: int
    tables: int
    pictures: int
    merged: int

    def as_tuple(self) -> tuple[int, ...]:
        """In the order of EXPECTED."""
        return (self.headings, self.lists, self.tables, self.pictures, self.merged)


def read(name: str) -> str:
    """The clipboard's HTML."""
    return (FOLDER / f"{name}.html").read_text(encoding="utf-8")


def html_of(pasted: Pasted) -> str:
    """All text blocks, joined."""
    return "".join(each.value for each in pasted.blocks if each.type != "image")


def count_kept(pasted: Pasted) -> Kept:
    """What the blocks hold."""
    soup = BeautifulSoup(html_of(pasted), "html.parser")
    kinds: Counter[str] = Counter(each.type for each in pasted.blocks)
    places = html_of(pasted).count("【请填写：")
    merged = len(soup.find_all(["td", "th"], colspan=True)) + len(soup.find_all(["td", "th"], rowspan=True))
    return Kept(
        headings=len(soup.find_all(["h2", "h3", "h4"])),
        lists=len(soup.find_all(["ul", "ol"])),
        tables=kinds["table"],
        pictures=kinds["image"] + places,
        merged=merged,
    )


def list_styles_left(pasted: Pasted) -> list[str]:
    """Attributes and elements of layout that are still there: none may be."""
    allowed: dict[str, set[str]] = {
        "a": {"href"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "ol": {"start"},
    }
    soup = BeautifulSoup(html_of(pasted), "html.parser")
    found: list[str] = [
        f"<{each.name}>" for each in soup.find_all(["span", "font", "o:p", "style", "script", "div", "img"])
    ]
    for element in soup.find_all(True):
        found += [f"{element.name} {name}" for name in element.attrs if name not in allowed.get(element.name, set())]
    return found


def measure(user: Any) -> tuple[int, int]:
    """(kept as expected, all) over the snippets; with every picture counted and no style left."""
    from site_core.pasting import convert

    good = 0
    for name, expected in EXPECTED.items():
        pasted = convert(read(name), user=user)
        good += count_kept(pasted).as_tuple() == expected and not list_styles_left(pasted)
    return good, len(EXPECTED)
