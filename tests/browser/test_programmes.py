"""Players and the newspaper reader: by mouse and keyboard, without script, and for axe."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.scene import COUNTY
from tests.browser.server import BrowserCluster
from tests.browser.test_accessibility import DESK, TELEPHONE, assert_no_grave_faults

EPISODE, FILM = "/pufa/guangbo/di1qi/", "/pufa/dianshi/di1qi/"
PAPER, PAPERS = "/pufa/baozhi/di1qi/", "/pufa/baozhi/"
PLACES = {
    "radio": "/pufa/guangbo/",
    "episode": EPISODE,
    "television": "/pufa/dianshi/",
    "film": FILM,
    "papers": PAPERS,
    "paper": PAPER,
    "web": "/pufa/wangluo/",
}


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_grave(cluster: BrowserCluster, open_page: OpenPage, place: str, width: int):
    page = open_page(width)
    page.goto(cluster.url(COUNTY, PLACES[place]))
    assert_no_grave_faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", [EPISODE, PAPER])
def test_axe_finds_nothing_grave_in_elder_mode(cluster: BrowserCluster, open_page: OpenPage, path: str):
    page = open_page(TELEPHONE)
    page.goto(cluster.url(COUNTY, f"{path}?elder=1"))
    assert_no_grave_faults(page)


def seconds(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio, video').currentTime"))


def open_player(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("document.querySelector('audio, video').readyState >= 1")


def test_player_goes_to_and_fro_and_remembers_where_it_was(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    address = cluster.url(COUNTY, EPISODE)
    open_player(page, address)
    page.get_by_role("button", name="前进15秒").click()
    page.get_by_role("button", name="前进15秒").click()
    page.get_by_role("button", name="后退15秒").click()
    assert seconds(page) == 15
    expect(page.get_by_role("slider", name="播放位置")).to_have_attribute("aria-valuetext", "0分15秒，共0分36秒")
    open_player(page, address)
    page.wait_for_function("document.querySelector('audio').currentTime === 15")
    page.get_by_role("link", name="律师说法").click()
    page.wait_for_function("document.querySelector('audio').currentTime < 14")


def test_player_is_worked_by_keyboard(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    open_player(page, cluster.url(COUNTY, EPISODE))
    page.get_by_role("slider", name="播放位置").focus()
    page.keyboard.press("ArrowRight")
    assert seconds(page) == 15
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="暂停")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="播放", exact=True)).to_be_visible()
    speed = page.get_by_role("button", name="语速")
    speed.focus()
    page.keyboard.press("ArrowUp")
    expect(speed).to_have_attribute("aria-label", "语速，现在是1.25倍")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.25


def test_chapter_in_the_address_is_where_it_begins(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    open_player(page, cluster.url(COUNTY, f"{EPISODE}#t-2"))
    page.wait_for_function("document.querySelector('audio').currentTime === 2")


def test_film_shows_its_captions(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    open_player(page, cluster.url(COUNTY, FILM))
    page.wait_for_function("document.querySelector('video').textTracks[0].cues?.length === 4")


def test_without_script_the_browsers_own_player_and_all_pages_are_there(cluster: BrowserCluster, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(cluster.url(COUNTY, EPISODE))
    assert page.locator("audio[controls]").count() == 1
    expect(page.get_by_role("button", name="前进15秒")).to_be_hidden()
    page.goto(cluster.url(COUNTY, PAPER))
    expect(page.locator(".sheet__frame img").nth(1)).to_be_visible()
    context.close()


def test_paper_is_turned_and_enlarged(cluster: BrowserCluster, open_page: OpenPage):
    page = open_page()
    page.goto(cluster.url(COUNTY, PAPER))
    first, second = page.locator("#ban-1"), page.locator("#ban-2")
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    page.get_by_role("button", name="下一版").click()
    expect(second).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="第2版，共2版")).to_be_visible()
    expect(page.get_by_role("button", name="下一版")).to_be_disabled()
    page.keyboard.press("ArrowLeft")
    expect(first).to_be_visible()
    width = first.locator("img").bounding_box()
    page.keyboard.press("+")
    larger = first.locator("img").bounding_box()
    assert width is not None
    assert larger is not None
    assert larger["width"] > width["width"]
    page.keyboard.press("0")
    page.goto(cluster.url(COUNTY, f"{PAPER}#ban-2"))
    expect(second).to_be_visible()
