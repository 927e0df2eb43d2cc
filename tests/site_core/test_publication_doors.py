"""Every door through which a page changes announces it, inside the transaction that changes the page."""

import json

import pytest
from django.db import connection, transaction
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import APIToken, Page, PageViewRestriction

from site_core import publication
from site_core.actions import publish_due
from site_core.models import ArticlePage
from site_core.publication import PublicationOutsideTransaction, SiteReadOnly
from site_core.selectors import get_column
from tenants.actions import change_state
from tenants.current import enter_site
from tenants.models import Organisation
from tests.factories import make_article, make_column, make_draft, make_member, soon


@pytest.fixture
def heard(monkeypatch):
    """Kinds and titles of the events, each with whether a transaction was open."""
    events = []

    def hear(event):
        assert connection.in_atomic_block
        events.append((event.kind, event.page.title))

    monkeypatch.setattr(publication, "_receivers", [*publication._receivers, (999, hear)])
    return events


@pytest.fixture
def site(cluster_db):
    """崆峒区's site in a database of its own, in autocommit: only the door itself can have opened a transaction."""
    assert not connection.in_atomic_block
    return Organisation.objects.get(schema_name="kongtong")


@pytest.fixture
def admin(site, signed_in):
    return signed_in(site, make_member(site, "site_admin"))


def in_site(site):
    return enter_site(site)


def form_of(page, **changes):
    values = {
        "title": page.title, "subtitle": "", "summary": "", "cover": "", "slug": page.slug, "seo_title": "", "source": "",
        "author": "", "responsible_editor": "", "keywords": "", "public_at": "", "backdating_reason": "", "go_live_at": "",
        "expire_at": "", "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "paragraph",
        "body-0-value": json.dumps({"blocks": [{"key": "a", "text": "新正文", "type": "unstyled", "depth": 0,
                                                "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}),
        "attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0", "attachments-MIN_NUM_FORMS": "0",
        "attachments-MAX_NUM_FORMS": "1000", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": "1000",
    }  # fmt: skip
    return values | changes


def accept(response):
    assert response.status_code in {200, 302}, response.content.decode()[:500]
    return response


COLUMN = "gzdt"
"""Published in without review, and so by everybody who edits; doors of reviewed columns are tried in `tests.review`."""


class Doors:
    """One method a door, named as in the table below; each returns the events that it expects."""

    @staticmethod
    def admin_create(site, client):
        with in_site(site):
            column = get_column(COLUMN)
        url = f"/admin/pages/add/site_core/articlepage/{column.pk}/"
        accept(client.post(url, form_of(ArticlePage(title="新建", slug="xinjian"), **{"action-publish": "1"})))
        return {("published", "新建")}

    @staticmethod
    def admin_edit(site, client):
        page = make_article(site, "旧题", column=COLUMN)
        accept(client.post(f"/admin/pages/{page.pk}/edit/", form_of(page, title="新题", **{"action-publish": "1"})))
        return {("published", "旧题"), ("changed", "新题")}

    @staticmethod
    def admin_slug(site, client):
        page = make_article(site, "改址", column=COLUMN)
        accept(client.post(f"/admin/pages/{page.pk}/edit/", form_of(page, slug="gaizhi", **{"action-publish": "1"})))
        return {("published", "改址"), ("changed", "改址"), ("moved", "改址")}

    @staticmethod
    def admin_unpublish(site, client):
        page = make_article(site, "撤下", column=COLUMN)
        accept(client.post(f"/admin/pages/{page.pk}/unpublish/"))
        return {("published", "撤下"), ("withdrawn", "撤下")}

    @staticmethod
    def admin_delete(site, client):
        page = make_article(site, "删除", column=COLUMN)
        accept(client.post(f"/admin/pages/{page.pk}/delete/"))
        return {("published", "删除"), ("deleted", "删除")}

    @staticmethod
    def admin_move(site, client):
        page = make_article(site, "移动", column=COLUMN)
        with in_site(site):
            target = get_column("tpxw")
        accept(client.post(f"/admin/pages/{page.pk}/move/{target.pk}/confirm/"))
        return {("published", "移动"), ("moved", "移动")}

    @staticmethod
    def admin_order(site, client):
        make_article(site, "甲", column=COLUMN)
        second = make_article(site, "乙", column=COLUMN)
        accept(client.post(f"/admin/pages/{second.pk}/set_position/?position=0"))
        return {("published", "甲"), ("published", "乙"), ("changed", "乙")}

    @staticmethod
    def admin_copy(site, client):
        page = make_article(site, "原件", column=COLUMN)
        with in_site(site):
            parent = str(page.get_parent().pk)
        data = {"new_title": "副本", "new_slug": "fuben", "new_parent_page": parent, "publish_copies": "on"}
        accept(client.post(f"/admin/pages/{page.pk}/copy/", data))
        return {("published", "原件"), ("published", "副本")}

    @staticmethod
    def admin_privacy(site, client):
        page = make_article(site, "私密", column=COLUMN)
        accept(
            client.post(f"/admin/pages/{page.pk}/privacy/", {"restriction_type": "login", "password": "", "groups": []})
        )
        accept(
            client.post(f"/admin/pages/{page.pk}/privacy/", {"restriction_type": "none", "password": "", "groups": []})
        )
        return {("published", "私密"), ("restricted", "私密"), ("opened", "私密")}

    @staticmethod
    def admin_revert(site, client):
        page = make_article(site, "初稿", column=COLUMN)
        with in_site(site), transaction.atomic():
            first = page.latest_revision
            page.title = "再稿"
            page.save_revision().publish()
        data = form_of(page, title="初稿", revision=str(first.pk), **{"action-publish": "1"})
        accept(client.post(f"/admin/pages/{page.pk}/edit/", data))
        return {("published", "初稿"), ("changed", "再稿"), ("changed", "初稿")}

    @staticmethod
    def bulk_publish(site, client):
        page = make_draft(site, "批量发布", column=COLUMN)
        accept(client.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}", {}))
        return {("published", "批量发布")}

    @staticmethod
    def bulk_unpublish(site, client):
        page = make_article(site, "批量撤下", column=COLUMN)
        accept(client.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={page.pk}", {}))
        return {("published", "批量撤下"), ("withdrawn", "批量撤下")}

    @staticmethod
    def bulk_delete(site, client):
        page = make_article(site, "批量删除", column=COLUMN)
        accept(client.post(f"/admin/bulk/wagtailcore/page/delete/?id={page.pk}", {}))
        return {("published", "批量删除"), ("deleted", "批量删除")}

    @staticmethod
    def bulk_move(site, client):
        page = make_article(site, "批量移动", column=COLUMN)
        with in_site(site):
            target = get_column("tpxw")
        data = {"chooser": str(target.pk), "move_applicable": "on"}
        accept(client.post(f"/admin/bulk/wagtailcore/page/move/?id={page.pk}", data))
        return {("published", "批量移动"), ("moved", "批量移动")}

    @staticmethod
    def scheduled(site, client):
        page = make_draft(site, "定时", column=COLUMN)
        with in_site(site):
            page.go_live_at = soon()
            revision = page.save_revision()
            revision.approved_go_live_at = soon()
            revision.save()
            assert publish_due() == 1
        return {("published", "定时")}

    @staticmethod
    def expiry(site, client):
        page = make_article(site, "到期", column=COLUMN)
        with in_site(site):
            Page.objects.filter(pk=page.pk).update(expire_at=soon())
            assert publish_due() == 1
        return {("published", "到期"), ("withdrawn", "到期")}

    @staticmethod
    def command(site, client):
        page = make_article(site, "命令", column=COLUMN)
        with in_site(site):
            Page.objects.filter(pk=page.pk).update(expire_at=soon())
        from django.core.management import call_command

        call_command("in_site", "kongtong", "publish_scheduled")
        return {("published", "命令"), ("withdrawn", "命令")}

    @staticmethod
    def api(site, client):
        page = make_draft(site, "接口", column=COLUMN)
        user = make_member(site, "site_admin", "api-admin")
        with in_site(site):
            _, token = APIToken.create_token(user=user, name="test")
        headers = {"Authorization": f"Bearer {token}"}
        assert client.post(f"/api/v3/pages/{page.pk}/actions/publish/", headers=headers).status_code == 200
        change = {"title": "接口改", "meta": {"type": "site_core.ArticlePage", "action": "publish"}}
        answer = client.patch(f"/api/v3/pages/{page.pk}/", change, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content
        unpublish = f"/api/v3/pages/{page.pk}/actions/unpublish/"
        assert client.post(unpublish, {}, content_type="application/json", headers=headers).status_code == 200
        assert client.delete(f"/api/v3/pages/{page.pk}/", headers=headers).status_code in {200, 204}
        return {("published", "接口"), ("changed", "接口改"), ("withdrawn", "接口改")}


DOORS = sorted(name for name in vars(Doors) if not name.startswith("_"))


@pytest.mark.parametrize("door", DOORS)
def test_door_announces_inside_its_own_transaction(door, site, admin, heard):
    expected = getattr(Doors, door)(site, admin)
    assert set(heard) == expected


# Addresses of the admin and API below which pages are changed, each with the door that is tried, or why it is none.
KNOWN = {
    "wagtailadmin_pages:add": "admin_create",
    "wagtailadmin_pages:edit": "admin_edit",
    "wagtailadmin_pages:copy": "admin_copy",
    "wagtailadmin_pages:delete": "admin_delete",
    "wagtailadmin_pages:unpublish": "admin_unpublish",
    "wagtailadmin_pages:move_confirm": "admin_move",
    "wagtailadmin_pages:set_page_position": "admin_order",
    "wagtailadmin_pages:set_privacy": "admin_privacy",
    "wagtailadmin_pages:revisions_revert": "admin_revert",
    "wagtailadmin_pages:revisions_unschedule": "changes only a draft's schedule",
    "wagtailadmin_pages:lock": "changes who may edit, nothing public",
    "wagtailadmin_pages:unlock": "changes who may edit, nothing public",
    "wagtailadmin_pages:convert_alias": "an alias keeps its content; its save announces a change like any other",
    "wagtailadmin_pages:workflow_action": "approval publishes by the same revision.publish as admin_edit",
    "wagtailadmin_pages:confirm_workflow_cancellation": "asks only",
    "wagtailadmin_pages:collect_workflow_action_data": "asks only",
}
READS_ONLY = {
    "add_subpage", "choose_parent", "convert_to_alias", "explore", "explore_results", "explore_root", "headless_preview",
    "history", "history_results", "locale_add", "move", "move_choose_destination", "parent_id", "preview_on_add",
    "preview_on_edit", "privacy", "revisions_compare", "revisions_view", "search", "search_results", "type_use",
    "type_use_results", "unlock_confirm", "usage", "usage_results", "view_draft", "workflow_history", "workflow_history_detail",
    "workflow_history_results", "revisions_index", "workflow_preview", "workflow_status", "action",
}  # fmt: skip


def list_page_urls():
    def walk(patterns, namespace):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if namespace == "wagtailadmin_pages":
                    yield pattern.name
            else:
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)

    return set(walk(get_resolver().url_patterns, ""))


def test_every_address_below_pages_is_known():
    unknown = {name for name in list_page_urls() if f"wagtailadmin_pages:{name}" not in KNOWN} - READS_ONLY
    assert not unknown, f"new doors: say which test tries them: {sorted(unknown)}"


def test_every_bulk_action_on_pages_is_known():
    actions = {action.action_type for action in bulk_action_registry.get_bulk_actions_for_model("wagtailcore", "page")}
    assert actions == {"publish", "unpublish", "delete", "move"}


def test_doors_named_in_the_table_exist():
    assert {door for door in KNOWN.values() if " " not in door} <= set(DOORS)


def test_change_outside_of_a_transaction_is_refused(site):
    page = make_article(site, "旧")
    with in_site(site):
        with pytest.raises(PublicationOutsideTransaction):
            page.move(get_column("gzdt"), pos="last-child")
        with pytest.raises(PublicationOutsideTransaction):
            PageViewRestriction.objects.create(page=page, restriction_type="login")


def test_change_of_an_archived_site_is_refused(two_sites):
    page = make_article(two_sites.a, "旧")
    change_state(two_sites.a, "archived")
    with enter_site("kongtong"), pytest.raises(SiteReadOnly):
        page.specific.unpublish()


def test_event_of_a_change_that_was_rolled_back_leaves_no_ledger_entry(two_sites):
    from accounts.models import LedgerEntry

    page = make_article(two_sites.a, "旧")
    before = LedgerEntry.objects.count()
    with enter_site(two_sites.a):
        try:
            with transaction.atomic():
                page.unpublish()
                raise RuntimeError("later")  # noqa: TRY301 - what rolls back is the point
        except RuntimeError:
            pass
    assert LedgerEntry.objects.count() == before


def test_withdrawing_a_column_withdraws_each_page_below_only_when_asked(two_sites):
    make_column(two_sites.a, "local")
    page = make_article(two_sites.a, "文章", column="local")
    with enter_site(two_sites.a):
        get_column("local").unpublish()
        assert ArticlePage.objects.get(pk=page.pk).live


def test_moving_a_column_announces_each_page_below(two_sites, heard):
    make_column(two_sites.a, "local", "本地栏目")
    make_article(two_sites.a, "文章", column="local")
    with enter_site(two_sites.a):
        get_column("local").move(get_column("gzdt"), pos="last-child")
    assert ("moved", "文章") in heard
    assert ("moved", "本地栏目") in heard
