"""What a page is in the catalogue: drafts that page types hand in, and the registry of who makes them.

Every public page type registers a builder, or says that it has no entry; a system check names those that do neither.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from search.models import LawLevel, PageType


@dataclass(frozen=True)
class PartDraft:
    """A piece of the page that a hit can lead to; `anchor` without `#`, '' where the page has no mark for it."""

    text: str
    label: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class CatalogueDraft:
    """What a page type tells of a page. What all pages have (title, dates, column …) the catalogue takes itself.

    `names` are words that count as much as keywords (a person's office, an organ); `numbers` in their one form.
    `service` holds `elements` (name and text), `online_url` and `booking_url` of a service guide.
    """

    page_type: PageType
    parts: Sequence[PartDraft] = ()
    summary: str = ""
    names: Sequence[str] = ()
    document_number: str = ""
    index_number: str = ""
    numbers: Sequence[str] = ()
    validity: str = ""
    topic: str = ""
    level: LawLevel = LawLevel.NONE
    fold_key: str = ""
    service: dict[str, Any] = field(default_factory=dict)


Builder = Callable[[Any], CatalogueDraft | None]


class BuilderRefused(ValueError):
    """A page type has a builder already."""


_builders: dict[type[Page], Builder | None] = {}


def register_entry(page_class: type[Page], builder: Builder | None) -> None:
    """Make entries of that page type by the builder; None says that its pages have none. Raises BuilderRefused."""
    if page_class in _builders:
        raise BuilderRefused(f"{page_class.__name__} has a catalogue entry already")
    _builders[page_class] = builder


def find_builder(page_class: type[Page]) -> Builder | None:
    """The type's own builder; None for types without entries."""
    return _builders.get(page_class)


def list_undeclared() -> list[type[Page]]:
    """Page types that can be made, and neither have a builder nor say that they need none."""
    from wagtail.models import get_page_models

    return [model for model in get_page_models() if model is not Page and model.is_creatable and model not in _builders]
