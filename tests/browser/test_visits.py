"""A reader opens a page, and an editor sees it counted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.scene import COUNTY, EDITOR
from tests.browser.server import BrowserCluster, wait_until
from tests.delivery.visits import BROWSER

_AS_A_READER = "Object.defineProperty(Navigator.prototype, 'webdriver', {get: () => false})"


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that does not say that it is driven by a program."""
    context = browser.new_context(user_agent=BROWSER, locale="zh-CN")
    context.add_init_script(_AS_A_READER)
    yield context
    context.close()


def test_opened_page_is_counted_and_shown_to_editors(cluster: BrowserCluster, reader, open_page, open_admin):
    page = reader.new_page()
    for _ in range(3):
        with page.expect_request("**/visit/") as sent:
            page.goto(cluster.url(COUNTY, "/tzgg/?page=1"))
        assert sent.value.post_data == "path=%2Ftzgg%2F"
    assert reader.cookies() == []
    admin = open_admin(EDITOR)
    report = cluster.url(COUNTY, "/admin/visits/?range=7")

    def is_counted() -> bool:
        admin.goto(report)
        # The report asks for pages and for the site one after the other: a batch may be written between them.
        is_listed = admin.get_by_role("link", name="通知公告", exact=True).count() > 0
        return is_listed and admin.locator(".visits-figures dd").first.inner_text() == "3"

    wait_until(is_counted, 20)
    expect(admin.locator(".visits-figures dd").nth(1)).to_have_text("1")
    assert admin.locator(".visits-chart").evaluate("image => image.complete && image.naturalWidth > 0")
    admin.get_by_role("link", name="通知公告", exact=True).click()
    expect(admin.locator(".visits-figures dd")).to_have_text(["3"])


def test_driven_browser_is_not_counted(cluster: BrowserCluster, open_page):
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(cluster.url(COUNTY, "/tzgg/"))
    page.wait_for_load_state("networkidle")
    assert any(url.endswith("visit.js") for url in asked)
    assert not any(url.endswith("/visit/") for url in asked)
