"""Reads of policy documents: what interprets them, what they replaced, and what has lapsed."""

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from site_core.models import ArticlePage, DocumentPage


def find_interpreted(article: "ArticlePage") -> "DocumentPage | None":
    """The visible document that the article interprets."""
    from site_core.models import DocumentPage

    if not article.interprets_id:
        return None
    return DocumentPage.objects.visible().filter(pk=article.interprets_id).defer("body", "basis").first()


def list_interpretations(document: "DocumentPage") -> list["ArticlePage"]:
    """Visible articles that interpret the document, newest first."""
    from site_core.models import ArticlePage

    return list(ArticlePage.objects.visible().filter(interprets=document).newest_first().defer("body"))


_LONGEST_HISTORY = 6


def list_history(document: "DocumentPage") -> list["DocumentPage"]:
    """Documents that this one replaced and that replaced it, oldest first, itself among them; [] where it stands alone."""
    from site_core.models import DocumentPage

    known = DocumentPage.objects.visible().defer("body", "basis")
    before: list[DocumentPage] = []
    oldest = document
    while oldest.replaces_id and len(before) < _LONGEST_HISTORY:
        found = known.filter(pk=oldest.replaces_id).exclude(pk__in=[each.pk for each in (document, *before)]).first()
        if found is None:
            break
        oldest = found
        before.insert(0, found)
    after = list(known.filter(replaces=document).order_by("issued_on", "pk"))
    return [*before, document, *after] if before or after else []


def find_document_by_number(number: str, *, other_than: int | None = None) -> "DocumentPage | None":
    """The document of this site that has the 文号."""
    from site_core.models import DocumentPage

    return DocumentPage.objects.filter(document_number=number).exclude(pk=other_than).defer("body", "basis").first()


def list_documents_lapsed(today: date) -> list["DocumentPage"]:
    """Documents in force whose last day has passed."""
    from site_core.models import DocumentPage, Validity

    holding = (Validity.IN_FORCE, Validity.AMENDED)
    return list(DocumentPage.objects.filter(validity__in=holding, expires_on__lt=today))


def list_open_documents(documents: list[Any]) -> list[Any]:
    """Those of the files that everybody may read: not in a private collection, nor below one."""
    restricted: dict[int, bool] = {}
    for document in documents:
        collection = document.collection
        if collection.pk not in restricted:
            restricted[collection.pk] = collection.get_view_restrictions().exists()
    return [document for document in documents if not restricted[document.collection.pk]]
