"""Objects that were loaded before something else happened, and are saved or deleted after it."""

from typing import Any

from search.models import CatalogueEntry
from site_core.models import ArticlePage, BasePage
from site_core.selectors import get_column
from tests.factories import make_article
from tests.site_core.page_samples import make_column


def test_object_of_before_a_move_does_not_put_the_old_place_back(in_kongtong: Any) -> None:
    article = make_article(in_kongtong, column="gzdt")
    stale = ArticlePage.objects.get(pk=article.pk)
    ArticlePage.objects.get(pk=article.pk).move(get_column("tzgg"), pos="last-child")
    stale.title = "改过的"
    stale.save()
    stored = ArticlePage.objects.get(pk=article.pk)
    assert stored.title == "改过的"
    assert stored.get_parent().slug == "tzgg"
    assert stored.url_path == f"/site-home/tzgg/{article.slug}/"
    assert BasePage.find_problems() == ([], [], [], [], [])


def test_object_of_before_a_child_was_added_does_not_forget_it(in_kongtong: Any) -> None:
    column = make_column("bendi", "lines")
    stale = type(column).objects.get(pk=column.pk)
    make_article(in_kongtong, column="bendi")
    stale.summary = "说明"
    stale.save()
    assert type(column).objects.get(pk=column.pk).numchild == 1


def test_deleted_private_page_is_not_announced_as_opened(in_kongtong: Any) -> None:
    page = make_article(in_kongtong, "不公开的", column="gzdt", private=True)
    type(page).objects.get(pk=page.pk).delete()
    assert not CatalogueEntry.objects.filter(page_id=page.pk, site=in_kongtong).exists()
