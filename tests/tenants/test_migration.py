import json
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection as plain_connection

from tenants import migration
from tenants.current import enter_site, find_current_site
from tenants.migration import migrate_foundation, migrate_sites, wanted_fingerprint
from tenants.models import Organisation, SchemaState


def run_command(**options):
    out = StringIO()
    call_command("migrate_sites", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_sites_with_nothing_to_do_are_not_touched(two_sites, monkeypatch):
    monkeypatch.setattr(migration, "migrate_schema", lambda *args, **kwargs: pytest.fail("touched"))
    report = run_command()
    assert report["migrated"] == []
    assert {"public", "golden", "kongtong", "jingning"} <= set(report["unchanged"])


def test_new_fingerprint_means_every_site_is_behind(two_sites, monkeypatch):
    monkeypatch.setattr(migration, "wanted_fingerprint", lambda: "another")
    monkeypatch.setattr(migration, "_try_migrate", lambda name: "")
    assert set(migrate_sites(jobs=1).migrated) == set(Organisation.objects.schema_names())


def test_site_that_fails_is_reported_and_the_others_go_on(two_sites, monkeypatch):
    SchemaState.objects.filter(schema_name__in=["kongtong", "jingning"]).update(fingerprint="old")
    original = migration.migrate_schema

    def migrate_or_fail(name, **options):
        if name == "jingning":
            raise RuntimeError("no")
        original(name, **options)

    monkeypatch.setattr(migration, "migrate_schema", migrate_or_fail)
    with pytest.raises(CommandError, match="jingning"):
        run_command(jobs=1)
    states = dict(SchemaState.objects.values_list("schema_name", "fingerprint"))
    assert states["kongtong"] == wanted_fingerprint()
    assert states["jingning"] == "old"
    assert find_current_site() is None


def test_second_run_goes_on_with_what_failed(two_sites):
    SchemaState.objects.filter(schema_name="jingning").update(fingerprint="old")
    assert run_command(jobs=1)["migrated"] == ["jingning"]
    assert run_command(jobs=1)["migrated"] == []


def test_sites_are_migrated_in_parallel(cluster_db):
    SchemaState.objects.update(fingerprint="old")
    report = run_command(jobs=2)
    assert report["failed"] == {}
    assert len(report["migrated"]) == Organisation.objects.count() + 2


def test_roles_are_brought_up_to_date_with_the_migration(two_sites):
    with enter_site("kongtong"):
        Group.objects.get(name="editor").permissions.clear()
    SchemaState.objects.filter(schema_name="kongtong").update(fingerprint="old")
    run_command(jobs=1)
    with enter_site("kongtong"):
        assert Group.objects.get(name="editor").permissions.filter(codename="access_admin").exists()


def test_foundation_knows_that_it_is_up_to_date(db):
    assert migrate_foundation().migrated == []


def test_migrations_are_recorded_in_each_schema(two_sites):
    with plain_connection.cursor() as cursor:
        counts = set()
        for schema in ("public", "golden", "kongtong"):
            cursor.execute(f'SELECT count(*) FROM "{schema}".django_migrations')
            counts.add(cursor.fetchone()[0])
    assert len(counts) == 1
