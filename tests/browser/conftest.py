"""A running cluster and a Chromium for the tests of this folder, started once, when the first test wants them.

Each worker of xdist that gets tests of this folder has its own: groups of xdist 3.8 do nothing under pytest 9.2.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, Page, StorageState

from tests import prepared_database
from tests.browser.admin import sign_in
from tests.browser.chromium import PATIENCE_MS, Watch, open_browser
from tests.browser.scene import COUNTY, set_scene
from tests.browser.server import BrowserCluster, find_free_port, run_web, run_worker
from tests.factories import PASSWORD

MARKS = (pytest.mark.browser, pytest.mark.needs("chromium"))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Called for the tests of this folder alone; no file of it can forget the marks."""
    for mark in MARKS:
        item.add_marker(mark)


@pytest.fixture(scope="session")
def cluster(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserCluster]:
    """The cluster, served, with the scene set."""
    port = find_free_port()
    made = BrowserCluster(port, tmp_path_factory.mktemp("cluster"), f"test_browser_{port}")
    with django_db_blocker.unblock():
        _prepare(made)
    with run_web(made):
        yield made
    with django_db_blocker.unblock():
        prepared_database.drop(made.database)


def _prepare(cluster: BrowserCluster) -> None:
    before = connection.settings_dict["NAME"]
    prepared_database.copy_prepared(cluster.database)
    prepared_database.use_database(cluster.database)
    try:
        with override_settings(MEDIA_ROOT=str(cluster.media_root), STATIC_ROOT=str(cluster.static_root)):
            set_scene()
            call_command("collectstatic", link=True, interactive=False, verbosity=0)
    finally:
        prepared_database.use_database(before)


@pytest.fixture(scope="session")
def worker(cluster: BrowserCluster) -> Iterator[None]:
    """The cluster's jobs are run as well."""
    with run_worker(cluster):
        yield


# Package, not session: while Playwright runs, Django's ORM refuses to work in its thread, which tests elsewhere need.
@pytest.fixture(scope="package")
def browser(cluster: BrowserCluster) -> Iterator[Browser]:
    """One Chromium for all; each test opens windows of its own in it."""
    with open_browser() as opened:
        yield opened


OpenPage = Callable[..., Page]
OpenAdmin = Callable[[str], Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """`open_page(width)`: a page of a person with an empty cookie jar. The test fails if it misbehaves (`Watch`)."""
    watch, contexts = Watch(), []

    def make(width: int = 1440, height: int = 900, cookies: StorageState | None = None) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", storage_state=cookies
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("page", watch.attach)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert not watch.faults


@pytest.fixture(scope="session")
def cookies_by_person() -> dict[str, StorageState]:
    """Who signed in before need not do it again."""
    return {}


@pytest.fixture
def open_admin(cluster: BrowserCluster, open_page: OpenPage, cookies_by_person: dict[str, StorageState]) -> OpenAdmin:
    """`open_admin(username)`: a page of a person who is signed in on 崆峒区's site."""

    def make(username: str) -> Page:
        page = open_page(cookies=cookies_by_person.get(username))
        if username not in cookies_by_person:
            sign_in(page, cluster.url(COUNTY, "/admin/"), username, PASSWORD)
            cookies_by_person[username] = page.context.storage_state()
        return page

    return make
