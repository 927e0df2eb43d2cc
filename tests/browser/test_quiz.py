"""A quiz as people sit it: by keyboard, on a telephone, without script; and what axe says of its pages."""

import itertools
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.scene import CITY
from tests.browser.server import BrowserCluster
from tests.browser.test_accessibility import DESK, TELEPHONE, assert_no_grave_faults

LIST = "/pufa/quiz/"
_phones = itertools.count(13_700_000_000)


def enter(page: Page, cluster: BrowserCluster) -> None:
    """From the list to the paper."""
    page.goto(cluster.url(CITY, LIST))
    page.get_by_role("link", name="宪法和民法典知识答题（示例）").click()
    page.get_by_role("link", name="开始答题").click()
    page.get_by_label("姓名").fill("欧阳小示例")
    page.get_by_label("地区").select_option("静宁县")
    page.get_by_label("单位").select_option(index=1)
    page.get_by_label("手机号", exact=True).first.fill(str(next(_phones)))
    page.get_by_label("我同意").check()
    page.get_by_role("button", name="报名并开始答题").click()
    page.locator("#paper").wait_for()


def answer_all(page: Page) -> None:
    """The first choice of each question, the first two where several may be chosen."""
    for item in page.locator(".quiz__item").all():
        choices = item.locator(".choice input")
        choices.first.check()
        if choices.first.get_attribute("type") == "checkbox":
            choices.nth(1).check()


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_axe_finds_nothing_grave_from_the_list_to_the_result(cluster: BrowserCluster, open_page, width: int):
    page = open_page(width)
    for path in (LIST, f"{LIST}verify/"):
        page.goto(cluster.url(CITY, path))
        assert_no_grave_faults(page)
    page.goto(cluster.url(CITY, LIST))
    page.get_by_role("link", name="宪法和民法典知识答题（示例）").click()
    assert_no_grave_faults(page)
    page.get_by_role("link", name="开始答题").click()
    assert_no_grave_faults(page)
    enter(page, cluster)
    assert_no_grave_faults(page)
    page.get_by_role("button", name="交卷").click()
    page.locator("dialog[open]").wait_for()
    assert_no_grave_faults(page)
    page.locator("[data-sure]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("成绩")
    assert_no_grave_faults(page)
    page.get_by_role("link", name="排行榜").click()
    assert_no_grave_faults(page)


def test_paper_is_sat_by_keyboard_and_each_answer_is_saved(cluster: BrowserCluster, open_page):
    page = open_page(TELEPHONE)
    enter(page, cluster)
    expect(page.locator(".quiz__item:visible")).to_have_count(1)
    page.locator(".quiz__item:visible input").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-state]")).to_have_text("答案已保存。")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".quiz__item:visible input:checked").get_attribute("value")
    expect(page.locator("[data-answered]")).to_have_text("1")
    with page.expect_response(lambda response: response.url.endswith("/answer/")) as saving:
        pass
    assert saving.value.json() == {"saved": True}
    page.get_by_role("button", name="下一题").press("Enter")
    expect(page.locator(".quiz__item:visible")).to_have_attribute("data-position", "1")
    page.reload()
    expect(page.locator("[data-answered]")).to_have_text("1")
    page.locator(".sheet a").first.press("Enter")
    expect(page.locator(".quiz__item:visible input:checked")).to_have_value(chosen or "")


def test_paper_is_sat_without_script(cluster: BrowserCluster, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, cluster)
    expect(page.locator(".quiz__item:visible")).to_have_count(22)
    page.locator(".quiz__item input").first.check()
    page.get_by_role("button", name="保存答案").click()
    expect(page.locator("[data-state]")).to_have_text("答案已保存。")
    answer_all(page)
    page.get_by_role("button", name="交卷").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("成绩")
    assert re.search(r"用时", page.content())
    context.close()
