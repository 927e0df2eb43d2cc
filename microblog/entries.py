"""The stream and its posts in the catalogue: found by search, and gathered from it by the city's stream over all sites."""

from typing import Any

from microblog.models import MicroPost, StreamPage
from search.catalogue import CatalogueDraft, PartDraft, register_entry
from search.models import PageType

_LONGEST_SUMMARY = 300


def build_post(page: Any) -> CatalogueDraft:
    """A post, by its words."""
    names = [page.topic_word] if page.topic_word else []
    return CatalogueDraft(PageType.MICRO, [PartDraft(page.text)], summary=page.text[:_LONGEST_SUMMARY], names=names)


def build_stream(page: Any) -> CatalogueDraft:
    """The stream, by its name and description."""
    return CatalogueDraft(PageType.COLUMN)


def register_own_entries() -> None:
    """Called once, when the app is ready."""
    register_entry(MicroPost, build_post)
    register_entry(StreamPage, build_stream)
