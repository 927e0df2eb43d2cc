"""Catalogue entries of pages that were copied as rows (`bulk`): copies of the first page's entry and parts. For benches alone."""

from typing import Any

from django.db import connection, transaction

from search.models import CatalogueEntry, CataloguePart
from site_core.models import HOME_SLUG
from tenants.current import current_site

_OWN = {
    "page_id": "made.id",
    "version": "nextval('public.search_version')",
    "url_path": "'/' || substr(made.url_path, %(cut)s)",
    "title": "made.title",
    "published_at": "base.public_at",
    "year": "extract(year FROM base.public_at)",
    "origin_key": "base.origin_key",
    "fold_key": "'origin:' || base.origin_key",
    "title_key": "source.title_key || (made.id - %(first)s)",
    "short_key": "source.short_key || (made.id - %(first)s)",
    "head_terms": "source.head_terms || ('''' || (made.id - %(first)s) || ''':1A')::tsvector",
    "all_terms": "source.all_terms || array_to_tsvector(ARRAY[(made.id - %(first)s)::text])",
    "written_at": "now()",
}
"""What a copy's entry has of its own; everything else is as in the entry of the page that it was copied from."""

_ENTRIES = """
INSERT INTO public.search_catalogueentry ({columns}) SELECT {values} FROM public.search_catalogueentry AS source,
  wagtailcore_page AS made JOIN site_core_basepage AS base ON base.page_ptr_id = made.id
WHERE source.id = %(source)s AND made.id BETWEEN %(first)s AND %(last)s
"""
_PARTS = """
INSERT INTO public.search_cataloguepart (entry_id, number, label, anchor, text, terms)
SELECT copy.id, part.number, part.label, part.anchor, part.text, part.terms
FROM public.search_cataloguepart AS part, public.search_catalogueentry AS copy
WHERE part.entry_id = %(source)s AND copy.site_id = %(site)s AND copy.page_id BETWEEN %(first)s AND %(last)s
"""


def multiply_entry(page_id: int, copies: range) -> None:
    """Entries and parts for the copies of the page, whose ids these are, on the current site."""
    if not copies:
        return
    source = CatalogueEntry.objects.get(site_id=current_site().pk, page_id=page_id)
    values = {
        "source": source.pk,
        "site": source.site_id,
        "first": copies[0],
        "last": copies[-1],
        "cut": len(f"/{HOME_SLUG}/") + 1,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_write_entries(), values)
        cursor.execute(_PARTS, values)


def _write_entries() -> str:
    fields: list[Any] = [field for field in CatalogueEntry._meta.local_concrete_fields if not field.primary_key]
    return _ENTRIES.format(
        columns=", ".join(f'"{field.column}"' for field in fields),
        values=", ".join(_OWN.get(field.name, f'source."{field.column}"') for field in fields),
    )


def tidy_catalogue() -> None:
    """What autovacuum would do within a minute."""
    tables = ", ".join(model._meta.db_table for model in (CatalogueEntry, CataloguePart))
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {tables}")
