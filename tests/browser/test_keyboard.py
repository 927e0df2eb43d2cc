"""The site and its login are worked with the keyboard alone, and one always sees where one is."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.scene import COUNTY, EDITOR
from tests.browser.server import BrowserCluster
from tests.factories import PASSWORD

MOST_STOPS = 60
# The search box shows the focus of the field in it.
FOCUS = """() => {
  const style = getComputedStyle(document.activeElement.closest('.search__box') ?? document.activeElement);
  return {
    text: document.activeElement.textContent.trim(),
    tag: document.activeElement.tagName,
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    shadow: style.boxShadow,
  };
}"""


def tab_to(page: Page, text: str) -> None:
    """Tab until the focus is on what reads like that; each stop on the way is seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        assert stop["outline"] > 0, f"no visible focus on {stop}"
        if stop["text"] == text:
            return
    raise AssertionError(f"{text} is not reached with the Tab key")


def test_first_stop_is_the_way_to_the_main_part(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    page.goto(cluster.url(COUNTY, "/tzgg/"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_article_is_reached_from_the_home_page(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    page.goto(cluster.url(COUNTY))
    tab_to(page, "通知公告")
    page.keyboard.press("Enter")
    expect(page).to_have_url(cluster.url(COUNTY, "/tzgg/"))
    article = page.locator(".lines a").first.inner_text()
    tab_to(page, article)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(article)


def test_editor_signs_in(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    page.goto(cluster.url(COUNTY, "/admin/login/"))
    expect(page.get_by_label("登录名")).to_be_focused()
    page.keyboard.type(EDITOR)
    page.keyboard.press("Tab")
    assert_focus_is_seen(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(cluster.url(COUNTY, "/admin/"))


def assert_focus_is_seen(page: Page) -> None:
    """What has the focus has an outline; Wagtail draws it around its fields as well."""
    stop = page.evaluate(FOCUS)
    assert stop["outline"] > 0, f"no visible focus on {stop}"
