"""Jobs, Wagtail's tasks and commands work on the site that they were meant for (leaks L14, L21).

That a job carries its site, and is refused without one, is in tests/tenants/test_jobs.py.
"""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction
from wagtail.models import Page, ReferenceIndex
from wagtail.tasks import update_reference_index_task

from site_core.tasks import publish_due_pages
from tenants import jobs
from tenants.current import enter_site, find_current_site
from tenants.models import Organisation, SchemaState
from tests.factories import make_article, make_draft, soon
from tests.isolation.marked_site import add_image
from tests.job_samples import note_site


def search_path():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


def test_wagtail_s_own_tasks_run_at_once_in_the_site_that_queued_them():
    """Their arguments name no site: a queue of them would need an envelope as `tenants.jobs` has."""
    assert {options["BACKEND"] for options in settings.TASKS.values()} == {
        "django_tasks.backends.immediate.ImmediateBackend"
    }


def test_index_of_references_is_kept_on_the_site_of_the_page(two_sites):
    with enter_site(two_sites.a):
        before = ReferenceIndex.objects.count()
        image = add_image("封面", "cover.png")
    make_article(two_sites.a, "有封面", cover=image)
    with enter_site(two_sites.b):
        of_b = set(ReferenceIndex.objects.values_list("to_object_id", "object_id"))
    with enter_site(two_sites.a):
        assert ReferenceIndex.objects.count() > before
        assert (
            not set(ReferenceIndex.objects.filter(to_object_id=str(image.pk)).values_list("to_object_id", "object_id"))
            & of_b
        )


def test_wagtail_s_task_fails_outside_of_a_site(two_sites):
    page = make_article(two_sites.a)
    with pytest.raises(ProgrammingError), transaction.atomic():
        update_reference_index_task.func("site_core", "articlepage", page.pk)


@pytest.fixture
def run_job(monkeypatch):
    """Run a queued task as a worker does, within the test's transaction."""
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)

    def run(task, schema, **arguments):
        return task.task.func(**{jobs.ENVELOPE: schema}, **arguments)

    return run


def test_job_of_one_site_leaves_what_is_due_on_another(two_sites, run_job):
    due = {}
    for site in (two_sites.a, two_sites.b):
        due[site] = make_draft(site, "到时")
        with enter_site(site):
            due[site].save_revision(approved_go_live_at=soon())
    run_job(publish_due_pages, "kongtong")
    for site, is_live in ((two_sites.a, True), (two_sites.b, False)):
        with enter_site(site):
            assert Page.objects.get(pk=due[site].pk).live is is_live


def test_worker_is_outside_of_every_site_after_a_job_that_failed(two_sites, run_job, monkeypatch):
    seen = []

    def fail(word):
        seen.append(find_current_site().schema_name)
        raise ZeroDivisionError

    run = jobs.site_task(fail, name="tests.fails").task.func
    for schema in ("kongtong", "jingning"):
        with pytest.raises(ZeroDivisionError):
            run(**{jobs.ENVELOPE: schema}, word="x")
        assert find_current_site() is None
        assert search_path() == "public"
    assert seen == ["kongtong", "jingning"]


@pytest.mark.parametrize("schema", ["nowhere", "public", "golden", "'; --"])
def test_job_for_what_is_no_site_does_not_run(two_sites, run_job, schema):
    with pytest.raises(Organisation.DoesNotExist):
        run_job(note_site, schema, word="x")


def test_command_that_fails_inside_a_site_leaves_it(two_sites):
    with pytest.raises(CommandError):
        call_command("in_site", "kongtong", "import_articles", "no-such-file", "--column", "tzgg", "--site", "kongtong")
    assert find_current_site() is None
    assert search_path() == "public"


def _forget_migrations_of_embeds(schema, *, drop):
    """As if the app's migrations had never run; where the table stays, running them again must fail."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {schema}.django_migrations WHERE app = 'wagtailembeds'")
        if drop:
            cursor.execute(f"DROP TABLE {schema}.wagtailembeds_embed")
    SchemaState.objects.filter(schema_name=schema).update(fingerprint="behind")


def _has_embeds(schema):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{schema}.wagtailembeds_embed"])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("number", [1, 2])
def test_site_whose_migration_fails_does_not_stop_the_others(cluster_db, number):
    """The one that fails comes before another in the order, whether they are migrated one by one or at once."""
    for schema, drop in (("aid", True), ("jingning", False), ("kongtong", True)):
        _forget_migrations_of_embeds(schema, drop=drop)
    answer = StringIO()
    with pytest.raises(CommandError, match="1 个网站迁移失败：jingning"):
        call_command("migrate_sites", jobs=number, json=True, stdout=answer)
    report = json.loads(answer.getvalue())
    assert (sorted(report["migrated"]), list(report["failed"])) == (["aid", "kongtong"], ["jingning"])
    assert "already exists" in report["failed"]["jingning"]
    assert _has_embeds("aid")
    assert _has_embeds("kongtong")
    assert not _has_embeds("public")
    assert find_current_site() is None
    assert search_path() == "public"
    assert SchemaState.objects.get(schema_name="jingning").fingerprint == "behind"
