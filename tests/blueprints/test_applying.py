"""Applying a release to a real site: what is there afterwards, what is kept, and that nothing is half done."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry, PageViewRestriction, Site

from accounts.models import LedgerEntry
from blueprints import applying
from blueprints.applying import NotInStep, SiteBlocked, apply_release
from blueprints.content import Section
from blueprints.planning import plan
from blueprints.site_state import read_site_state
from review.models import ReviewRule
from search.models import CatalogueEntry
from site_core.locks import rollout
from site_core.models import ArticlePage, BasePage, ColumnPage, HomePage, InfoPage
from tenants.current import enter_site
from tests.blueprints.real_sites import check_tree, clear_site
from tests.blueprints.site_samples import INFO, change_node, make_content, make_node
from tests.factories import make_article, make_central
from themes.models import SiteLook

COLUMNS = make_content("aaa", make_node("bbb", parent="aaa"), "ccc")


@pytest.fixture
def site(in_kongtong):
    """A site with a home page and nothing else."""
    clear_site()
    return in_kongtong


def node_page(key):
    return BasePage.objects.get(node_key=key).specific


def test_new_page_is_what_wagtail_itself_would_have_written(site):
    apply_release(make_content("aaa"), None)
    made = node_page("aaa")
    other = ColumnPage(
        **{name: getattr(made, name) for name in ("title", "kind", "layout", "show_in_menus")},
        slug="by-hand",
        live=True,
    )
    other.first_published_at = other.last_published_at = timezone.now()
    other.locks = list(made.locks)
    with transaction.atomic():
        HomePage.objects.get().add_child(instance=other)
    other.refresh_from_db()
    own = {"id", "page_ptr", "basepage_ptr", "path", "slug", "url_path", "translation_key", "origin_key", "node_key"}
    times = {"first_published_at", "last_published_at", "public_at"}
    for field in ColumnPage._meta.concrete_fields:
        if field.name in times:
            assert abs(getattr(made, field.name) - getattr(other, field.name)) < timedelta(minutes=1), field.name
        elif field.name not in own:
            assert getattr(made, field.name) == getattr(other, field.name), field.name
    check_tree()


def test_new_pages_are_announced_and_have_a_history(site):
    person = make_central()
    apply_release(COLUMNS, None, acting_user=person)
    pages = BasePage.objects.exclude(node_key="")
    assert pages.count() == 3
    assert PageLogEntry.objects.filter(page__in=pages, action="wagtail.create", user=person).count() == 3
    told = LedgerEntry.objects.filter(chain=site.schema_name, action="page.published", actor_id=person.pk)
    assert {int(entry.object_id) for entry in told} == {page.pk for page in pages}
    assert CatalogueEntry.objects.filter(site=site, page_id__in=pages).count() == 3
    assert node_page("bbb").locks == ["existence", "place", "title", "slug", "template"]


def test_second_apply_changes_nothing(site, django_assert_max_num_queries):
    apply_release(COLUMNS, None)
    entries = LedgerEntry.objects.count()
    with django_assert_max_num_queries(14):
        assert apply_release(COLUMNS, COLUMNS).is_in_step
    assert LedgerEntry.objects.count() == entries


def test_state_is_read_in_few_queries(in_kongtong, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        read_site_state(COLUMNS)


def test_moved_and_renamed_columns_take_their_articles_along(site, client_of):
    apply_release(COLUMNS, None)
    article = make_article(site, column="bbb")
    new = change_node(change_node(COLUMNS, "aaa", slug="new"), "bbb", parent="ccc", slug="deep")
    old = client_of(site).get("/aaa/bbb/" + article.slug + "/")
    assert old.status_code == 200
    with enter_site(site):
        apply_release(new, COLUMNS)
        check_tree()
        assert ArticlePage.objects.get(pk=article.pk).get_url() == f"/ccc/deep/{article.slug}/"
        told = LedgerEntry.objects.filter(action="page.moved", object_id=str(article.pk))
        assert [entry.detail["to"] for entry in told] == [f"/site-home/ccc/deep/{article.slug}/"]
    answer = client_of(site).get(f"/aaa/bbb/{article.slug}/")
    assert (answer.status_code, answer["Location"].endswith(f"/ccc/deep/{article.slug}/")) == (301, True)
    assert client_of(site).get("/aaa/").status_code == 301


def test_exchanged_slugs_leave_no_redirect_behind(site):
    apply_release(COLUMNS, None)
    new = change_node(change_node(COLUMNS, "aaa", slug="ccc"), "ccc", slug="aaa")
    apply_release(new, COLUMNS)
    check_tree()
    assert (node_page("aaa").url_path, node_page("ccc").url_path) == ("/site-home/ccc/", "/site-home/aaa/")
    assert set(Redirect.objects.values_list("old_path", flat=True)) == {"/aaa/bbb"}


def test_order_of_siblings_is_written(site):
    apply_release(COLUMNS, None)
    new = replace(COLUMNS, nodes=(*COLUMNS.nodes[::-1], make_node("ddd")))
    apply_release(new, COLUMNS)
    check_tree()
    assert list(ColumnPage.objects.filter(depth=3).order_by("path").values_list("node_key", flat=True)) == [
        "ccc",
        "aaa",
        "ddd",
    ]


def test_node_that_left_goes_only_where_nothing_is_lost(site):
    apply_release(COLUMNS, None)
    article = make_article(site, column="bbb")
    found = apply_release(make_content("ccc"), COLUMNS)
    assert [flag.node for flag in found.flags] == ["aaa", "bbb"]
    assert node_page("aaa").locks == node_page("bbb").locks == []
    assert ArticlePage.objects.filter(pk=article.pk, live=True).exists()
    apply_release(COLUMNS, make_content("ccc"))
    assert node_page("bbb").locks
    article.delete()
    apply_release(make_content("ccc"), COLUMNS)
    assert not BasePage.objects.filter(node_key__in=["aaa", "bbb"]).exists()
    check_tree()


def test_private_page_that_goes_leaves_nothing_in_the_catalogue(site):
    apply_release(COLUMNS, None)
    page = node_page("ccc")
    with transaction.atomic(), rollout():
        PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    apply_release(make_content("aaa"), COLUMNS)
    assert not CatalogueEntry.objects.filter(site=site, page_id=page.pk).exists()


def test_empty_page_of_another_type_is_replaced_and_old_addresses_lead_to_the_new_one(site):
    apply_release(change_node(COLUMNS, "ccc", slug="old"), None)
    apply_release(COLUMNS, change_node(COLUMNS, "ccc", slug="old"))
    new = change_node(COLUMNS, "ccc", page_type=INFO)
    apply_release(new, COLUMNS)
    assert isinstance(node_page("ccc"), InfoPage)
    assert node_page("ccc").url_path == "/site-home/ccc/"
    assert Redirect.objects.get(old_path="/old").redirect_page_id == node_page("ccc").pk
    check_tree()


def test_draft_of_an_editor_survives_with_the_changed_name(site):
    free = change_node(COLUMNS, "ccc", locks=())
    apply_release(free, None)
    page = node_page("ccc")
    page.summary = "草稿里的说明"
    page.save_revision()
    apply_release(change_node(free, "ccc", title="新名称", slug="new"), free)
    page = node_page("ccc")
    draft = page.get_latest_revision_as_object()
    assert (page.title, page.summary, page.has_unpublished_changes) == ("新名称", "", True)
    assert (draft.title, draft.slug, draft.summary, page.draft_title) == ("新名称", "new", "草稿里的说明", "新名称")


def test_page_with_a_published_revision_is_changed_there_too(site):
    free = change_node(COLUMNS, "ccc", locks=())
    apply_release(free, None)
    with transaction.atomic():
        node_page("ccc").save_revision().publish()
    apply_release(change_node(free, "ccc", title="新名称"), free)
    page = node_page("ccc")
    assert page.latest_revision_id == page.live_revision_id
    assert page.get_latest_revision_as_object().title == "新名称"
    assert not page.has_unpublished_changes


def test_what_must_exist_is_public_again(site, client_of):
    apply_release(COLUMNS, None)
    with transaction.atomic(), rollout():
        page = node_page("aaa")
        page.unpublish()
        page.expire_at = timezone.now() + timedelta(days=1)
        page.save()
        PageViewRestriction.objects.create(page=HomePage.objects.get(), restriction_type=PageViewRestriction.LOGIN)
    assert not CatalogueEntry.objects.filter(site=site, page_id=page.pk).exists()
    apply_release(COLUMNS, COLUMNS)
    page = node_page("aaa")
    assert (page.live, page.expired, page.expire_at, page.has_unpublished_changes) == (True, False, None, False)
    assert CatalogueEntry.objects.filter(site=site, page_id=page.pk).exists()
    assert client_of(site).get("/aaa/").status_code == 200


def test_home_page_gets_its_sections_with_references_and_keeps_its_own(site):
    listed = (
        Section("notices", {"column": "node:aaa", "count": 5, "beside": "node:none"}),
        Section("column_lists", {"columns": ["node:bbb", "node:none"], "count": 5}),
        Section("headline", {}, required=False),
    )
    content = replace(COLUMNS, sections=listed)
    apply_release(content, None)
    sections = HomePage.objects.get().sections
    assert [each.block_type for each in sections] == ["notices", "column_lists"]
    assert sections.raw_data[0]["value"] == {"column": node_page("aaa").pk, "count": 5, "beside": None}
    assert sections.raw_data[1]["value"]["columns"] == [node_page("bbb").pk]
    home = HomePage.objects.get()
    assert home.section_rules == {"required": ["notices", "column_lists"], "allowed": ["notices", "column_lists", "headline"],
                                  "order": ["notices", "column_lists", "headline"], "fixed": False}  # fmt: skip
    home.sections = [{"type": "service_grid", "value": {}, "id": "own"}, home.sections.raw_data[1]]
    with transaction.atomic(), rollout():
        home.save_revision(clean=False)
        home.save(clean=False)
    apply_release(replace(content, sections_fixed=True), content)
    home = HomePage.objects.get()
    assert [each.block_type for each in home.sections] == ["notices", "column_lists", "service_grid"]
    assert home.sections.raw_data[2]["id"] == "own"
    draft = home.get_latest_revision_as_object()
    assert [each.block_type for each in draft.sections] == ["notices", "column_lists", "service_grid"]


def test_rules_of_review_and_look_are_written(site):
    content = replace(
        change_node(COLUMNS, "ccc", workflow="three"), default_workflow="one", theme="base", palettes=("blue",)
    )
    with rollout():
        SiteLook.objects.create(site=Site.objects.get(), palette="red")
    apply_release(content, None)
    rules = {rule.page.specific.node_key: rule.steps for rule in ReviewRule.objects.all()}
    assert rules == {"": ["reviewer_1"], "ccc": ["reviewer_1", "reviewer_2", "reviewer_3"]}
    look = SiteLook.objects.get()
    assert (look.theme, look.palettes, look.palette) == ("base", ["blue"], "")
    apply_release(change_node(content, "ccc", workflow=""), content)
    assert ReviewRule.objects.count() == 1


def test_site_with_an_obstacle_is_left_as_it_is(site):
    with transaction.atomic():
        HomePage.objects.get().add_child(instance=ColumnPage(title="本地的", slug="ccc"))
    with pytest.raises(SiteBlocked, match="已被同级页面“本地的”占用"):
        apply_release(COLUMNS, None)
    assert not BasePage.objects.exclude(node_key="").exists()


def test_article_may_stand_in_the_way_too(site):
    apply_release(COLUMNS, None)
    make_article(site, column="aaa", slug="ddd")
    found = plan(read_site_state(make_content("aaa")), make_content("aaa"), None)
    assert not found.obstacles
    with pytest.raises(SiteBlocked):
        apply_release(replace(COLUMNS, nodes=(*COLUMNS.nodes, make_node("ddd", parent="aaa"))), COLUMNS)


def test_apply_that_did_not_reach_its_end_is_undone(site, monkeypatch):
    monkeypatch.setattr(applying._Apply, "_write_pages", lambda self: None)
    apply_release(make_content("aaa"), None)
    with pytest.raises(NotInStep, match="改名称"), transaction.atomic():
        apply_release(make_content(make_node("aaa", title="新"), "bbb"), make_content("aaa"))
    assert not BasePage.objects.filter(node_key="bbb").exists()


def test_other_sites_are_not_touched(two_sites):
    with enter_site(two_sites.b):
        before = list(Page.objects.values_list("path", "url_path", "title"))
    with enter_site(two_sites.a):
        apply_release(COLUMNS, None)
    with enter_site(two_sites.b):
        assert list(Page.objects.values_list("path", "url_path", "title")) == before
        assert not BasePage.objects.filter(node_key="aaa").exists()


def test_apply_is_quick(site):
    """By work done, not by the clock: the machine is shared. At rest it takes 0.7 s and 0.6 s."""
    nodes = [make_node(f"n{n}", parent=f"n{n // 8}" if n > 7 else "") for n in range(60)]
    content = make_content(*nodes)
    check_work(lambda: apply_release(content, None))
    for n in range(50):
        make_article(site, f"第{n}则", column="n40")
    new = change_node(change_node(content, "n40", slug="new", title="新名称"), "n3", parent="n1")
    check_work(lambda: apply_release(replace(new, nodes=(*new.nodes, make_node("added"))), content))
    check_tree()


def check_work(work):
    started = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        work()
    assert time.process_time() - started < 1.5
    assert len(queries) < 1100  # each page that is announced tells the caches, by one statement
