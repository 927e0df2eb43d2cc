"""Threads that answer for two sites at the same moment (leaks L6, L7): nothing of one reaches the other."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.test.client import ClientHandler, RequestFactory

from accounts.models import User
from site_core.models import ArticlePage, HomePage
from tenants.current import NoCurrentSite, current_site, enter_site, leave_site
from tenants.models import Organisation
from tenants.schema_copy import list_columns
from tests.factories import make_member

SCHEMAS = ("kongtong", "jingning")


def together(work):
    """Run `work(schema, meet)` for both sites, each in a thread of its own; `meet()` waits for the other one."""
    barrier = threading.Barrier(len(SCHEMAS), timeout=20)

    def run(schema):
        try:
            return work(schema, barrier.wait)
        except BaseException:
            barrier.abort()
            raise
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(SCHEMAS)) as pool:
        return dict(zip(SCHEMAS, pool.map(run, SCHEMAS), strict=True))


def search_path():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


def test_each_thread_keeps_its_site_whichever_leaves_first(module_database):
    """The first one enters first and leaves first: a stack that both share would give it the other one's site."""

    def work(schema, meet):
        is_first, seen = schema == SCHEMAS[0], []
        with ExitStack() as outer:
            for _ in range(2):
                if is_first:
                    outer.enter_context(enter_site(schema))
                meet()
                if not is_first:
                    outer.enter_context(enter_site(schema))
                meet()
                seen.append((current_site().schema_name, search_path(), HomePage.objects.get().title))
                meet()
            if not is_first:
                meet()
            seen.append((current_site().schema_name, search_path(), HomePage.objects.get().title))
        if is_first:
            meet()
        with pytest.raises(NoCurrentSite):
            current_site()
        return [*seen, search_path()]

    seen = together(work)
    names = {site.schema_name: site.name for site in Organisation.objects.all()}
    for schema in SCHEMAS:
        assert seen[schema] == [(schema, f"{schema}, public", names[schema])] * 3 + ["public"]


def test_requests_of_two_sites_at_once_get_each_their_own_page(module_database):
    handler = ClientHandler()
    handler.load_middleware()

    def work(schema, meet):
        pages = []
        for _ in range(6):
            meet()
            response = handler(RequestFactory().get("/", HTTP_HOST=f"{schema}.sfj.localhost").environ)
            pages.append(response.content.decode())
        return pages

    pages = together(work)
    assert all("崆峒" in page and "静宁" not in page for page in pages["kongtong"])
    assert all("静宁" in page and "崆峒" not in page for page in pages["jingning"])


def test_rights_of_a_person_are_those_of_the_site_that_asks_in_each_thread(module_database):
    user = make_member(Organisation.objects.get(schema_name="kongtong"), "site_admin")
    ContentType.objects.clear_cache()

    def work(schema, meet):
        rights = []
        for _ in range(4):
            with enter_site(schema):
                meet()
                person = User.objects.get(pk=user.pk)
                rights.append(person.has_perm("site_core.change_membership"))
                meet()
                assert ContentType.objects.get_for_model(ArticlePage).model == "articlepage"
        return rights

    assert together(work) == {"kongtong": [True] * 4, "jingning": [False] * 4}


def test_content_types_live_in_the_shared_schema_alone(two_sites, city):
    for site in (two_sites.a, two_sites.b, city):
        assert "django_content_type" not in {table for table, _, _ in list_columns(site.schema_name)}


def test_permissions_point_to_the_same_content_types_on_every_site(two_sites):
    def read():
        return set(Permission.objects.values_list("content_type_id", "content_type__model", "codename"))

    with enter_site(two_sites.a):
        of_a = read()
    with enter_site(two_sites.b):
        assert read() == of_a
    assert len(of_a) > 100


def test_content_type_cached_on_one_site_is_right_on_another(two_sites):
    with enter_site(two_sites.a):
        ContentType.objects.clear_cache()
        cached = ContentType.objects.get_for_model(ArticlePage)
    with enter_site(two_sites.b):
        assert ContentType.objects.get_for_model(ArticlePage) == cached
        assert ContentType.objects.get(app_label="site_core", model="articlepage").pk == cached.pk


def test_with_tenant_is_refused(two_sites):
    with pytest.raises(TypeError, match="enter_site"), two_sites.a:
        pass
    assert two_sites.a._previous_tenant == []


def test_leaving_comes_back_to_where_one_was(two_sites):
    with enter_site(two_sites.a):
        with leave_site():
            assert search_path() == "public"
        assert current_site() == two_sites.a
        assert search_path() == "kongtong, public"
