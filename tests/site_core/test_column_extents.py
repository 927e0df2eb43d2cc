"""How long a column's list is: counted once, and anew after whatever changes the list, on this site alone."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from site_core.column_extents import measure_column
from site_core.models import ArticlePage
from site_core.selectors import get_column
from tenants.current import enter_site
from tenants.models import Organisation
from tests.factories import make_article, make_column


@pytest.fixture
def sites(cluster_db):
    """Two sites outside of any transaction: inside of one nothing is kept."""
    return Organisation.objects.get(schema_name="kongtong"), Organisation.objects.get(schema_name="jingning")


def total_on(site, slug="tzgg"):
    with enter_site(site):
        return measure_column(get_column(slug)).total


def queries_on(site):
    with enter_site(site):
        column = get_column("tzgg")
        with CaptureQueriesContext(connection) as queries:
            measure_column(column)
    return [query["sql"] for query in queries if "search_path" not in query["sql"]]


def test_column_is_counted_once_and_then_only_the_state_of_the_site_is_read(sites):
    make_article(sites[0])
    total_on(sites[0])
    (only,) = queries_on(sites[0])
    assert "accounts_ledgerhead" in only

    make_article(sites[0], column="gzdt")

    assert len(queries_on(sites[0])) > 1


def test_whatever_changes_the_list_is_counted_at_once_on_its_own_site_alone(sites):
    here, there = sites
    page = make_article(here)
    make_article(here)
    make_column(here, "local")
    before = total_on(here), total_on(there)

    def totals():
        return total_on(here) - before[0], total_on(there) - before[1]

    with enter_site(here), transaction.atomic():
        ArticlePage.objects.get(pk=page.pk).unpublish()
    assert totals() == (-1, 0)
    with enter_site(here), transaction.atomic():
        ArticlePage.objects.get(pk=page.pk).get_latest_revision().publish()
    assert totals() == (0, 0)
    with enter_site(here), transaction.atomic():
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert totals() == (-1, 0)
    with enter_site(here), transaction.atomic():
        restriction.delete()
    assert totals() == (0, 0)
    with enter_site(here), transaction.atomic():
        ArticlePage.objects.get(pk=page.pk).move(get_column("local"), pos="last-child")
    assert (*totals(), total_on(here, "local")) == (-1, 0, 1)
    with enter_site(here), transaction.atomic():
        ArticlePage.objects.get(pk=page.pk).delete()
    assert (*totals(), total_on(here, "local")) == (-1, 0, 0)
    make_article(there)
    assert totals() == (-1, 1)


def test_inside_of_a_transaction_what_stands_there_is_counted_and_not_kept(sites):
    site = sites[0]
    page = make_article(site)
    before = total_on(site)
    with enter_site(site), transaction.atomic():
        ArticlePage.objects.filter(pk=page.pk).update(live=False)  # the ledger has not heard of it yet
        assert total_on(site) == before - 1
        transaction.set_rollback(True)
    assert total_on(site) == before
    with enter_site(site), transaction.atomic():
        make_article(site)
        assert total_on(site) == before + 1
        transaction.set_rollback(True)
    make_article(site, column="gzdt")  # takes the place in the ledger that was given back
    assert total_on(site) == before


def test_page_of_a_column_may_be_kept_though_the_state_of_the_site_was_read(sites):
    from site_core import reading

    make_article(sites[0])
    with reading.listen() as read:
        assert Client(HTTP_HOST="kongtong.sfj.localhost").get("/tzgg/").status_code == 200
    assert not read.obstacles
    with enter_site(sites[0]):
        assert f"column:kongtong:{get_column('tzgg').pk}" in read.tags
