"""Which articles of which laws a page relies on: the citations of its body, each with the key that the cluster knows the law by."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from search.analysis.folding import clean, squeeze, to_key, to_law_key
from site_core.law_connections import Citation, list_citations
from site_core.laws import find_anchor

CASES_COLUMN = "pufa_yasf"
_ANCHOR = re.compile(r"tiao-(\d+)(?:-(\d+))?")
_MARKS = "《》〈〉 \u3000"


@dataclass(frozen=True)
class BoundArticle:
    """An article that a citation means; `anchor` is '' and the numbers 0 where it names none. `page_id` of this site, or None."""

    citation: Citation
    law_key: str
    law_title: str
    anchor: str
    page_id: int | None = None

    @property
    def numbers(self) -> tuple[int, int]:
        """第二十三条之一 as (23, 1)."""
        return read_anchor(self.anchor)


def read_anchor(anchor: str) -> tuple[int, int]:
    """`tiao-23-1` as (23, 1); (0, 0) for none."""
    match = _ANCHOR.fullmatch(anchor)
    return (int(match[1]), int(match[2] or 0)) if match else (0, 0)


def bind(citations: Iterable[Citation]) -> list[BoundArticle]:
    """By page of this site where one is named, else by title or short name. Two queries for any number; no law, no binding."""
    rows = [each for each in citations if each.page_id or each.law.strip(_MARKS)]
    titles = _list_page_titles({each.page_id for each in rows if each.page_id})
    full = _list_full_names({_tidy(each.law) for each in rows if each.page_id not in titles})
    return [_bind_one(each, titles, full) for each in rows]


def _bind_one(citation: Citation, titles: dict[int, str], full: dict[str, str]) -> BoundArticle:
    page_id = citation.page_id if citation.page_id in titles else None
    name = _tidy(citation.law)
    title = titles[page_id] if page_id else full.get(to_key(name), name)
    return BoundArticle(citation, to_law_key(title), title[:255], find_anchor(citation.article), page_id)


def _tidy(name: str) -> str:
    return squeeze(clean(name)).strip(_MARKS)


def _list_page_titles(page_ids: set[int]) -> dict[int, str]:
    from wagtail.models import Page

    if not page_ids:
        return {}
    return {pk: squeeze(clean(title)) for pk, title in Page.objects.filter(pk__in=page_ids).values_list("pk", "title")}


def _list_full_names(names: set[str]) -> dict[str, str]:
    """Full titles of what the centre's word list knows as short names, by key."""
    from search.models import Abbreviation

    if not names:
        return {}
    known = Abbreviation.objects.filter(short__in=names, is_active=True).values_list("short", "full")
    return {to_key(short): full for short, full in known}


def list_bound(page: Any) -> list[BoundArticle]:
    """What the page's body is bound to, each article once, in order."""
    found: dict[tuple[str, str], BoundArticle] = {}
    for each in bind(list_citations(getattr(page, "body", None) or ())):
        found.setdefault((each.law_key, each.anchor), each)
    return list(found.values())


def is_in_cases(page: Any) -> bool:
    """Whether the page stands in the column of cases, or below it."""
    from site_core.selectors import list_columns_above

    return any(column.node_key == CASES_COLUMN for column in list_columns_above(page))


def holds_law(page: Any) -> bool:
    """Whether the page's body holds the text of a law."""
    return any(child.block_type == "law" for child in getattr(page, "body", None) or ())
