"""What is locked stays so for whoever has the code in hand: models, actions, queries, SQL, and no user at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, PageViewRestriction

from site_core.actions import publish_due
from site_core.locks import Lock, PageLocked, RolloutOutsideTransaction, rollout
from site_core.models import ArticlePage, BasePage, ColumnPage, InfoPage
from site_core.selectors import get_column, get_home
from tests.factories import make_article
from tests.locks.held import picture_of
from tests.site_core.page_samples import make_column

ALL = [lock.value for lock in Lock]


@pytest.fixture
def column(in_kongtong: Any) -> ColumnPage:
    """通知公告 with every lock, an article in it."""
    column = get_column("tzgg")
    with rollout():
        column.locks = ALL
        column.save()
    make_article(in_kongtong)
    return ColumnPage.objects.get(pk=column.pk)


def fresh(page: Any) -> Any:
    return page.specific_class.objects.get(pk=page.pk)


def set_and_save(page: Page, **values: Any) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    page.save()


def revise(column: Any, **values: Any) -> None:
    draft = fresh(column).get_latest_revision_as_object()
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save_revision(clean=False).publish()


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def superuser() -> Any:
    """Somebody whom Wagtail lets do everything: no row of the database may be one, an object may."""
    from accounts.models import User

    return User(username="root", is_active=True, is_superuser=True, pk=0)


DOORS: dict[str, Callable[[Any], Any]] = {
    "delete": lambda c: fresh(c).delete(),
    "delete generic": lambda c: Page.objects.get(pk=c.pk).delete(),
    "delete action as superuser": lambda c: DeletePageAction(fresh(c), user=superuser()).execute(),
    "delete parent": lambda c: get_home().delete(),
    "delete queryset": lambda c: ColumnPage.objects.filter(pk=c.pk).delete(),
    "delete generic queryset": lambda c: Page.objects.filter(pk=c.pk).delete(),
    "delete rows by SQL": lambda c: sql("DELETE FROM site_core_basepage WHERE page_ptr_id = %s", c.pk),
    "move": lambda c: fresh(c).move(get_column("gzdt"), pos="last-child"),
    "move generic": lambda c: Page.objects.get(pk=c.pk).move(get_column("gzdt"), pos="last-child"),
    "move action as superuser": lambda c: MovePageAction(
        fresh(c), get_column("gzdt"), pos="last-child", user=superuser()
    ).execute(skip_permission_checks=True),
    "reorder": lambda c: fresh(c).move(get_home(), pos="first-child"),
    "rename": lambda c: set_and_save(fresh(c), title="别的"),
    "rename generic": lambda c: set_and_save(Page.objects.get(pk=c.pk), title="别的"),
    "rename by one field": lambda c: (p := fresh(c), setattr(p, "title", "别的"), p.save(update_fields=["title"])),
    "rename by query": lambda c: Page.objects.filter(pk=c.pk).update(title="别的"),
    "re-slug": lambda c: set_and_save(fresh(c), slug="bied"),
    "re-slug unclean": lambda c: (p := fresh(c), setattr(p, "slug", "bied"), p.save(clean=False)),
    "re-slug by query": lambda c: Page.objects.filter(pk=c.pk).update(slug="bied", url_path="/site-home/bied/"),
    "unpublish": lambda c: fresh(c).unpublish(),
    "unpublish generic": lambda c: Page.objects.get(pk=c.pk).unpublish(),
    "unpublish action as superuser": lambda c: UnpublishPageAction(fresh(c), user=superuser()).execute(),
    "unpublish with all below": lambda c: UnpublishPageAction(get_home(), include_descendants=True).execute(),
    "unpublish by query": lambda c: Page.objects.filter(pk=c.pk).update(live=False),
    "restrict": lambda c: PageViewRestriction.objects.create(page=c, restriction_type="login"),
    "restrict parent": lambda c: PageViewRestriction.objects.create(page=get_home(), restriction_type="login"),
    "expire": lambda c: set_and_save(fresh(c), expire_at=timezone.now() + timedelta(days=1)),
    "expire by query": lambda c: Page.objects.filter(pk=c.pk).update(expire_at=timezone.now()),
    "re-type": lambda c: set_and_save(fresh(c), content_type=ContentType.objects.get_for_model(InfoPage)),
    "re-type by query": lambda c: Page.objects.filter(pk=c.pk).update(
        content_type=ContentType.objects.get_for_model(InfoPage)
    ),
    "other kind": lambda c: set_and_save(fresh(c), kind="办事服务"),
    "other layout by query": lambda c: ColumnPage.objects.filter(pk=c.pk).update(layout="cards"),
    "other interval": lambda c: set_and_save(fresh(c), update_days=0),
    "other interval by query": lambda c: ColumnPage.objects.filter(pk=c.pk).update(update_days=0),
    "unlock": lambda c: set_and_save(fresh(c), locks=[]),
    "unlock by query": lambda c: BasePage.objects.filter(pk=c.pk).update(locks=[]),
    "other node": lambda c: set_and_save(fresh(c), node_key=""),
    "other node by query": lambda c: BasePage.objects.filter(pk=c.pk).update(node_key="x"),
    "publish a draft that expires": lambda c: revise(c, expire_at=timezone.now() + timedelta(days=1)),
    "schedule": lambda c: revise(c, go_live_at=timezone.now() + timedelta(days=1)),
}


@pytest.mark.parametrize("door", DOORS)
def test_door_is_shut(column: ColumnPage, door: str) -> None:
    before = picture_of(column)
    with pytest.raises((PermissionDenied, ValidationError, DatabaseError)), transaction.atomic():
        DOORS[door](column)
    assert picture_of(column) == before


def test_draft_cannot_bring_another_name_or_address(column: ColumnPage) -> None:
    before = picture_of(column)
    revise(column, title="别的", slug="bied", kind="办事服务", update_days=0, locks=[], node_key="x")
    assert picture_of(column) == before


def test_draft_of_before_the_rollout_does_not_bring_the_old_name_back(column: ColumnPage) -> None:
    with rollout():
        page = fresh(column)
        page.locks = []
        page.save()
    old = fresh(column).save_revision()
    with rollout():
        page = fresh(column)
        page.title, page.slug, page.locks = "公示公告", "gsgg", ["title", "slug"]
        page.save()
    old.publish()
    assert (fresh(column).title, fresh(column).slug) == ("公示公告", "gsgg")


def test_what_is_not_locked_may_be_changed(column: ColumnPage) -> None:
    revise(column, summary="另一段说明")
    assert fresh(column).summary == "另一段说明"


def test_each_lock_holds_its_own_thing_alone(column: ColumnPage) -> None:
    with rollout():
        page = fresh(column)
        page.locks = ["title"]
        page.save()
    set_and_save(fresh(column), slug="bied")
    fresh(column).move(get_column("gzdt"), pos="last-child")
    fresh(column).unpublish()
    with pytest.raises(PageLocked):
        set_and_save(fresh(column), title="别的")
    fresh(column).delete()


def test_page_above_may_be_renamed_but_not_taken_away(column: ColumnPage) -> None:
    with rollout():
        parent = make_column("shangji", "lines")
        fresh(column).move(parent, pos="last-child")
    set_and_save(fresh(parent), title="另一个名称")
    for change in (
        lambda: fresh(parent).delete(),
        lambda: fresh(parent).unpublish(),
        lambda: set_and_save(fresh(parent), slug="bied"),
        lambda: fresh(parent).move(get_column("gzdt"), pos="last-child"),
        lambda: PageViewRestriction.objects.create(page=parent, restriction_type="login"),
    ):
        with pytest.raises((PermissionDenied, ValidationError, DatabaseError)), transaction.atomic():
            change()


def test_local_pages_beside_and_below_are_free(column: ColumnPage, in_kongtong: Any) -> None:
    local = make_column("bendi", "lines")
    article = ArticlePage.objects.child_of(column).first()
    assert article
    article.move(local, pos="last-child")
    set_and_save(fresh(local), title="本地栏目", slug="bdlm")
    fresh(local).move(column, pos="left")
    PageViewRestriction.objects.create(page=local, restriction_type="login")
    fresh(local).unpublish()
    fresh(local).delete()


def test_copy_and_alias_are_pages_of_their_own(column: ColumnPage) -> None:
    copied = CopyPageAction(fresh(column), update_attrs={"slug": "fuben"}, recursive=False).execute()
    alias = CreatePageAliasAction(fresh(column), update_slug="bieming").execute()
    for page in (copied, alias):
        assert (fresh(page).locks, fresh(page).node_key) == ([], "")
        set_and_save(fresh(page), slug=f"{page.slug}er")
        fresh(page).delete()
    assert picture_of(column)["live"]


def test_expiry_that_got_in_by_SQL_does_not_take_the_page_and_lets_others_expire(
    column: ColumnPage, in_kongtong: Any
) -> None:
    other = make_article(in_kongtong, "到期的", column="gzdt")
    past = timezone.now() - timedelta(minutes=1)
    with rollout():
        Page.objects.filter(pk__in=[column.pk, other.pk]).update(expire_at=past)
    publish_due()
    assert fresh(column).live
    assert not fresh(other).live


def test_message_says_what_locks_it_and_whom_to_ask(column: ColumnPage) -> None:
    with pytest.raises(PageLocked, match=r"通知公告.*名称.*蓝图.*锁定.*市局"):
        set_and_save(fresh(column), title="别的")


def test_rollout_may_and_needs_a_transaction(column: ColumnPage) -> None:
    with rollout():
        set_and_save(fresh(column), title="公示公告", slug="gsgg")
        fresh(column).move(get_column("gzdt"), pos="last-child")
    assert fresh(column).title == "公示公告"


def test_rollout_outside_of_a_transaction_is_refused(cluster_db: Any) -> None:
    with pytest.raises(RolloutOutsideTransaction), rollout():
        pass


def test_failed_rollout_leaves_the_locks_on(column: ColumnPage) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(), rollout():
        raise ZeroDivisionError
    with pytest.raises(DatabaseError), transaction.atomic():
        Page.objects.filter(pk=column.pk).update(title="别的")
