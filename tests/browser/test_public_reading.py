"""A reader goes from the home page to an article, on a telephone as on a desk."""

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import OpenPage
from tests.browser.scene import CITY, COUNTY, UNRULY_TITLE
from tests.browser.server import BrowserCluster

NAMES = {CITY: "平凉市司法局", COUNTY: "平凉市崆峒区司法局"}
WIDTHS = (320, 375, 1440)

_TEXT_WITHOUT_LABEL = (
    "a => [...a.childNodes].filter(n => !n.classList?.contains('tag')).map(n => n.textContent).join('')"
)

at_each_width = pytest.mark.parametrize("width", WIDTHS)
on_city_and_county = pytest.mark.parametrize("host", [CITY, COUNTY])


def answer_of(page: Page, url: str) -> Response:
    """The answer to opening that address."""
    response = page.goto(url)
    assert response is not None
    return response


def assert_fits(page: Page) -> None:
    """The page is no wider than the window."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"


def follow(page: Page, link: str) -> str:
    """Click the first link that the selector finds; its text without the label before it."""
    found = page.locator(link).first
    text = str(found.evaluate(_TEXT_WITHOUT_LABEL)).strip()
    with page.expect_navigation() as navigation:
        found.click()
    assert navigation.value.status == 200
    return text


def open_menu(page: Page) -> None:
    """On a telephone the navigation is a sheet behind a button; on a desk it stands in the page."""
    button = page.get_by_role("button", name="栏目", exact=True)
    if button.is_visible():
        button.click()


@at_each_width
@on_city_and_county
def test_reader_goes_from_home_to_column_to_article(
    cluster: BrowserCluster, open_page: OpenPage, host: str, width: int
):
    page = open_page(width)
    assert answer_of(page, cluster.url(host)).status == 200
    expect(page).to_have_title(NAMES[host])
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[host])
    assert_fits(page)

    open_menu(page)
    column = follow(page, ".nav a:text-is('通知公告')")
    expect(page).to_have_title(f"{column}-{NAMES[host]}")
    expect(page.get_by_role("heading", level=1)).to_have_text(column)
    assert_fits(page)

    article = follow(page, ".lines a:has-text('示例')")
    expect(page).to_have_title(f"{article}-{NAMES[host]}")
    expect(page.get_by_role("heading", level=1)).to_have_text(article)
    assert_fits(page)


@on_city_and_county
def test_breadcrumb_leads_back_up(cluster: BrowserCluster, open_page: OpenPage, host: str):
    page = open_page()
    page.goto(cluster.url(host, "/tzgg/"))
    article = follow(page, ".lines a")
    crumbs = page.get_by_role("navigation", name="当前位置")
    expect(crumbs.locator("[aria-current=page]")).to_have_text(article)
    crumbs.get_by_role("link", name="通知公告").click()
    expect(page).to_have_url(cluster.url(host, "/tzgg/"))
    page.get_by_role("navigation", name="当前位置").get_by_role("link", name="首页").click()
    expect(page).to_have_url(cluster.url(host))


@at_each_width
def test_unruly_article_stays_inside_the_window(cluster: BrowserCluster, open_page: OpenPage, width: int):
    page = open_page(width)
    page.goto(cluster.url(COUNTY, "/tzgg/"))
    page.get_by_role("link", name=UNRULY_TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(UNRULY_TITLE)
    assert_fits(page)


def test_cover_is_shown_in_the_column_s_article(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    page.goto(cluster.url(COUNTY, "/gzdt/"))
    page.locator(".lines a:has-text('矛盾纠纷大走访')").click()
    picture = page.locator("article figure img").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_site_has_an_icon(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    page.goto(cluster.url(COUNTY))
    address = page.evaluate("document.querySelector('link[rel~=icon]')?.href ?? '/favicon.ico'")
    assert page.evaluate("async url => (await fetch(url)).status", address) == 200
