import subprocess
import sys

import pytest
from django.db import connection

from accounts.models import LedgerEntry
from site_core.models import ColumnPage, HomePage
from tenants import provisioning
from tenants.current import NoCurrentSite, current_site, enter_site
from tenants.models import Host, Organisation, SchemaState
from tenants.provisioning import SiteOrder, SiteRefused, SiteUnsound, create_site, list_site_tables
from tenants.schema_copy import NEVER_COPIED, list_columns


def order(schema="huating", host="huating.sfj.localhost", kind="county_bureau", parent="city", **fields):
    return SiteOrder(
        schema, (host,), parent, {"name": "华亭市司法局", "short_name": "华亭司法局", "kind": kind, **fields}
    )


def schema_exists(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name])
        return cursor.fetchone() is not None


def assert_nothing_left(name):
    assert not schema_exists(name)
    assert not Organisation.objects.filter(schema_name=name).exists()
    assert not Host.objects.filter(tenant__schema_name=name).exists()
    assert not SchemaState.objects.filter(schema_name=name).exists()


def test_new_site_has_home_and_columns_and_serves(db, client_of):
    site = create_site(order(state="live"))
    with enter_site(site):
        assert HomePage.objects.get().title == "华亭市司法局"
        assert ColumnPage.objects.get(node_key="tzgg").live
    assert client_of(site).get("/tzgg/").status_code == 200


def test_new_site_is_the_golden_schema_again(db):
    create_site(order())
    assert list_columns("huating") == list_columns("golden")


def test_new_site_keeps_names_of_indexes_and_constraints(db):
    create_site(order())
    with connection.cursor() as cursor:
        query = "SELECT conname FROM pg_constraint WHERE connamespace = %s::regnamespace"
        names = []
        for schema in ("golden", "huating"):
            cursor.execute(query, [schema])
            constraints = {row[0] for row in cursor.fetchall()}
            cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = %s", [schema])
            names.append(constraints | {row[0] for row in cursor.fetchall()})
    assert names[0] == names[1]
    assert len(names[0]) > 100


def test_foreign_keys_of_a_new_site_stay_inside_it_or_point_to_the_shared_schema(db):
    create_site(order())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT n.nspname FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE k.connamespace = 'huating'::regnamespace AND k.contype = 'f'"
        )
        assert {row[0] for row in cursor.fetchall()} == {"huating", "public"}


def test_every_table_of_a_site_stands_in_its_schema(two_sites):
    tables = {table for table, _, _ in list_columns("kongtong")}
    assert set(list_site_tables()) <= tables
    shared = {table for table, _, _ in list_columns("public")}
    assert not {table for table in shared if table.startswith("wagtail")}
    assert tables & shared <= {"auth_group", "auth_group_permissions", "auth_permission", "django_migrations"}


def test_secrets_in_the_golden_schema_do_not_travel(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO golden.site_core_session (session_key, session_data, expire_date, address, browser, created_at, seen_at)"
            " VALUES ('stolen', 'x', now() + interval '1 day', '', '', now(), now())"
        )
    create_site(order())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM huating.site_core_session")
        assert cursor.fetchone()[0] == 0


def test_scrubbed_tables_exist(two_sites):
    tables = {table for table, _, _ in list_columns("golden")}
    assert tables >= NEVER_COPIED


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"schema": "public"}, "系统保留"),
        ({"schema": "golden"}, "系统保留"),
        ({"schema": "pg_evil"}, "系统保留"),
        ({"schema": "Bad-Name"}, "不可用"),
        ({"schema": 'x"; DROP SCHEMA kongtong; --'}, "不可用"),
        ({"schema": "kongtong"}, "已被占用"),
        ({"host": "kongtong.sfj.localhost"}, "已被占用"),
        ({"host": "huating.example.com"}, "第五条"),
        ({"kind": "nonsense"}, "类别"),
        ({"parent": "nowhere"}, "不存在"),
        ({"kind": "city_bureau", "host": "x.gov.cn", "parent": ""}, "只有一个"),
        ({"region_code": "62"}, "6 位"),
    ],
)
def test_bad_order_is_refused_and_leaves_nothing(db, changed, words):
    bad = order(**changed)
    existed = schema_exists(bad.schema_name)
    with pytest.raises(SiteRefused, match=words):
        create_site(bad)
    if not existed:
        assert_nothing_left(bad.schema_name)


def test_failing_step_leaves_nothing(db, monkeypatch):
    def fail(site):
        assert current_site() == site
        raise RuntimeError("step failed")

    monkeypatch.setitem(provisioning._steps, "failing", provisioning._RegisteredStep("failing", fail, ("blueprint",)))
    with pytest.raises(RuntimeError, match="step failed"):
        create_site(order())
    assert_nothing_left("huating")
    with pytest.raises(NoCurrentSite):
        current_site()


def test_site_that_differs_from_golden_is_refused(db, monkeypatch):
    def add_table(site):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE stray (id int)")

    monkeypatch.setitem(provisioning._steps, "stray", provisioning._RegisteredStep("stray", add_table, ("blueprint",)))
    with pytest.raises(SiteUnsound):
        create_site(order())
    assert_nothing_left("huating")


def test_golden_schema_without_a_table_is_noticed(db):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE golden.taggit_taggeditem")
    provisioning._script_of.clear()
    with pytest.raises(SiteUnsound, match="taggit_taggeditem"):
        create_site(order())
    provisioning._script_of.clear()


def test_steps_run_in_order_and_twice_does_no_harm(db):
    site = create_site(order())
    names = provisioning.list_steps()
    assert names.index("home") < names.index("blueprint")
    with enter_site(site):
        before = ColumnPage.objects.count()
        provisioning.run_steps(site)
        assert (ColumnPage.objects.count(), HomePage.objects.count()) == (before, 1)


def test_creation_stands_in_the_ledger(db):
    create_site(order())
    entries = LedgerEntry.objects.filter(action="site.create", detail__hosts=["huating.sfj.localhost"])
    assert {entry.chain for entry in entries} == {"platform", "huating"}


@pytest.mark.kill
def test_killed_provisioning_leaves_nothing_and_completes_on_the_second_run(cluster_db, tmp_path):
    roster = tmp_path / "roster.toml"
    rows = [("huating", "华亭市"), ("lingtai", "灵台县")]
    roster.write_text(
        "".join(
            f'[[site]]\nschema="{s}"\nname="{n}司法局"\nshort_name="{n}局"\nkind="county_bureau"\nparent="city"\nhosts=["{s}.sfj.localhost"]\n'
            for s, n in rows
        )
    )
    code = (
        "import os, signal, sys, django; django.setup()\n"
        "from tenants import provisioning\n"
        "def die(site):\n"
        "    if site.schema_name == 'lingtai': os.kill(os.getpid(), signal.SIGKILL)\n"
        "provisioning.register_step(name='die', after=('blueprint',))(die)\n"
        "from django.core.management import call_command\n"
        "call_command('create_sites', sys.argv[1])\n"
    )
    killed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, roster], env=cluster_db.environment, check=False
    )
    assert killed.returncode == -9
    assert Organisation.objects.filter(schema_name="huating").exists()
    assert_nothing_left("lingtai")
    again = [sys.executable, "-W", "ignore", "manage.py", "create_sites", str(roster), "--json"]
    result = subprocess.run(again, env=cluster_db.environment, check=True, capture_output=True, text=True)
    assert '"created": ["lingtai"], "existing": ["huating"]' in result.stdout
