"""Searching as a reader does: by keyboard, with suggestions, and without script."""

from playwright.sync_api import Browser, expect

from tests.browser.scene import COUNTY
from tests.browser.server import BrowserCluster


def test_suggestion_is_chosen_by_keyboard_and_searched_for(cluster: BrowserCluster, open_page):
    page = open_page(375)
    page.goto(cluster.url(COUNTY, "/search/"))
    box = page.get_by_role("combobox")
    box.fill("示例")
    box.fill("通知公")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("搜索结果")
    assert "通知公告" in page.url or "%E9%80%9A%E7%9F%A5%E5%85%AC%E5%91%8A" in page.url


def test_search_works_without_script(cluster: BrowserCluster, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(cluster.url(COUNTY, "/search/"))
    page.get_by_role("searchbox").fill("法律援助")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator("article.hit").first).to_contain_text("法律援助")
    page.get_by_role("link", name="时间").click()
    assert "sort=date" in page.url
    context.close()
