"""Writes to policy documents that follow from others: what a successor does to the original, and what lapses by date."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from site_core import doors
from site_core.document_selectors import list_documents_lapsed
from site_core.models import DocumentPage, Replacement, Validity
from site_core.publication import Publication

_EFFECTS = {Replacement.AMENDS: Validity.AMENDED, Replacement.REPEALS: Validity.REPEALED}


def on_publication(event: Publication) -> None:
    """A document that became public marks the one it amends or repeals (domain R1.9)."""
    page = event.page
    if event.kind not in {"published", "changed"} or not isinstance(page, DocumentPage) or not page.replaces_id:
        return
    original = DocumentPage.objects.filter(pk=page.replaces_id).first()
    effect = _EFFECTS.get(Replacement(page.replacement)) if page.replacement else None
    if original and effect and original.validity not in {effect, Validity.REPEALED}:
        day = page.effective_on or page.issued_on or timezone.localdate()
        with doors.as_consequence():
            change_validity(original, effect, on=day, note=f"由《{page.title}》{page.replacement}。")


@transaction.atomic
def change_validity(document: DocumentPage, validity: str, *, on: Any, note: str) -> None:
    """Write the validity to the public page, and to the draft that may be waiting, so that its publication keeps it."""
    values = {"validity": str(validity), "validity_changed_on": on, "validity_note": note[:200]}
    for name, value in values.items():
        setattr(document, name, value)
    document.save(update_fields=list(values))
    draft = document.latest_revision
    if draft is not None:
        draft.content = {**draft.content, **values, "validity_changed_on": on.isoformat()}
        draft.save(update_fields=["content"])


def mark_lapsed_documents() -> int:
    """Mark documents of the current site whose last day has passed; each in a transaction of its own. Returns how many."""
    lapsed = list_documents_lapsed(timezone.localdate())
    for document in lapsed:
        change_validity(document, Validity.EXPIRED, on=document.expires_on, note="有效期届满。")
    return len(lapsed)
