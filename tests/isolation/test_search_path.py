"""The schema that PostgreSQL looks into is the one that `current_site` names, whatever became of the transaction (L8, L9)."""

from contextlib import ExitStack

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import RequestFactory
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from site_core.models import HomePage
from tenants.current import NoCurrentSite, current_site, enter_site, find_current_site, leave_site
from tenants.middleware import SiteMiddleware
from tenants.models import Organisation
from tenants.provisioning import list_site_tables
from tenants.schema_copy import list_columns
from tests.prepared_database import maintenance_connection

OUTSIDE = "public"


def search_path():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


def wanted_path():
    site = find_current_site()
    return f"{site.schema_name}, public" if site else OUTSIDE


class Undo(Exception):
    """What rolls a transaction back."""


def undo():
    raise Undo


def test_new_connection_begins_outside_of_every_site(module_database):
    assert search_path() == OUTSIDE


def test_rollback_keeps_the_site_that_was_entered_inside_the_transaction(module_database):
    with enter_site("kongtong"):
        with pytest.raises(Undo), transaction.atomic(), enter_site("jingning"):
            assert search_path() == "jingning, public"
            undo()
        assert search_path() == "kongtong, public"
        assert HomePage.objects.get().title == "平凉市崆峒区司法局"


def test_rollback_to_a_savepoint_keeps_the_site(module_database):
    with enter_site("kongtong"), transaction.atomic():
        HomePage.objects.get()
        with enter_site("jingning"):
            with pytest.raises(Undo), transaction.atomic(), enter_site("kongtong"):
                HomePage.objects.get()
                undo()
            assert search_path() == "jingning, public"
        assert search_path() == "kongtong, public"


def test_rollback_to_a_savepoint_of_another_site_keeps_the_site(module_database):
    with transaction.atomic():
        with enter_site("kongtong"):
            savepoint = transaction.savepoint()
        with enter_site("jingning"):
            HomePage.objects.get()
            transaction.savepoint_rollback(savepoint)
            assert search_path() == "jingning, public"


def test_error_of_the_database_inside_a_savepoint_keeps_the_site(module_database):
    with enter_site("jingning"), transaction.atomic():
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            enter_site("kongtong"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT no_such_column FROM wagtailcore_page")
        assert search_path() == "jingning, public"
        assert HomePage.objects.get().title == "静宁县司法局"


def test_connection_that_was_closed_comes_back_inside_the_site(module_database):
    with enter_site("kongtong"):
        HomePage.objects.get()
        connection.close()
        assert search_path() == "kongtong, public"
    connection.close()
    assert search_path() == OUTSIDE


def test_connection_that_the_server_ended_comes_back_inside_the_site(module_database):
    with enter_site("kongtong"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        with maintenance_connection() as maintenance:
            maintenance.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        with pytest.raises((OperationalError, psycopg.OperationalError)):
            HomePage.objects.get()
        connection.close_if_unusable_or_obsolete()
        assert search_path() == "kongtong, public"


def test_search_path_is_not_left_to_the_library_s_guess():
    assert not settings.TENANT_LIMIT_SET_CALLS


def request_to(schema):
    return RequestFactory().get("/", HTTP_HOST=f"{schema}.sfj.localhost")


def test_error_in_a_request_leaves_the_connection_outside(module_database):
    def fail(request):
        HomePage.objects.get()
        undo()

    with pytest.raises(Undo):
        SiteMiddleware(fail)(request_to("kongtong"))
    assert search_path() == OUTSIDE
    with pytest.raises(NoCurrentSite):
        current_site()


def test_request_does_not_begin_where_something_else_was_left(module_database):
    seen = []

    def look(request):
        seen.append((current_site().schema_name, HomePage.objects.get().title))
        undo()

    connection.set_tenant(Organisation.objects.get(schema_name="kongtong"))
    with pytest.raises(Undo):
        SiteMiddleware(look)(request_to("jingning"))
    assert seen == [("jingning", "静宁县司法局")]


def test_parts_of_a_streamed_answer_are_made_inside_its_site(module_database):
    from django.http import StreamingHttpResponse

    def stream(request):
        return StreamingHttpResponse(page.title for _ in range(2) for page in HomePage.objects.all())

    response = SiteMiddleware(stream)(request_to("kongtong"))
    parts = iter(response)
    assert next(parts).decode() == "平凉市崆峒区司法局"
    assert search_path() == OUTSIDE
    with enter_site("jingning"):
        assert next(parts).decode() == "平凉市崆峒区司法局"
        assert search_path() == "jingning, public"
    assert list(parts) == []


def test_asking_for_the_site_outside_of_one_raises(db):
    assert find_current_site() is None
    with pytest.raises(NoCurrentSite):
        current_site()


def site_models():
    tables = set(list_site_tables()) - {table for table, _, _ in list_columns("public")}
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in tables]


def test_nothing_of_a_site_is_read_or_written_outside_of_one(db):
    models = site_models()
    assert len(models) > 40
    for model in models:
        with pytest.raises(ProgrammingError), transaction.atomic():
            model._base_manager.exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            model._base_manager.all()._raw_delete("default")


# django.contrib.auth is in both lists, so that its foreign keys fit; nothing of the shared twins may ever be filled by hand.
TWINS = {"auth_group", "auth_group_permissions", "auth_permission", "django_migrations"}


def test_every_table_of_a_site_stands_in_its_own_schema_and_in_no_shared_one(two_sites):
    shared = {table for table, _, _ in list_columns("public")}
    for site in (two_sites.a, two_sites.b):
        own = {table for table, _, _ in list_columns(site.schema_name)}
        assert set(list_site_tables()) <= own
        assert own & shared == TWINS
    assert not {table for table in shared if table.startswith(("wagtail", "site_core", "taggit"))}


def test_shared_twins_of_a_site_s_tables_name_nobody(db):
    from django.contrib.auth.models import Group

    assert not Group.objects.exists()


def test_persons_are_shared_and_their_memberships_are_not(two_sites):
    with enter_site(two_sites.a), connection.cursor() as cursor:
        cursor.execute("SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                       " WHERE c.oid IN ('accounts_user'::regclass, 'site_core_membership'::regclass) ORDER BY 1")  # fmt: skip
        assert [row[0] for row in cursor.fetchall()] == ["kongtong", "public"]


LOOKS = st.booleans()
SCHEMAS = st.sampled_from(["kongtong", "jingning", "city"])


class SiteWalk(RuleBasedStateMachine):
    """Enter, leave, begin, commit, roll back and break off in any order: path and current site say the same.

    Steps that do not look send no query, so that switches pile up before PostgreSQL hears of them.
    """

    def __init__(self):
        super().__init__()
        self.stack = []
        self.savepoint = None
        self.looks = True

    @rule(schema=SCHEMAS, looks=LOOKS)
    def enter(self, schema, looks):
        self._push(enter_site(schema), looks)

    @rule(looks=LOOKS)
    def leave(self, looks):
        self._push(leave_site(), looks)

    @rule(looks=LOOKS)
    def begin(self, looks):
        self._push(transaction.atomic(), looks)
        self.savepoint = None

    @precondition(lambda self: connection.in_atomic_block)
    @rule(looks=LOOKS)
    def mark(self, looks):
        self.savepoint = transaction.savepoint()
        self.looks = looks

    @precondition(lambda self: self.savepoint)
    @rule(looks=LOOKS)
    def go_back_to_the_mark(self, looks):
        """Also from another site than the one where the mark was set, while the same block is open."""
        transaction.savepoint_rollback(self.savepoint)
        self.looks = looks

    @precondition(lambda self: self.stack)
    @rule(looks=LOOKS)
    def finish(self, looks):
        self._pop().close()
        self.looks = looks

    @precondition(lambda self: self.stack)
    @rule(levels=st.integers(1, 3), looks=LOOKS)
    def fail(self, levels, looks):
        """An error goes up through some levels."""
        for _ in range(min(levels, len(self.stack))):
            self._pop().__exit__(Undo, Undo(), None)
        self.looks = looks

    @precondition(lambda self: connection.in_atomic_block)
    @rule(looks=LOOKS)
    def break_the_transaction(self, looks):
        """The database's own error spoils the transaction, so it goes up to the top."""
        with connection.cursor() as cursor, pytest.raises(ProgrammingError):
            cursor.execute("SELECT no_such_column")
        self.fail(len(self.stack), looks)

    @precondition(lambda self: not connection.in_atomic_block)
    @rule(looks=LOOKS)
    def lose_the_connection(self, looks):
        connection.close()
        self.looks = looks

    @precondition(lambda self: connection.in_atomic_block)
    @rule(looks=LOOKS)
    def read_the_golden_schema(self, looks):
        """What `schema_copy` does: it sets the path behind the back, and says so."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL search_path = golden, public")
        connection.forget_search_path()
        self.looks = looks

    @invariant()
    def path_is_that_of_the_current_site(self):
        if self.looks:
            assert search_path() == wanted_path()

    def _push(self, manager, looks):
        level = ExitStack()
        level.enter_context(manager)
        self.stack.append((level, isinstance(manager, transaction.Atomic)))
        self.looks = looks

    def _pop(self):
        level, is_block = self.stack.pop()
        if is_block:
            self.savepoint = None
        return level

    def teardown(self):
        while self.stack:
            self._pop().close()
        assert search_path() == OUTSIDE


def test_search_path_follows_the_current_site_through_any_sequence(module_database):
    quick = hypothesis_settings(
        max_examples=60, stateful_step_count=20, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(SiteWalk, settings=quick)
