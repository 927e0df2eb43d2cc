"""The digest and its issues in the catalogue."""

from typing import Any

from legal_education.digest.composing import list_entries
from legal_education.digest.models import DigestIssuePage, DigestPage
from search.catalogue import CatalogueDraft, PartDraft, register_entry
from search.models import PageType


def build_issue(page: Any) -> CatalogueDraft:
    """An issue, by its greeting and what it says of each article."""
    parts = [PartDraft(page.greeting)] if page.greeting else []
    parts += [PartDraft(f"{entry.title} {entry.summary}".strip()) for entry in list_entries(page)]
    return CatalogueDraft(PageType.ARTICLE, parts, summary=page.summary or page.greeting)


def build_digest(page: Any) -> CatalogueDraft:
    """The digest, by its name and description."""
    return CatalogueDraft(PageType.COLUMN)


def register_own_entries() -> None:
    """Called once, when the app is ready."""
    register_entry(DigestIssuePage, build_issue)
    register_entry(DigestPage, build_digest)
