"""The self-test of search: the title of a published item, put as a query on its site, must find an item of that title.

National inspection tests just that: the first page must show it (国办 test of 政府网站 search, domain R8.2).
"""

from dataclasses import dataclass

import structlog
from django.db import transaction

from search.analysis.folding import to_key
from search.answers import Question
from search.models import CatalogueEntry, TitleTest, TitleTestRun
from search.searching import search
from tenants.current import enter_site
from tenants.kinds import SiteState
from tenants.models import Organisation

SAMPLE = 30
"""Titles of each site that a nightly run tries."""

_KEPT_RUNS = 60
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TestResult:
    """How many titles were tried, and how many did not find themselves."""

    tried: int
    failed: int


def run_title_test(sample: int | None = SAMPLE) -> TestResult:
    """Try so many titles of every public site (None: all of them); failures take the place of those of the run before."""
    failures: list[TitleTest] = []
    tried = 0
    for site in Organisation.objects.filter(state__in=(SiteState.LIVE, SiteState.ARCHIVED)).order_by("pk"):
        with enter_site(site.schema_name):
            for entry in _list_sample(site, sample):
                tried += 1
                if not finds_itself(entry):
                    failures.append(TitleTest(site_id=site.pk, title=entry.title, url_path=entry.url_path))
    _keep(tried, failures)
    if failures:
        _log.warning("title_test_failed", tried=tried, failed=len(failures))
    return TestResult(tried, len(failures))


def finds_itself(entry: CatalogueEntry) -> bool:
    """Whether the first page for the entry's title, on the current site, shows an item of exactly that title."""
    found = search(Question(entry.title))
    wanted = to_key(entry.title)
    shown = [title for hit in found.hits for title in (hit.title, *(copy.title for copy in hit.same_as))]
    return any(to_key(title) == wanted for title in shown)


def _list_sample(site: Organisation, sample: int | None) -> list[CatalogueEntry]:
    """Chosen at random, so that every title has its turn; one without letters or digits cannot be searched for."""
    entries = CatalogueEntry.objects.filter(site_id=site.pk).exclude(title_key="").order_by("?")
    return list(entries[:sample] if sample else entries)


@transaction.atomic
def _keep(tried: int, failures: list[TitleTest]) -> None:
    TitleTest.objects.all().delete()
    TitleTest.objects.bulk_create(failures[:1000])
    TitleTestRun.objects.create(tried=tried, failed=len(failures))
    kept = TitleTestRun.objects.order_by("-run_at").values_list("pk", flat=True)[:_KEPT_RUNS]
    TitleTestRun.objects.exclude(pk__in=list(kept)).delete()
