"""What changes the text of attachments without a publication: a collection that became private or open, a file replaced."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.models import Collection, CollectionViewRestriction, Page

from search.actions import write_entry
from site_core.models import PageAttachment, SiteDocument


def connect() -> None:
    """Connect; called once, when the app is ready."""
    post_save.connect(on_restriction_changed, sender=CollectionViewRestriction)
    post_delete.connect(on_restriction_changed, sender=CollectionViewRestriction)
    post_save.connect(on_document_saved, sender=SiteDocument)


def on_restriction_changed(sender: Any, instance: CollectionViewRestriction, **kwargs: Any) -> None:
    """Files of the collection, and of those below it, are no longer everybody's, or are again: their text goes or comes."""
    collection = Collection.objects.filter(pk=instance.collection_id).first()
    if collection is not None:
        _write_pages_with(SiteDocument.objects.filter(collection__path__startswith=collection.path))


def on_document_saved(sender: Any, instance: SiteDocument, created: bool, **kwargs: Any) -> None:
    """A file that was replaced, renamed or put into another collection; a new one belongs to no page yet."""
    if not created:
        _write_pages_with(SiteDocument.objects.filter(pk=instance.pk))


@transaction.atomic
def _write_pages_with(documents: Any) -> None:
    attached = PageAttachment.objects.filter(document__in=documents.values("pk"))
    for page in Page.objects.live().filter(pk__in=attached.values("page_id")).specific():
        write_entry(page)
