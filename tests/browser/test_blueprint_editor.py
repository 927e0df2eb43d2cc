"""The centre changes a blueprint: columns by mouse and by keyboard, a release, nothing grave for axe at either width."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.admin import sign_in
from tests.browser.conftest import OpenPage
from tests.browser.scene import CITY
from tests.browser.server import BrowserCluster
from tests.browser.test_accessibility import DESK, TELEPHONE, assert_no_grave_faults
from tests.factories import PASSWORD

BASE = "/admin/console/blueprints/"
TREE = f"{BASE}county_bureau/"
SCREENS = (
    BASE,
    TREE,
    f"{TREE}columns/tzgg/",
    f"{TREE}columns/-new/",
    f"{TREE}columns/xxgk/delete/",
    f"{TREE}sections/",
    f"{TREE}sections/service_grid/",
    f"{TREE}look/",
    f"{TREE}review/",
    f"{TREE}review/three/",
    f"{TREE}required/",
    f"{TREE}releases/",
    f"{TREE}releases/1/",
    f"{TREE}releases/compare/",
    f"{TREE}releases/1/restore/",
    f"{TREE}files/",
)
BEYOND = """[...document.querySelectorAll("main *")]
  .filter(each => each.checkVisibility() && !each.closest(".w-sr-only, .w-slim-header, header"))
  .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(each => each.outerHTML.slice(0, 120))"""
"""What stands out of the page at the right."""
SHOTS = os.environ.get("EDITOR_SHOTS", "")
"""A folder for pictures of the screens, for people to look at."""


@pytest.fixture
def centre(cluster: BrowserCluster, open_page: OpenPage, cookies_by_person: dict) -> Page:
    """A page of a platform administrator, signed in on the city's site."""
    page = open_page(cookies=cookies_by_person.get("central"))
    if "central" not in cookies_by_person:
        sign_in(page, cluster.url(CITY, "/admin/"), "central", PASSWORD)
        cookies_by_person["central"] = page.context.storage_state()
    return page


@pytest.fixture
def tree(cluster: BrowserCluster, centre: Page) -> Page:
    """The tree of the counties' blueprint."""
    centre.goto(cluster.url(CITY, TREE))
    expect(centre.locator("[data-grip]").first).to_be_visible()
    return centre


def row(page: Page, key: str):
    return page.locator(f'tr[data-key="{key}"]')


def grip(page: Page, key: str):
    return row(page, key).locator("[data-grip]")


def order(page: Page, parent: str = "") -> list[str]:
    """Keys of the columns below the parent, as they stand on the screen."""
    rows = page.locator(f'tr[data-parent="{parent}"]')
    return rows.evaluate_all("rows => rows.map(row => row.dataset.key)")


def parent_of(page: Page, key: str) -> str:
    return row(page, key).get_attribute("data-parent") or ""


def wait_saved(page: Page, words: str) -> None:
    expect(page.locator("[data-tree-live]")).to_contain_text(words)


def drag(page: Page, key: str, onto: str, share: float) -> None:
    """Drag the column's grip to that share of the height of another row."""
    row(page, onto).scroll_into_view_if_needed()
    start, end = grip(page, key).bounding_box(), row(page, onto).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 100, end["y"] + end["height"] * share, steps=8)


def drop(page: Page, key: str, onto: str, share: float) -> None:
    """Drag it there and let go; until the server has said what became of it, so that whoever comes next finds it done."""
    drag(page, key, onto, share)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.mouse.up()


def take(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_load_state("networkidle")
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_column_is_dragged_before_another_and_into_another(tree: Page):
    first, second, third = order(tree)[:3]
    drag(tree, third, first, 0.1)
    expect(row(tree, first)).to_have_class(re.compile("bp-row--before"))
    expect(tree.locator(".bp-sign")).to_contain_text("之前")
    if SHOTS:
        tree.screenshot(path=Path(SHOTS) / "drag-before.png")
    tree.mouse.up()
    wait_saved(tree, "第 1 个")
    assert order(tree)[:3] == [third, first, second]
    expect(grip(tree, third)).to_be_focused()

    drag(tree, third, first, 0.5)
    expect(row(tree, first)).to_have_class(re.compile("bp-row--into"))
    if SHOTS:
        tree.screenshot(path=Path(SHOTS) / "drag-into.png")
    tree.mouse.up()
    wait_saved(tree, "之下")
    expect(row(tree, third)).to_have_attribute("data-parent", first)

    tree.reload()
    assert parent_of(tree, third) == first
    drop(tree, third, second, 0.1)
    expect(row(tree, third)).to_have_attribute("data-parent", "")
    drop(tree, third, second, 0.9 if not order(tree, second) else 0.1)
    expect(tree.locator("[data-tree]")).to_have_attribute("data-outcome", re.compile("saved|same"))


def test_drag_is_cancelled_by_escape_and_refused_below_itself(tree: Page):
    before = order(tree)
    drag(tree, before[0], before[2], 0.1)
    tree.keyboard.press("Escape")
    tree.mouse.up()
    expect(tree.locator(".bp-sign")).to_have_count(0)
    child = tree.locator('tr[data-depth="1"]').first
    parent = child.get_attribute("data-parent") or ""
    drag(tree, parent, child.get_attribute("data-key") or "", 0.5)
    expect(tree.locator(".bp-sign")).to_contain_text("不能放在这里")
    tree.mouse.up()
    tree.reload()
    assert order(tree) == before


def test_menu_of_a_row_stays_on_a_telephone(tree: Page):
    tree.set_viewport_size({"width": TELEPHONE, "height": 900})
    tree.locator("summary").nth(3).click()
    menu = tree.locator("details[open] .bp-menu__body")
    expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    take(tree, "menu-375")
    assert_no_grave_faults(tree)
    tree.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_column_is_moved_by_keyboard_alone(tree: Page):
    before = order(tree)
    grip(tree, before[0]).focus()
    tree.keyboard.press("ArrowDown")
    expect(grip(tree, before[0])).not_to_be_focused()
    key = before[3]
    grip(tree, key).focus()
    tree.keyboard.press("Alt+ArrowUp")
    wait_saved(tree, "第 3 个")
    assert order(tree)[2] == key
    expect(grip(tree, key)).to_be_focused()
    tree.keyboard.press("Alt+ArrowDown")
    wait_saved(tree, "第 4 个")
    tree.keyboard.press("Alt+ArrowRight")
    expect(row(tree, key)).to_have_attribute("data-parent", before[2])
    expect(grip(tree, key)).to_be_focused()
    tree.keyboard.press("Alt+ArrowLeft")
    expect(row(tree, key)).to_have_attribute("data-parent", "")
    assert order(tree) == before
    grip(tree, before[0]).focus()
    tree.keyboard.press("Alt+ArrowUp")
    wait_saved(tree, "已经是同级的第一个")


def test_buttons_of_a_row_move_it_and_keep_the_focus(tree: Page):
    before = order(tree)
    row(tree, before[2]).locator("summary").click()
    row(tree, before[2]).get_by_role("button", name="上移").click()
    wait_saved(tree, "第 2 个")
    expect(row(tree, before[2]).get_by_role("button", name="上移")).to_be_focused()
    tree.keyboard.press("Enter")
    wait_saved(tree, "第 1 个")
    for place in (1, 2):
        row(tree, before[2]).get_by_role("button", name="下移").click()
        expect(row(tree, before[2])).to_have_attribute("data-position", str(place))
    expect(row(tree, before[2])).to_have_attribute("data-position", "2")


def test_buttons_move_columns_without_script(cluster: BrowserCluster, browser, centre: Page):
    context = browser.new_context(storage_state=centre.context.storage_state(), java_script_enabled=False)
    page = context.new_page()
    page.goto(cluster.url(CITY, TREE))
    before = page.locator('tr[data-parent=""]').first.get_attribute("data-key") or ""
    page.locator(f'tr[data-key="{before}"] summary').click()
    page.locator(f'tr[data-key="{before}"] button[value=down]').click()
    expect(page.locator(f'tr[data-key="{before}"]')).to_have_attribute("data-position", "1")
    page.locator(f'tr[data-key="{before}"] button[value=up]').click()
    expect(page.locator(f'tr[data-key="{before}"]')).to_have_attribute("data-position", "0")
    context.close()


def test_move_in_a_draft_that_another_changed_is_told_and_loses_nothing(cluster: BrowserCluster, tree: Page):
    before = order(tree)
    other = tree.context.new_page()
    other.goto(cluster.url(CITY, f"{TREE}columns/tzgg/"))
    other.locator("[name=keywords]").fill("通知公告,公示,征求意见,公告")
    other.get_by_role("button", name="保存到草稿").click()
    expect(other).to_have_url(re.compile(re.escape(TREE) + "#node-tzgg"))
    grip(tree, before[1]).focus()
    tree.keyboard.press("Alt+ArrowUp")
    wait_saved(tree, "在您打开之后")
    assert order(tree) == before
    tree.keyboard.press("Alt+ArrowUp")  # the tree that came back is the newest
    wait_saved(tree, "第 1 个")
    tree.keyboard.press("Alt+ArrowDown")
    wait_saved(tree, "第 2 个")


def assert_fits(page: Page) -> None:
    """Nothing stands out at the right once the page has settled: the admin's side bar slides in and out for a moment."""
    try:
        page.wait_for_function(f"({BEYOND}).length === 0", timeout=5000)
    except PlaywrightTimeout:
        assert page.evaluate(BEYOND) == []


@pytest.mark.parametrize("path", SCREENS)
def test_screens_fit_and_axe_finds_nothing_grave(cluster: BrowserCluster, centre: Page, path: str):
    centre.goto(cluster.url(CITY, path))
    for width in (TELEPHONE, DESK):
        centre.set_viewport_size({"width": width, "height": 900})
        take(centre, f"{path.removeprefix(BASE).strip('/').replace('/', '-') or 'index'}-{width}")
        assert_fits(centre)
    assert_no_grave_faults(centre)


def test_zz_release_after_a_change(cluster: BrowserCluster, centre: Page):
    """The way of a central administrator: change, look at the differences, release."""
    centre.goto(cluster.url(CITY, f"{TREE}columns/tzgg/"))
    centre.locator("[name=title]").fill("通知与公告")
    centre.get_by_role("button", name="保存到草稿").click()
    centre.get_by_role("link", name="查看差异与发布").click()
    expect(centre.get_by_role("main")).to_contain_text("改名称：‘通知公告’ → ‘通知与公告’")
    take(centre, "release-1440")
    centre.get_by_role("button", name="发布新版本").click()
    expect(centre.locator("[data-contentpath=note] .error-message")).to_be_visible()
    centre.locator("[name=note]").fill("通知公告改名")
    centre.get_by_role("button", name="发布新版本").click()
    expect(centre.locator(".messages .success")).to_contain_text(re.compile(r"已发布第 \d 版"))
    expect(centre.get_by_role("main")).to_contain_text("签名有效")
    take(centre, "released-1440")
