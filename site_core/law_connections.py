"""What upper floors know about laws: what stands below an article of a law text, and the words of a provision that is cited.

Two registries, asked once for each rendering of a body: floors above say in `AppConfig.ready()` what they have, and the
blocks of a body know neither who answered nor from where. Whoever answers records the tags of what it read (`reading`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

BELOW = "below_articles_of_body"
PROVISIONS = "provisions_of_body"
"""Where both stand in the context that the blocks of a body are rendered with."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision as a text names it: law without book marks, article (or ''), and the id of a page of this site (or None)."""

    law: str
    article: str
    page_id: int | None


@dataclass(frozen=True, slots=True)
class Provision:
    """What was found for a citation: the article's words ('' where only the law was found), and where it can be read."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class BelowArticle:
    """Finished HTML that follows an article; stands among the parts of a law text."""

    html: SafeString
    kind: str = "below"


BelowArticles = Callable[[Any], Mapping[str, SafeString]]
FindProvisions = Callable[[Sequence[Citation]], Mapping[Citation, Provision]]


class ConnectionRefused(ValueError):
    """The same function a second time."""


_below: list[BelowArticles] = []
_finders: list[FindProvisions] = []


def register_below_articles(function: BelowArticles) -> None:
    """For a page with a law text: HTML by anchor (`tiao-23`) of what is to stand below its articles. Raises ConnectionRefused."""
    _register(_below, function)


def register_provisions(function: FindProvisions) -> None:
    """For all citations of a body: what is known of them; those that nobody knows are left out. Raises ConnectionRefused."""
    _register(_finders, function)


def _register(functions: list[Any], function: Any) -> None:
    if function in functions:
        raise ConnectionRefused(f"{function!r} is registered already")
    functions.append(function)


def list_citations(body: Any) -> list[Citation]:
    """The citations of a body, in order."""
    return [cite(child.value) for child in body if child.block_type == "law_reference"]


def cite(value: Any) -> Citation:
    """The citation that a block holds."""
    page = value.get("page")
    return Citation(value.get("law") or "", value.get("article") or "", page.pk if page else None)


def connect_body(body: Any, page: Any) -> dict[str, Any]:
    """What the blocks of the body will ask for; nothing is asked for a body without laws. `page` may be None."""
    found: dict[str, Any] = {}
    if page is not None and _below and any(child.block_type == "law" for child in body):
        found[BELOW] = _merge(_below, page)
    citations = list_citations(body) if _finders else []
    if citations:
        found[PROVISIONS] = _merge(_finders, citations)
    return found


def _merge(functions: list[Any], argument: Any) -> dict[Any, Any]:
    """The answers of all; the first to know something is believed."""
    merged: dict[Any, Any] = {}
    for function in functions:
        merged = {**function(argument), **merged}
    return merged
