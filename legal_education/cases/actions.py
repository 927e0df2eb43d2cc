"""Writes of what cases are bound to: always in the transaction of the publication that they follow."""

from typing import Any

from wagtail.models import Page

from legal_education.cases.references import BoundArticle, is_in_cases, list_bound
from legal_education.cases.tags import list_case_tags
from legal_education.cluster.models import CaseLink
from search.actions import path_of
from search.analysis.folding import clean, squeeze
from site_core import privacy, reading
from tenants.current import current_site


def write_case(page: Any) -> int:
    """Put the page's links as they follow from it now; what is no case, or not for everybody, has none. Returns how many."""
    bound = list_bound(page) if _may_be_shown(page) else []
    known = CaseLink.objects.filter(site_id=current_site().pk, page_id=page.pk)
    before = set(known.values_list("law_key", flat=True))
    if before:
        known.delete()
    CaseLink.objects.bulk_create(_make_links(page, bound))
    reading.changed(*list_case_tags(before | {each.law_key for each in bound}))
    return len(bound)


def remove_case(page_id: int) -> None:
    """Take the page's links away, if it has any."""
    known = CaseLink.objects.filter(site_id=current_site().pk, page_id=page_id)
    before = set(known.values_list("law_key", flat=True))
    if before:
        known.delete()
        reading.changed(*list_case_tags(before))


def rewrite_cases_of(law_page_id: int) -> None:
    """Cases of this site that name the page by itself, not by its title: that may be another one now."""
    known = CaseLink.objects.filter(site_id=current_site().pk, law_page_id=law_page_id)
    page_ids = set(known.values_list("page_id", flat=True))
    if page_ids:
        for page in Page.objects.live().filter(pk__in=page_ids).specific():
            write_case(page)


def rewrite_column(column: Any) -> int:
    """All pages below the column, which became one of cases or ceased to be. Returns how many are bound."""
    pages = Page.objects.live().descendant_of(column).specific()
    return sum(bool(write_case(page)) for page in pages.iterator(chunk_size=100))


def _may_be_shown(page: Any) -> bool:
    is_article = getattr(page, "is_item", False) and hasattr(page, "body")
    return bool(is_article and page.live and is_in_cases(page) and not privacy.is_restricted(page))


def _make_links(page: Any, bound: list[BoundArticle]) -> list[CaseLink]:
    return [
        CaseLink(
            site_id=current_site().pk,
            page_id=page.pk,
            title=squeeze(clean(page.title))[:255],
            url_path=path_of(page),
            published_at=page.public_at or page.first_published_at,
            law_key=each.law_key,
            law_title=each.law_title,
            law_page_id=each.page_id,
            anchor=each.anchor,
            article_number=each.numbers[0],
            article_sub=each.numbers[1],
        )
        for each in bound
    ]
