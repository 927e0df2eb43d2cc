"""Writing the catalogue anew from the sites: page by page, each in its own transaction, while everything goes on."""

from collections.abc import Callable, Iterator

from django.db import transaction
from wagtail.models import Page

from search.actions import remove_entry, write_entry
from search.catalogue import find_builder
from search.models import CatalogueEntry
from site_core import privacy
from tenants.current import current_site, enter_site

_BATCH = 50


def count_pages(schema_name: str) -> int:
    """Pages of the site that may have entries."""
    with enter_site(schema_name):
        return Page.objects.live().filter(depth__gt=1).count()


def rebuild_site(schema_name: str, advance: Callable[[int], None]) -> int:
    """Write all entries of the site, take away those whose pages are gone. Returns how many were written; safe to repeat."""
    written = 0
    with enter_site(schema_name):
        for batch in _list_batches():
            with transaction.atomic(), privacy.read_once():
                # Locked, so that a publication of the same moment is not overwritten by what stood there before it.
                locked = Page.objects.select_for_update().filter(pk__in=batch).order_by("pk")
                for page in locked.specific():
                    if find_builder(type(page)) and write_entry(page):
                        written += 1
            advance(len(batch))
        _remove_orphans()
    return written


def _list_batches() -> Iterator[list[int]]:
    last = 0
    pages = Page.objects.live().filter(depth__gt=1).order_by("pk")
    while batch := list(pages.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        last = batch[-1]
        yield batch


@transaction.atomic
def _remove_orphans() -> None:
    known = set(Page.objects.live().values_list("pk", flat=True))
    entries = CatalogueEntry.objects.filter(site_id=current_site().pk).values_list("page_id", flat=True)
    for page_id in set(entries) - known:
        remove_entry(page_id)
