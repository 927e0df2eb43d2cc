"""Writes to the catalogue: always in the transaction of the change that they follow."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection
from wagtail.models import Page

from search.analysis.folding import clean, fold, squeeze, to_key, to_short_key
from search.analysis.pinyin import spell_both
from search.analysis.terms import list_terms, list_title_terms, to_vector, to_weighted_vector
from search.analysis.words import list_words
from search.catalogue import CatalogueDraft, PartDraft, find_builder
from search.models import CatalogueEntry, CataloguePart
from search.selectors import EDUCATION_TAG, NEWS_TAG, POSTS_TAG, is_education, is_news, is_post
from site_core import privacy, reading
from site_core.publication import Publication
from tenants.current import current_site, enter_site
from tenants.events import SiteEvent

_ENDS = frozenset({"withdrawn", "deleted", "restricted"})
_CHARACTERISTIC_WORDS = 40
_MOST_TERMS = 60_000
_MOST_NUMBERS = 40


def on_publication(publication: Publication) -> None:
    """Write or remove the page's entry, with the change or not at all."""
    if publication.kind in _ENDS:
        remove_entry(publication.page.pk)
        return
    page = publication.page.specific
    write_entry(page)
    _tell_pages_below(page)


def write_entry(page: Any) -> CatalogueEntry | None:
    """Put the page's entry and parts as it stands now; a page that is not for everybody has none. Returns the entry."""
    from search.attachments import defer_unread, list_documents, list_parts

    builder = find_builder(type(page))
    draft = builder(page) if builder and page.live and not privacy.is_restricted(page) else None
    if draft is None:
        remove_entry(page.pk)
        return None
    documents = list_documents(page)
    parts = [*draft.parts, *list_parts(documents)]
    terms = [list_terms(f"{part.label}\n{part.text}") for part in parts]
    entry = _make_entry(page, draft, parts, terms)
    known = _find_known(page.pk)
    if known:
        entry.pk = known.pk
        CataloguePart.objects.filter(entry_id=known.pk)._raw_delete("default")
    entry.save(force_insert=not known)
    _tell_lists(known, entry)
    CataloguePart.objects.bulk_create(_make_parts(entry, parts, terms), batch_size=500)
    _note_for_index(entry.page_id)
    defer_unread(page, documents)
    return entry


def remove_entry(page_id: int) -> None:
    """Take the page's entry out of the catalogue, if it has one."""
    known = _find_known(page_id)
    if known:
        known.delete()
        _tell_lists(known)
        _note_for_index(page_id, is_removal=True)


def _find_known(page_id: int) -> CatalogueEntry | None:
    found = CatalogueEntry.objects.filter(site_id=current_site().pk, page_id=page_id)
    return found.only("site_id", "page_id", "column_key", "page_type").first()


def _tell_lists(*entries: CatalogueEntry | None) -> None:
    """Lists across sites show the entry, or did."""
    if any(entry and is_news(entry) for entry in entries):
        reading.changed(NEWS_TAG)
    if any(entry and is_post(entry) for entry in entries):
        reading.changed(POSTS_TAG)
    if any(entry and is_education(entry) for entry in entries):
        reading.changed(EDUCATION_TAG)


def _note_for_index(page_id: int, *, is_removal: bool = False) -> None:
    from search.index_work import note_change

    note_change(current_site().schema_name, page_id, is_removal=is_removal)


def _make_entry(
    page: Any, draft: CatalogueDraft, parts: Sequence[PartDraft], terms: Sequence[set[str]]
) -> CatalogueEntry:
    title = squeeze(clean(page.title))[:255]
    column = _find_column(page)
    pinyin, initials = spell_both(to_short_key(title))
    published = page.public_at or page.first_published_at
    entry = CatalogueEntry(
        site_id=current_site().pk,
        page_id=page.pk,
        version=take_version(),
        url_path=path_of(page),
        page_type=draft.page_type,
        title=title,
        summary=squeeze(clean(draft.summary or page.summary)),
        keywords=squeeze(clean(page.keywords)),
        source=page.shown_source,
        published_at=published,
        year=published.astimezone().year if published else None,
        column_id=column.pk if column else None,
        column_key=(column.node_key or column.slug)[:60] if column else "",
        column_path=path_of(column) if column else "",
        column_title=column.title if column else "",
        column_kind=column.kind if column else "",
        document_number=draft.document_number,
        index_number=draft.index_number,
        numbers=list(dict.fromkeys(draft.numbers))[:_MOST_NUMBERS],
        validity=draft.validity,
        topic=draft.topic,
        level=draft.level,
        origin_key=page.origin_key,
        fold_key=draft.fold_key or f"origin:{page.origin_key}",
        title_key=to_key(title),
        short_key=to_short_key(title),
        pinyin=pinyin[:1000],
        initials=initials[:255],
        service=draft.service,
        part_count=len(parts),
    )
    _set_terms(entry, draft, parts, terms)
    return entry


def _set_terms(
    entry: CatalogueEntry, draft: CatalogueDraft, parts: Sequence[PartDraft], terms: Sequence[set[str]]
) -> None:
    names = " ".join([entry.keywords, entry.column_title, entry.source, *draft.names])
    body = "\n".join(part.text for part in parts)
    head: dict[str, set[str]] = {
        "A": list_title_terms(entry.title),
        "B": list_terms(names) | set(entry.numbers),
        "C": list_terms(entry.summary),
        "D": _list_characteristic_terms(body),
    }
    entry.head_terms = to_weighted_vector(head)
    everything = set().union(*terms, *(head[weight] for weight in "ABC"))
    entry.all_terms = to_vector(sorted(everything)[:_MOST_TERMS])


def _list_characteristic_terms(body: str) -> set[str]:
    """Terms of the words that a text uses most: what it is about, even where its title does not say so."""
    counts = Counter(list_words(fold(body[:60_000])))
    frequent = [word for word, count in counts.most_common(_CHARACTERISTIC_WORDS) if count > 1 or len(body) < 2000]
    return {term for word in frequent for term in list_terms(word)}


def _make_parts(entry: CatalogueEntry, parts: Sequence[PartDraft], terms: Sequence[set[str]]) -> list[CataloguePart]:
    return [
        CataloguePart(
            entry=entry,
            number=number,
            label=part.label[:255],
            anchor=part.anchor[:120],
            text=part.text,
            terms=to_vector(found),
        )
        for number, (part, found) in enumerate(zip(parts, terms, strict=True))
    ]


def take_version() -> int:
    """The next version of the catalogue: each write has a higher one than all before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('public.search_version')")
        return int(cursor.fetchone()[0])


def path_of(page: Page) -> str:
    """Path of the page on its site, without host: hosts may change, and the catalogue need not know."""
    from site_core.models import HOME_SLUG

    return "/" + str(page.url_path).removeprefix(f"/{HOME_SLUG}/")


def _find_column(page: Any) -> Any:
    """The column that the page stands in: the nearest one above it; for a column the one above that."""
    from site_core.selectors import list_columns_above

    return next(iter(reversed(list_columns_above(page))), None)


def _tell_pages_below(page: Any) -> None:
    """Name, kind and address of a column stand in the entries of its pages."""
    if page.is_column and page.numchild:
        below = CatalogueEntry.objects.filter(site_id=current_site().pk, column_id=page.pk)
        told = {"column_title": page.title, "column_kind": page.kind, "column_path": path_of(page)}
        rewrite_pages(list(below.exclude(**told).values_list("page_id", flat=True)))


def on_site_event(event: SiteEvent) -> None:
    """The site's names stand in its entries, as the source of what names no other."""
    if event.kind == "details_changed":
        with enter_site(event.site.schema_name):
            entries = CatalogueEntry.objects.filter(site_id=event.site.pk)
            rewrite_pages(list(entries.values_list("page_id", flat=True)))


AT_ONCE = 100
"""So many entries are written anew along with what they are made of; more of them by a job, since somebody is waiting."""


def rewrite_pages(page_ids: Sequence[int]) -> None:
    """Write the entries of these pages of the current site anew: a few now, many soon."""
    from search.tasks import rewrite_entries

    if len(page_ids) > AT_ONCE:
        for start in range(0, len(page_ids), AT_ONCE):
            rewrite_entries.defer(page_ids=list(page_ids[start : start + AT_ONCE]))
        return
    for page in Page.objects.live().filter(pk__in=page_ids).specific():
        write_entry(page)
