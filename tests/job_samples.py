"""Tasks that only tests queue."""

from django.db import connection

from accounts import ledger
from tenants.current import current_site
from tenants.jobs import site_task

GATE = 90210


@site_task
def note_site(word: str) -> None:
    """Leave a trace of the site that the job ran on."""
    ledger.record("test.note", detail={"word": word, "schema": current_site().schema_name})


@site_task
def wait_at_gate() -> None:
    """Say that it began, then wait until the test opens the gate (an advisory lock)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('test_gate', %s)", [current_site().schema_name])
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [GATE])
        cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [GATE])
    ledger.record("test.passed_gate")
