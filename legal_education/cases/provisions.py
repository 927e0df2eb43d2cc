"""The words of cited articles, and where they can be read: from the catalogue, in whatever site of the cluster the law stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from legal_education.cases.references import BoundArticle, bind
from legal_education.cases.tags import tag_of_law
from search.models import CatalogueEntry, CataloguePart, PageType
from search.selectors import find_places
from site_core import reading
from site_core.law_connections import Citation, Provision
from tenants.current import current_site
from tenants.kinds import SiteKind, SiteState

_Key = tuple[int, str]  # of an article: entry and anchor


@dataclass(frozen=True)
class FoundLaw:
    """The copy of a law that is shown for a citation (or None), and the words of the article ('' for none)."""

    bound: BoundArticle
    entry: CatalogueEntry | None
    text: str


def find_provisions(citations: Sequence[Citation]) -> Mapping[Citation, Provision]:
    """What is known of each; at most seven queries for any number of citations."""
    found = find_laws(bind(citations))
    for each in found:
        reading.record(tag_of_law(each.bound.law_key))
    places = {place.entry.pk: place for place in find_places(each.entry for each in found if each.entry)}
    here = current_site().pk
    provisions = {}
    for each in found:
        if each.entry is not None and each.entry.pk in places:
            url = each.entry.url_path if each.entry.site_id == here else places[each.entry.pk].url
            anchor = f"#{each.bound.anchor}" if each.text else ""
            provisions[each.bound.citation] = Provision(each.text, url + anchor)
    return provisions


def find_laws(bound: Iterable[BoundArticle]) -> list[FoundLaw]:
    """For each the copy that has the article: this site's own before the city's, before others; the newest of several versions."""
    rows = list(bound)
    entries = _list_entries(rows)
    texts = _list_texts({entry.pk for each in entries.values() for entry in each}, {each.anchor for each in rows})
    return [_choose(each, entries.get(each.law_key, []) + entries.get(_page_key(each), []), texts) for each in rows]


def _page_key(bound: BoundArticle) -> str:
    return f"page:{bound.page_id}" if bound.page_id else ""


def _list_entries(rows: list[BoundArticle]) -> dict[str, list[CatalogueEntry]]:
    """Copies by key of the law, and pages of this site that are named by themselves, best first."""
    if not rows:
        return {}
    here = current_site().pk
    page_ids = {each.page_id for each in rows if each.page_id}
    laws = Q(page_type=PageType.LAW, fold_key__in={each.law_key for each in rows})
    visible = Q(site__state=SiteState.LIVE) | Q(site_id=here)
    entries = CatalogueEntry.objects.filter(visible & (laws | Q(site_id=here, page_id__in=page_ids)))
    ordered = sorted(entries.select_related("site"), key=lambda entry: _rank(entry, here))
    found: dict[str, list[CatalogueEntry]] = defaultdict(list)
    for entry in ordered:
        found[entry.fold_key].append(entry)
        if entry.site_id == here:
            found[f"page:{entry.page_id}"].append(entry)
    return found


def _rank(entry: CatalogueEntry, here: int) -> tuple[bool, bool, float, int]:
    published = entry.published_at.timestamp() if entry.published_at else 0.0
    return entry.site_id != here, entry.site.kind != SiteKind.CITY_BUREAU, -published, entry.pk


def _list_texts(entry_ids: set[int], anchors: set[str]) -> dict[_Key, str]:
    """Words of the articles; a long one stands in several parts."""
    if not entry_ids or not anchors - {""}:
        return {}
    parts = CataloguePart.objects.filter(entry_id__in=entry_ids, anchor__in=anchors - {""})
    texts: dict[_Key, list[str]] = defaultdict(list)
    for entry_id, anchor, text in parts.order_by("number").values_list("entry_id", "anchor", "text"):
        texts[entry_id, anchor].append(text)
    return {key: "\n".join(lines) for key, lines in texts.items()}


def _choose(bound: BoundArticle, entries: list[CatalogueEntry], texts: dict[_Key, str]) -> FoundLaw:
    named = [entry for entry in entries if bound.page_id and _is_page(entry, bound.page_id)]
    candidates = named or entries
    for entry in candidates:
        if (entry.pk, bound.anchor) in texts:
            return FoundLaw(bound, entry, texts[entry.pk, bound.anchor])
    return FoundLaw(bound, candidates[0] if candidates else None, "")


def _is_page(entry: CatalogueEntry, page_id: int) -> bool:
    return entry.page_id == page_id and entry.site_id == current_site().pk
