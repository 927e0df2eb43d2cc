"""Old addresses lead on: after a change of slug and after a move, on that site alone."""

import pytest
from django.db import transaction

from site_core.models import ArticlePage, ColumnPage
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.factories import make_article, make_member, path_of
from tests.site_core.page_samples import make_column


@pytest.fixture
def old_and_new(two_sites, django_capture_on_commit_callbacks):
    """An article with its old and new path, after `change(page)`."""

    def make(change, **fields):
        article = make_article(two_sites.a, **fields)
        old = path_of(two_sites.a, article)
        with enter_site(two_sites.a), django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            change(ArticlePage.objects.get(pk=article.pk))
            new = ArticlePage.objects.get(pk=article.pk).get_url()
        return old, new

    return make


def change_slug(page):
    page.slug = "new-address"
    page.save_revision().publish()


def move(page):
    page.move(get_column("gzdt"), pos="last-child")


@pytest.mark.parametrize("change", [change_slug, move])
def test_old_address_leads_to_the_new_one_on_that_site_alone(two_sites, client_of, old_and_new, change):
    old, new = old_and_new(change)
    assert old != new
    answer = client_of(two_sites.a).get(old)
    assert (answer.status_code, answer["Location"].removeprefix("http://kongtong.sfj.localhost")) == (301, new)
    assert client_of(two_sites.b).get(old).status_code == 404


def test_pages_of_a_moved_column_lead_on_too(two_sites, client_of, django_capture_on_commit_callbacks):
    with enter_site(two_sites.a):
        make_column("jiu", "lines")
    article = make_article(two_sites.a, column="jiu")
    old = path_of(two_sites.a, article)
    with enter_site(two_sites.a), django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        ColumnPage.objects.get(slug="jiu").move(get_column("gzdt"), pos="last-child")
    answer = client_of(two_sites.a).get(old)
    assert answer.status_code == 301
    assert answer["Location"].endswith(f"/gzdt{old}")


def test_slug_that_an_editor_changes_in_the_form_leads_on(
    two_sites, signed_in, client_of, django_capture_on_commit_callbacks
):
    article = make_article(two_sites.a, summary="摘要", column="gzdt")
    old = path_of(two_sites.a, article)
    form = {
        "title": "标题", "slug": "from-the-form", "summary": "摘要", "body-count": "0", "action-publish": "action-publish",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0",
    }  # fmt: skip
    client = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/admin/pages/{article.pk}/edit/", form).status_code == 302
    assert client_of(two_sites.a).get(old)["Location"].endswith("/gzdt/from-the-form/")
