"""What cases hear: pages of this site that are published, changed, moved, withdrawn. Each receiver calls one action."""

from typing import Any

from legal_education.cases.actions import remove_case, rewrite_cases_of, rewrite_column, write_case
from legal_education.cases.references import CASES_COLUMN, holds_law
from legal_education.cases.tags import CASES_TAG, tag_of_law
from legal_education.cluster.models import CaseLink
from search.analysis.folding import to_law_key
from search.models import CatalogueEntry, PageType
from site_core import reading
from site_core.models import ColumnPage
from site_core.publication import Publication
from tenants.current import current_site

_ENDS = frozenset({"withdrawn", "deleted", "restricted"})


def before_catalogue(event: Publication) -> None:
    """What quotes a law is made of the catalogue's entry, which search is about to change: its old name is known only now."""
    entry = CatalogueEntry.objects.filter(site_id=current_site().pk, page_id=event.page.pk, page_type=PageType.LAW)
    for key in entry.values_list("fold_key", flat=True):
        _tell_who_quotes(key)


def on_publication(event: Publication) -> None:
    """A page of this site changed: as a case, as a law, or as the column of cases."""
    if event.kind in _ENDS:
        remove_case(event.page.pk)
        _tell_of_page(event.page.pk)
        return
    page = event.page.specific
    if isinstance(page, ColumnPage):
        _on_column(page)
        return
    write_case(page)
    if holds_law(page):
        _tell_who_quotes(to_law_key(page.title))
        rewrite_cases_of(page.pk)
        _tell_of_page(page.pk)


def _on_column(column: Any) -> None:
    """The pages of a column announce themselves when it moves; they say nothing when it becomes the column of cases."""
    links = CaseLink.objects.filter(site_id=current_site().pk)
    if column.node_key == CASES_COLUMN and column.numchild and not links.exists():
        rewrite_column(column)


def _tell_who_quotes(law_key: str) -> None:
    reading.changed(tag_of_law(law_key), CASES_TAG)


def _tell_of_page(page_id: int) -> None:
    """A page that is named by itself need not be a law in the catalogue: a policy document may hold one."""
    links = CaseLink.objects.filter(site_id=current_site().pk, law_page_id=page_id)
    for key in set(links.values_list("law_key", flat=True)):
        _tell_who_quotes(key)
