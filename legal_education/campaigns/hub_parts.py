"""What stands on the readers' place of legal education (`/pufa/`): cards of the five forms, and further parts.

A registry, so that quizzes, the digest, cases and duties add theirs in `AppConfig.ready()` without being known here.
Builders are asked each time the page is rendered; they record what they read (`site_core.reading`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class HubCard:
    """A programme as the hub shows it: `form` is one of `FORMS`; addresses are paths; '' and None for what there is not."""

    form: str
    title: str
    url: str
    slot: str = ""
    latest_title: str = ""
    latest_url: str = ""
    latest_on: date | None = None
    feed_url: str = ""
    audiences: tuple[str, ...] = field(default=())


FORMS = {"radio": "广播", "tv": "电视", "paper": "报纸", "weibo": "网站和微博", "mobile": "手机报"}
"""Forms in their order, each with its name; the keys are names of icons too."""

CardBuilder = Callable[[], list[HubCard]]
PartBuilder = Callable[[], dict[str, Any] | None]


@dataclass(frozen=True)
class HubPart:
    """A part: its template, and what it shows (None for nothing to show now)."""

    key: str
    template: str
    build: PartBuilder
    order: int = 100


class PartRefused(ValueError):
    """A part or builder that is registered already."""


_card_builders: list[CardBuilder] = []
_parts: dict[str, HubPart] = {}


def register_cards(builder: CardBuilder) -> None:
    """Put the builder's cards on the hub. Raises PartRefused for a second time."""
    if builder in _card_builders:
        raise PartRefused(f"{builder!r} is registered already")
    _card_builders.append(builder)


def register_part(part: HubPart) -> None:
    """Put the part on the hub. Raises PartRefused for a key that is taken."""
    if part.key in _parts:
        raise PartRefused(f"hub part {part.key!r} is registered already")
    _parts[part.key] = part


@dataclass(frozen=True)
class BuiltPart:
    """A part that has something to show."""

    template: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Shelf:
    """A form with its programmes."""

    key: str
    label: str
    cards: list[HubCard]


def build_shelves(audience: str = "") -> list[Shelf]:
    """Forms that the site has programmes of (for that audience), in their order."""
    cards = [card for builder in _card_builders for card in builder()]
    if audience:
        cards = [card for card in cards if audience in card.audiences or "all" in card.audiences]
    shelves = [Shelf(key, label, [card for card in cards if card.form == key]) for key, label in FORMS.items()]
    return [shelf for shelf in shelves if shelf.cards]


def build_parts() -> list[BuiltPart]:
    """Parts with something to show, in order."""
    ordered = sorted(_parts.values(), key=lambda each: (each.order, each.key))
    built = [(part.template, part.build()) for part in ordered]
    return [BuiltPart(template, facts) for template, facts in built if facts is not None]
