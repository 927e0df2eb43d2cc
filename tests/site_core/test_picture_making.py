"""Pictures made ahead of readers: ordered by drafts, whole, one site's own."""

import logging
from pathlib import Path

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from site_core import picture_making
from site_core.models import ArticlePage, SiteRendition
from site_core.selectors import get_column
from site_core.tasks import make_draft_pictures
from tenants.current import enter_site
from tests.factories import make_article, make_member
from tests.site_core.page_samples import make_article_with_everything, make_picture


@pytest.fixture
def editor(two_sites):
    return make_member(two_sites.a, "editor", "picture-editor")


def orders():
    """(site, page) of the jobs that wait."""
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="make_draft_pictures", status="todo")
    return [(job.args["site"], job.args["page_id"]) for job in jobs.order_by("pk")]


def save(page, editor, **fields):
    """As the editor's form does."""
    for name, value in fields.items():
        setattr(page, name, value)
    with transaction.atomic():
        return page.save_revision(user=editor)


def test_readers_of_a_new_article_make_no_picture(two_sites, client_of):
    with enter_site(two_sites.a):
        page = make_article_with_everything(get_column("tzgg"))
        SiteRendition.objects.all().delete()
        assert picture_making.make_pictures(page) == 2
        made = set(SiteRendition.objects.values_list("image", "filter_spec"))
        path = page.get_url()
    for url in (path, "/tzgg/", "/"):
        assert client_of(two_sites.a).get(url).status_code == 200
    with enter_site(two_sites.a):
        assert set(SiteRendition.objects.values_list("image", "filter_spec")) == made
        specs = {spec for image, spec in made if image == page.cover_id}
        assert {"fill-800x500|format-avif", "fill-400x250|format-webp", "fill-240x180|format-jpeg"} <= specs


def test_draft_that_somebody_saves_orders_its_pictures_once(two_sites, editor):
    page = make_article(two_sites.a)
    with enter_site(two_sites.a):
        picture = make_picture("封面")
        save(page, editor, title="还没有图")
        assert orders() == []
        save(page, editor, cover=picture)
        save(page, editor, title="再保存一次")
        assert orders() == [("kongtong", page.pk)]


def test_what_programs_write_orders_nothing(two_sites):
    with enter_site(two_sites.a):
        save(make_article(two_sites.a), None, cover=make_picture("封面"))
    assert orders() == []


def test_job_makes_the_pictures_of_the_newest_draft_on_its_own_site(two_sites, editor):
    page = make_article(two_sites.a)
    with enter_site(two_sites.b):
        make_picture("别站的图")
    with enter_site(two_sites.a):
        old, new = make_picture("旧封面"), make_picture("新封面")
        save(page, editor, cover=old)
        save(page, editor, cover=new)
        assert ArticlePage.objects.get(pk=page.pk).cover is None, "no draft is public"
        assert make_draft_pictures(page_id=page.pk) == 1
        assert set(SiteRendition.objects.values_list("image", flat=True)) == {new.pk}
        before = SiteRendition.objects.count()
        assert make_draft_pictures(page_id=page.pk) == 1
        assert SiteRendition.objects.count() == before, "a second time makes nothing"
    with enter_site(two_sites.b):
        assert not SiteRendition.objects.exists()


def test_page_that_is_gone_leaves_nothing_to_do(two_sites):
    with enter_site(two_sites.a):
        assert make_draft_pictures(page_id=10**9) == 0


def test_picture_whose_file_is_gone_keeps_no_other_back(two_sites, editor, caplog):
    with enter_site(two_sites.a):
        page = make_article_with_everything(get_column("tzgg"))
        SiteRendition.objects.all().delete()
        Path(page.cover.file.path).unlink()
        with caplog.at_level(logging.WARNING):
            assert picture_making.make_pictures(page) == 2
        assert f"the file of picture {page.cover_id} is gone" in caplog.text
        assert page.cover_id not in set(SiteRendition.objects.values_list("image", flat=True))
        assert SiteRendition.objects.exists()
