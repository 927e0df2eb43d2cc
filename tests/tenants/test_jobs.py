import signal
import subprocess
import sys

import psycopg
import pytest
from django.db import connection, transaction

from accounts.models import LedgerEntry
from site_core.tasks import find_sites_with_due_pages
from tenants.current import NoCurrentSite, enter_site
from tenants.jobs import JobWithoutSite, defer_for_sites
from tests.job_samples import GATE, note_site, wait_at_gate


def start_worker(cluster_db, *options):
    command = [sys.executable, "-W", "ignore", "manage.py", "work", *options]
    return subprocess.Popen(command, env=cluster_db.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def own_connection():
    params = {
        k: v
        for k, v in connection.get_connection_params().items()
        if k in {"host", "port", "user", "password", "dbname"}
    }
    return psycopg.connect(**params, autocommit=True)


def test_job_runs_inside_the_site_that_deferred_it(cluster_db):
    for schema in ("kongtong", "jingning"):
        with enter_site(schema):
            note_site.defer(word="你好")
    assert start_worker(cluster_db, "--until-empty").wait(timeout=60) == 0
    entries = LedgerEntry.objects.filter(action="test.note").order_by("chain")
    assert [(entry.chain, entry.detail["schema"]) for entry in entries] == [
        ("jingning", "jingning"),
        ("kongtong", "kongtong"),
    ]


def test_deferring_outside_of_a_site_raises(db):
    with pytest.raises(NoCurrentSite):
        note_site.defer(word="x")


def test_job_without_a_site_in_its_envelope_is_refused(db):
    with pytest.raises(JobWithoutSite):
        note_site.task.func(word="x")


def test_job_exists_only_when_its_cause_was_committed(two_sites):
    def jobs():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs")
            return cursor.fetchone()[0]

    with enter_site(two_sites.a):
        with pytest.raises(RuntimeError), transaction.atomic():
            note_site.defer(word="x")
            assert jobs() == 1
            raise RuntimeError
        assert jobs() == 0


def test_every_site_gets_its_job_once_while_one_waits(two_sites):
    first = defer_for_sites(note_site)
    assert {"kongtong", "jingning", "city"} <= set(first)
    assert defer_for_sites(note_site) == []


def test_only_sites_with_due_pages_are_chosen(two_sites):
    assert find_sites_with_due_pages(["kongtong", "jingning"]) == []


@pytest.mark.kill
def test_job_of_a_killed_worker_is_taken_up_by_another(cluster_db):
    with own_connection() as gate, own_connection() as ear:
        ear.execute("LISTEN test_gate")
        gate.execute("SELECT pg_advisory_lock(%s)", [GATE])
        with enter_site("kongtong"):
            wait_at_gate.defer()
        first = start_worker(cluster_db)
        assert [n.payload for n in ear.notifies(timeout=30, stop_after=1)] == ["kongtong"]
        first.send_signal(signal.SIGKILL)
        first.wait()
        second = start_worker(cluster_db)
        try:
            # It begins a second time: nothing but the rescue can have queued it again.
            assert [n.payload for n in ear.notifies(timeout=30, stop_after=1)] == ["kongtong"]
            gate.execute("SELECT pg_advisory_unlock(%s)", [GATE])
        finally:
            second.send_signal(signal.SIGTERM)
            _, errors = second.communicate(timeout=30)
        assert LedgerEntry.objects.filter(action="test.passed_gate", chain="kongtong").count() >= 1, errors.decode()[
            -2000:
        ]
