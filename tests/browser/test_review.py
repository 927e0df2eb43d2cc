"""An editor submits, three people review, each at a desk of their own, and the reader sees what they approved."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.admin import ArticleEditor
from tests.browser.conftest import OpenAdmin, OpenPage
from tests.browser.scene import COUNTY, EDITOR, REVIEWERS, SITE_ADMIN
from tests.browser.server import BrowserCluster
from tests.browser.test_accessibility import assert_no_grave_faults

TELEPHONE, DESK = 375, 1440


def submit(cluster: BrowserCluster, open_admin: OpenAdmin, title: str) -> ArticleEditor:
    """Write an article in 通知公告 and send it into review."""
    editor = ArticleEditor(open_admin(EDITOR))
    editor.open_new(cluster.url(COUNTY, ""), "通知公告")
    editor.title.fill(title)
    editor.type_paragraph("送审的正文。")
    editor.page.wait_for_load_state("networkidle")
    editor.page.locator("[name=action-submit-review]").click()
    expect(editor.page.locator(".messages .success").filter(has_text="已提交审核，等待一审")).to_be_visible()
    return editor


def open_item(cluster: BrowserCluster, page: Page, title: str) -> None:
    """From the inbox to the item."""
    page.goto(cluster.url(COUNTY, "/admin/review/"))
    page.get_by_role("link", name=title).click()
    expect(page.locator(".review-head__title")).to_have_text(title)


def approve(page: Page) -> None:
    """Agree with what is open."""
    secrecy = page.get_by_label("已作保密审查，不含涉密内容")
    if secrecy.count():
        secrecy.check()
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.locator(".messages .success")).to_be_visible()


def assert_fits(page: Page) -> None:
    """Nothing is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_article_is_public_after_three_people_approved(
    cluster: BrowserCluster, open_page: OpenPage, open_admin: OpenAdmin
):
    title = "三人审过的通知"
    submit(cluster, open_admin, title)
    for username in REVIEWERS:
        page = open_admin(username)

        open_item(cluster, page, title)
        frame = page.frame_locator("iframe")
        expect(frame.locator(".prose")).to_contain_text("送审的正文。")
        approve(page)
    link = page.locator(".messages .success a").first.get_attribute("href") or ""
    reader = open_page()
    reader.goto(link if link.startswith("http") else cluster.url(COUNTY, link))
    expect(reader.get_by_role("heading", level=1)).to_have_text(title)
    expect(reader.locator(".prose")).to_contain_text("送审的正文。")


def test_returned_article_tells_its_editor_and_is_submitted_again(cluster: BrowserCluster, open_admin: OpenAdmin):
    title = "要退回的通知"
    editor = submit(cluster, open_admin, title)
    page = open_admin(REVIEWERS[0])
    open_item(cluster, page, title)
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_text("退回须说明理由。")).to_be_visible()
    page.get_by_label("审核意见").fill("标题不准确")
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator(".messages .success")).to_contain_text("已退回")

    editor.page.reload()
    expect(editor.page.locator(".messages .warning")).to_contain_text("标题不准确")
    editor.title.fill("改准确的通知")
    editor.page.wait_for_load_state("networkidle")
    editor.page.locator("[name=action-submit-review]").click()
    expect(editor.page.locator(".messages .success").filter(has_text="等待一审")).to_be_visible()


def test_editor_takes_an_article_back_from_its_banner(cluster: BrowserCluster, open_admin: OpenAdmin):
    editor = submit(cluster, open_admin, "要撤销的通知")
    editor.page.goto(editor.page.url.partition("?")[0])
    editor.page.get_by_role("button", name="撤销提交").click()
    expect(editor.page.locator(".messages .success")).to_contain_text("已撤销")
    expect(editor.page.locator("[name=action-submit-review]")).to_be_visible()


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_screens_fit_and_axe_finds_nothing_grave(cluster: BrowserCluster, open_admin: OpenAdmin, width: int):
    title = f"看样子的通知 {width}"
    submit(cluster, open_admin, title)
    page = open_admin(REVIEWERS[0])
    page.set_viewport_size({"width": width, "height": 900})
    open_item(cluster, page, title)
    address = page.url
    for place in ("/admin/review/", address, f"{address}record/", "/admin/review/withdraw/", "/admin/review/rules/"):
        page.goto(place if place.startswith("http") else cluster.url(COUNTY, place))
        page.wait_for_load_state("networkidle")
        assert_fits(page)
        assert_no_grave_faults(page)


def test_preview_is_as_wide_as_a_telephone_when_asked(cluster: BrowserCluster, open_admin: OpenAdmin):
    title = "看手机样子的通知"
    submit(cluster, open_admin, title)
    page = open_admin(REVIEWERS[0])
    open_item(cluster, page, title)
    frame = page.locator("iframe")
    expect(frame).to_have_css("width", "1280px")
    page.get_by_role("button", name="手机").click()
    expect(frame).to_have_css("width", "390px")
    expect(page.get_by_role("button", name="手机")).to_have_attribute("aria-pressed", "true")


def test_administrator_sets_the_steps_of_a_column(cluster: BrowserCluster, open_admin: OpenAdmin):
    page = open_admin(SITE_ADMIN)
    page.goto(cluster.url(COUNTY, "/admin/review/rules/"))
    choice = page.get_by_label("“机构职能”的审核流程", exact=True)
    choice.select_option("2")
    page.get_by_role("button", name="保存“机构职能”的审核流程").click()
    expect(page.locator(".messages .success")).to_contain_text("一审、二审")
    expect(choice).to_have_value("2")
    assert re.search(r"#column-\d+$", page.url)
    page.goto(cluster.url(COUNTY, "/admin/review/rules/"))  # without the message, which fades in
    assert_fits(page)
    assert_no_grave_faults(page)
