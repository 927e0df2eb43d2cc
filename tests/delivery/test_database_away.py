"""Without its database the product says so in one sentence, tells when to come again, and does not fill the log."""

import logging

import psycopg
import pytest
from django.db import OperationalError

from site_core.database_away import AwayFilter, is_database_away


def lost() -> OperationalError:
    """What Django raises when the server has gone."""
    error = OperationalError("connection refused")
    error.__cause__ = psycopg.OperationalError("connection refused")
    return error


@pytest.mark.parametrize("path", ["/", "/gzdt/", "/admin/", "/search/?q=x"])
def test_every_path_answers_503_and_when_to_come_again(two_sites, client_of, monkeypatch, path):
    def fail(host):
        raise lost()

    client = client_of(two_sites.a)
    client.raise_request_exception = False
    monkeypatch.setattr("tenants.middleware.find_organisation_for_host", fail)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "请稍后再试" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_error_within_a_page_counts_as_well_and_a_deadlock_does_not():
    wrapped = RuntimeError("template")
    wrapped.__cause__ = lost()
    assert is_database_away(wrapped)
    deadlock = OperationalError("deadlock detected")
    deadlock.__cause__ = psycopg.errors.DeadlockDetected("deadlock detected")
    assert not is_database_away(deadlock)
    assert not is_database_away(ValueError("x"))


def test_log_has_one_line_for_many_requests():
    away = AwayFilter()
    records = [
        logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "Internal Server Error: %s", ("/",), (type(e), e, None)
        )
        for e in (lost(), lost(), ValueError("x"))
    ]
    assert [away.filter(record) for record in records] == [True, False, True]
    assert records[0].exc_info is None
    assert "does not answer" in records[0].getMessage()
    assert records[2].exc_info is not None
