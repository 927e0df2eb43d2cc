"""axe finds nothing serious on what readers and editors see first."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.scene import ARCHIVED, CITY, COUNTY, TRIAL
from tests.browser.server import BrowserCluster

GRAVE = {"serious", "critical"}
TELEPHONE, DESK = 375, 1440
PLACES = {
    "home": (COUNTY, "/"),
    "column": (COUNTY, "/xxgk/"),
    "not found": (COUNTY, "/no-such-page/"),
    "login": (COUNTY, "/admin/login/"),
}
FURTHER_PLACES = {"trial": (TRIAL, "/"), "archived": (ARCHIVED, "/")}
ARTICLES = {"law": (CITY, "flfg"), "cover and table": (COUNTY, "ggflfw"), "unruly": (COUNTY, "tzgg")}


def list_faults(page: Page) -> list[str]:
    """One line for each element that breaks a rule gravely."""
    violations = Axe().run(page).response["violations"]
    grave = [violation for violation in violations if violation["impact"] in GRAVE]
    return [describe(violation, node) for violation in grave for node in violation["nodes"]]


def describe(violation: dict[str, Any], node: dict[str, Any]) -> str:
    """The violation at one element, in a line."""
    summary = " ".join(node["failureSummary"].split())
    return f"{violation['impact']} {violation['id']} at {node['target'][0]}: {summary} in {node['html'][:160]}"


def assert_no_grave_faults(page: Page) -> None:
    faults = list_faults(page)
    assert not faults, f"{page.url}\n" + "\n".join(faults)


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_grave(cluster: BrowserCluster, open_page: OpenPage, place: str, width: int):
    page = open_page(width)
    page.goto(cluster.url(*PLACES[place]))
    assert_no_grave_faults(page)


@pytest.mark.parametrize("place", FURTHER_PLACES)
def test_axe_finds_nothing_grave_on_a_site_with_a_banner(cluster: BrowserCluster, open_page: OpenPage, place: str):
    page = open_page(TELEPHONE)
    page.goto(cluster.url(*FURTHER_PLACES[place]))
    assert_no_grave_faults(page)


@pytest.mark.parametrize(("article", "width"), [*((name, TELEPHONE) for name in ARTICLES), ("cover and table", DESK)])
def test_axe_finds_nothing_grave_in_an_article(cluster: BrowserCluster, open_page: OpenPage, article: str, width: int):
    host, column = ARTICLES[article]
    page = open_page(width)
    page.goto(cluster.url(host, f"/{column}/"))
    with page.expect_navigation():
        page.locator(".lines a, .guide h2 a").first.click()
    assert_no_grave_faults(page)


def test_a_grave_fault_is_found(open_page: OpenPage):
    page = open_page()
    page.set_content("<!doctype html><html lang=zh><title>t</title><main><h1>t</h1><img src='data:,'></main></html>")
    assert [fault for fault in list_faults(page) if "image-alt" in fault]
