"""Pages of all types hold on every screen and in every dress of the reader's: nothing sticks out, axe finds nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.scene import COUNTY
from tests.browser.server import BrowserCluster
from tests.browser.test_accessibility import DESK, TELEPHONE, describe
from tests.browser.test_public_reading import assert_fits

PLACES = {
    "lines": "/gzdt/",
    "cards": "/zhuanti/",
    "pictures": "/tupian/",
    "documents": "/wenjian/",
    "people": "/minglu/",
    "guides": "/zhinan2/",
    "filtered in vain": "/wenjian/?q=%E6%B2%A1%E6%9C%89",
    "article": "/tzgg/sample-article/",
    "document": "/wenjian/sample-document/",
    "info": "/tzgg/sample-info/",
    "person": "/minglu/sample-person/",
    "guide": "/zhinan2/sample-guide/",
    "topic": "/sample-topic/",
    "search": "/search/?q=%E7%A4%BA%E4%BE%8B",
    "searched in vain": "/search/?q=%E6%A2%AF%E7%94%B0+%E6%B2%A1%E6%9C%89",
}
DRESSES = {"usual": "", "elder": "elder=1", "elder, huge, black": "elder=1&size=huge&contrast=dark"}
WIDTHS = (320, 375, 768, 1024, 1280, 1440, 1920)

in_each_dress = pytest.mark.parametrize("dress", DRESSES)


@in_each_dress
def test_inner_pages_hold_on_every_screen(cluster: BrowserCluster, open_page: OpenPage, dress: str):
    page = open_dressed(cluster, open_page, dress)
    for path in PLACES.values():
        assert page.goto(cluster.url(COUNTY, path)).status == 200
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert_fits(page)


def list_places(dress: str, width: int) -> dict[str, str]:
    """Every page in every dress, and at both widths; in the usual dress each at both.

    A dress sets sizes and colours by style alone, on the same markup: what only the width changes is seen in the usual
    one. So the other two take turns: where the first is tried at one width, the second is at the other.
    """
    if dress == "usual":
        return PLACES
    turn = (list(DRESSES).index(dress) + (width == TELEPHONE)) % 2
    return {name: path for number, (name, path) in enumerate(PLACES.items()) if number % 2 == turn}


@in_each_dress
@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_axe_finds_nothing_on_inner_pages(cluster: BrowserCluster, open_page: OpenPage, dress: str, width: int):
    page = open_dressed(cluster, open_page, dress, width)
    for name, path in list_places(dress, width).items():
        page.goto(cluster.url(COUNTY, path))
        violations = Axe().run(page).response["violations"]
        assert not [describe(violation, node) for violation in violations for node in violation["nodes"]], name


def test_every_page_is_tried_in_every_dress_and_at_both_widths():
    tried = {(name, dress) for dress in DRESSES for width in (TELEPHONE, DESK) for name in list_places(dress, width)}
    assert len(tried) == len(PLACES) * len(DRESSES)
    for width in (TELEPHONE, DESK):
        assert {name for dress in list(DRESSES)[1:] for name in list_places(dress, width)} == set(PLACES)


def open_dressed(cluster: BrowserCluster, open_page: OpenPage, dress: str, width: int = 1440) -> Page:
    """A page of a reader who chose that dress."""
    page = open_page(width)
    page.goto(cluster.url(COUNTY, f"/search/?{DRESSES[dress]}"))
    return page


def test_provision_that_is_linked_to_shows_itself(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    page.goto(cluster.url(COUNTY, "/tzgg/sample-article/#tiao-2"))
    assert page.locator("#tiao-2").evaluate("each => each.matches(':target')")
    expect(page.locator("#tiao-2")).to_be_in_viewport()


def test_pages_are_read_without_script(cluster: BrowserCluster, browser):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(cluster.url(COUNTY, "/wenjian/"))
    page.get_by_label("有效性").select_option("废止")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("没有符合条件的内容")).to_be_visible()
    page.locator(".chosen a").click()
    expect(page.locator(".docs tbody tr")).to_have_count(1)
    page.goto(cluster.url(COUNTY, "/tzgg/sample-article/"))
    expect(page.get_by_role("button", name="朗读")).to_have_count(0)
    expect(page.get_by_role("button", name="打印")).to_have_count(0)
    context.close()


def test_on_paper_stands_the_text_and_where_it_is_from(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page(700)
    page.emulate_media(media="print")
    page.goto(cluster.url(COUNTY, "/wenjian/sample-document/"))
    expect(page.get_by_text("以印发文件为准")).to_be_visible()
    for hidden in (".rail", ".aside", ".share", ".nav"):
        expect(page.locator(hidden).first).to_be_hidden()
