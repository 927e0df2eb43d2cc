"""The mobile digest as readers meet it: its page, an issue, subscribing and leaving; for axe, on a telephone and a desk."""

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.scene import CITY
from tests.browser.server import BrowserCluster
from tests.browser.test_accessibility import DESK, TELEPHONE, assert_no_grave_faults

PLACES = {
    "digest": "/pufa/sjb/",
    "subscribe": "/pufa/digest/",
    "leave": "/pufa/digest/unsubscribe/",
    "dead link": "/pufa/digest/confirm/nobody/",
}


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_grave(cluster: BrowserCluster, open_page: OpenPage, place: str, width: int):
    page = open_page(width)
    page.goto(cluster.url(CITY, PLACES[place]))
    assert_no_grave_faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_issue_is_read_and_subscribing_says_what_comes_next(cluster: BrowserCluster, open_page: OpenPage, width: int):
    page = open_page(width)
    page.goto(cluster.url(CITY, PLACES["digest"]))
    page.locator("main a[href^='/pufa/sjb/']").first.click()
    assert_no_grave_faults(page)
    page.goto(cluster.url(CITY, PLACES["subscribe"]))
    page.get_by_label("电子邮箱或手机号码").fill(f"reader-{width}@example.invalid")
    page.locator("main input[type=checkbox]").first.check()
    page.get_by_role("button", name="订阅").click()
    page.wait_for_url("**/pufa/digest/asked/**")
    assert_no_grave_faults(page)
