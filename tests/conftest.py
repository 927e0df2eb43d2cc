"""Fixtures of all tests: databases copied from a prepared one, sites to leak between, people to try it with."""

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from tenants.current import enter_site
from tenants.models import Organisation
from tests import prepared_database

pytest_plugins = ["tests.needs"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """The process that hands tests to workers has the database made while they collect."""
    gc.disable()  # until all tests are collected: nothing of them can be dropped
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        prepared_database.start_preparing()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Django, Wagtail and thousands of tests are loaded for good: the collector need not look through them during each test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str = "main") -> Iterator[None]:
    """A copy of the prepared database for each worker."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        prepared_database.copy_prepared(name)
        prepared_database.use_database(name)
    yield
    with django_db_blocker.unblock():
        connection.close()
        prepared_database.drop(name)


@pytest.fixture(autouse=True)
def clean_process(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Each test begins outside of every site, with empty caches and a media folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    for alias in settings.CACHES:
        caches[alias].clear()
    connection.set_schema_to_public()
    yield
    connection.set_schema_to_public()


@dataclass(frozen=True)
class TwoSites:
    """Two county sites; what is done on `a` must never be seen on `b`."""

    a: Organisation
    b: Organisation


@pytest.fixture
def two_sites(db: None) -> TwoSites:
    """崆峒区 and 静宁县; the test's changes are rolled back."""
    return TwoSites(
        Organisation.objects.get(schema_name="kongtong"),
        Organisation.objects.get(schema_name="jingning"),
    )


@pytest.fixture
def city(db: None) -> Organisation:
    """The city bureau."""
    return Organisation.objects.get(schema_name="city")


@pytest.fixture
def in_kongtong(two_sites: TwoSites) -> Iterator[Organisation]:
    """Inside 崆峒区's site for the whole test."""
    with enter_site(two_sites.a) as site:
        yield site


@dataclass(frozen=True)
class ClusterDatabase:
    """A database of the test's own, with what a subprocess needs to use it."""

    name: str
    environment: dict[str, str]


@pytest.fixture
def cluster_db(django_db_blocker: Any, django_db_setup: None, tmp_path: Path) -> Iterator[ClusterDatabase]:
    """A whole copy of the prepared database, for workers, NOTIFY and kills; nothing is rolled back, it is dropped."""
    before = connection.settings_dict["NAME"]
    name = f"test_cluster_{os.getpid()}"
    with django_db_blocker.unblock():
        prepared_database.copy_prepared(name)
        prepared_database.use_database(name)
        yield ClusterDatabase(name, _environment_for(name, tmp_path))
        prepared_database.use_database(before)
        prepared_database.drop(name)


@pytest.fixture(scope="module")
def module_database(django_db_blocker: Any, django_db_setup: None) -> Iterator[None]:
    """A copy of the prepared database for the whole module, in autocommit: what its tests write, the next ones find."""
    before, name = connection.settings_dict["NAME"], f"test_module_{os.getpid()}"
    with django_db_blocker.unblock():
        prepared_database.copy_prepared(name)
        prepared_database.use_database(name)
        yield
        prepared_database.use_database(before)
        prepared_database.drop(name)


def _environment_for(name: str, tmp_path: Path) -> dict[str, str]:
    head, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return {
        **os.environ,
        "TEST_DATABASE_URL": f"{head}/{name}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }


class SiteClient(Client):
    """Django's test client, on the host of one site."""

    def __init__(self, host: str, **kwargs: Any) -> None:
        super().__init__(HTTP_HOST=host, **kwargs)


@pytest.fixture
def client_of() -> Any:
    """`client_of(site)`: a client on the primary host of the site."""
    from tenants.selectors import find_primary_host

    def make(site: Organisation) -> SiteClient:
        return SiteClient(find_primary_host(site))

    return make


@pytest.fixture
def signed_in(client_of: Any) -> Any:
    """`signed_in(site, user)`: a client on the site's host with the user's session there."""

    def make(site: Organisation, user: Any) -> SiteClient:
        client = client_of(site)
        with enter_site(site):
            client.force_login(user, backend="accounts.authentication.MembershipBackend")
        return client

    return make
