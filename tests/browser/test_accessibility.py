"""axe finds nothing serious on what readers and editors see first."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.scene import ARCHIVED, CITY, COUNTY, TRIAL
from tests.browser.server import BrowserCluster

GRAVE = {"serious", "critical"}
PLACES = {
    "home": (COUNTY, "/"),
    "column": (COUNTY, "/xxgk/"),
    "not found": (COUNTY, "/no-such-page/"),
    "login": (COUNTY, "/admin/login/"),
    "trial": (TRIAL, "/"),
    "archived": (ARCHIVED, "/"),
}
at_both_widths = pytest.mark.parametrize("width", [375, 1440])


def list_faults(page: Page) -> list[str]:
    """One line for each element that breaks a rule gravely."""
    violations = Axe().run(page).response["violations"]
    grave = [violation for violation in violations if violation["impact"] in GRAVE]
    return [_describe(violation, node) for violation in grave for node in violation["nodes"]]


def _describe(violation: dict[str, Any], node: dict[str, Any]) -> str:
    summary = " ".join(node["failureSummary"].split())
    return f"{violation['impact']} {violation['id']} at {node['target'][0]}: {summary} in {node['html'][:160]}"


def assert_no_grave_faults(page: Page) -> None:
    faults = list_faults(page)
    assert not faults, f"{page.url}\n" + "\n".join(faults)


@at_both_widths
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_grave(cluster: BrowserCluster, open_page: OpenPage, place: str, width: int):
    page = open_page(width)
    page.goto(cluster.url(*PLACES[place]))
    assert_no_grave_faults(page)


@at_both_widths
@pytest.mark.parametrize(("host", "column"), [(CITY, "flfg"), (COUNTY, "ggflfw"), (COUNTY, "tzgg")])
def test_axe_finds_nothing_grave_in_an_article(
    cluster: BrowserCluster, open_page: OpenPage, host: str, column: str, width: int
):
    page = open_page(width)
    page.goto(cluster.url(host, f"/{column}/"))
    with page.expect_navigation():
        page.locator(".lines a").first.click()
    assert_no_grave_faults(page)


def test_a_grave_fault_is_found(open_page: OpenPage):
    page = open_page()
    page.set_content("<!doctype html><html lang=zh><title>t</title><main><h1>t</h1><img src='data:,'></main></html>")
    assert [fault for fault in list_faults(page) if "image-alt" in fault]
