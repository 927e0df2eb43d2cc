"""What tests of people need: to sign in as somebody, to run the mails that a request queued, to read the ledger."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches
from django.utils.module_loading import import_string
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import LedgerEntry, User
from tenants.current import enter_site
from tenants.jobs import ENVELOPE
from tenants.models import Organisation
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def empty_caches(settings: Any) -> None:
    """What another test put there is gone, expiry times as well."""
    for alias in settings.CACHES:
        caches[alias].clear()


@pytest.fixture
def signed_in(client_of: Any) -> Callable[..., Any]:
    """`signed_in(site, user)`: a client that went through the login page."""

    def make(site: Organisation, user: User, password: str = PASSWORD) -> Any:
        client = client_of(site)
        response = client.post("/admin/login/", {"username": user.username, "password": password})
        assert response.status_code == 302, response.content.decode()
        return client

    return make


@pytest.fixture
def run_mails() -> Callable[[], list[Any]]:
    """`run_mails()`: run the queued jobs as a worker would, and return the mails that they sent."""
    done: set[int] = set()

    def run() -> list[Any]:
        before = len(mail.outbox)
        for job in ProcrastinateJob.objects.filter(queue_name="mail").exclude(pk__in=done).order_by("pk"):
            done.add(job.pk)
            values = dict(job.args)
            # Not by way of the worker's wrapper: it closes connections, and this one holds the test's transaction.
            with enter_site(values.pop(ENVELOPE)):
                import_string(job.task_name)(**values)
        return mail.outbox[before:]

    return run


@pytest.fixture
def link_in() -> Callable[[Any], tuple[str, str]]:
    """`link_in(message)`: scheme and host, and path, of the link in a mail."""

    def find(message: Any) -> tuple[str, str]:
        found = re.search(r"(https?://[^/\s]+)(/\S+)", message.body)
        assert found, message.body
        return found.group(1), found.group(2)

    return find


@pytest.fixture
def ledger() -> Callable[..., list[LedgerEntry]]:
    """`ledger(chain, action)`: entries, oldest first."""

    def entries(chain: str, action: str) -> list[LedgerEntry]:
        return list(LedgerEntry.objects.filter(chain=chain, action=action).order_by("position"))

    return entries
