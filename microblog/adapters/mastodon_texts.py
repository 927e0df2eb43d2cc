"""Text out of the HTML that Mastodon makes of it. Pure."""

import unicodedata

from bs4 import BeautifulSoup


def read_text(content: str) -> str:
    """The words of a post: paragraphs with an empty line between, addresses in full."""
    page = BeautifulSoup(content, "html.parser")
    for line_break in page.find_all("br"):
        line_break.replace_with("\n")
    paragraphs = page.find_all("p") or [page]
    return "\n\n".join(each.get_text().strip() for each in paragraphs)


def is_same(content: str, text: str) -> bool:
    """Whether the HTML is what Mastodon makes of the text; space does not count, since it comes back changed."""
    return _squeeze(read_text(content)) == _squeeze(text)


def _squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
