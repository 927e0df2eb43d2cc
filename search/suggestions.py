"""Suggestions while typing: titles that everybody may see, by their beginning, their pinyin or their initials; hot searches."""

from dataclasses import dataclass

from django.db.models import Q

from search.analysis.folding import to_short_key
from search.answers import SITE
from search.models import CatalogueEntry, HotQuery
from search.selectors import list_sites_of_scope

MOST = 8
_LONGEST = 40


@dataclass(frozen=True)
class Suggestion:
    """Words to search for, and what they are."""

    text: str
    hint: str


def suggest(typed: str, scope: str = SITE) -> list[Suggestion]:
    """At most eight, without doubles: agreed hot searches first, then titles of the scope, higher laws first."""
    key = to_short_key(typed[:_LONGEST])
    if not key:
        return []
    hot = HotQuery.objects.filter(is_approved=True, query__startswith=key).values_list("query", flat=True)[:3]
    found = {query: Suggestion(query, "大家在搜") for query in hot}
    for entry in _list_titles(key, scope):
        found.setdefault(entry.short_key, Suggestion(entry.title, entry.get_page_type_display()))
    return list(found.values())[:MOST]


def _list_titles(key: str, scope: str) -> list[CatalogueEntry]:
    sites = tuple(list_sites_of_scope(scope))
    begins = Q(short_key__startswith=key) | Q(title_key__startswith=key)
    if key.isascii() and len(key) > 1:
        begins |= Q(pinyin__startswith=key) | Q(initials__startswith=key)
    rows = CatalogueEntry.objects.on_sites(sites).filter(begins)
    rows = rows.only("title", "short_key", "page_type", "level").order_by("-level", "-published_at")[:60]
    return sorted(rows, key=lambda entry: (-entry.level, len(entry.title)))
