"""The centre plans a release, looks at the differences, rolls it out, and back again; the sites see what is locked."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.admin import sign_in
from tests.browser.conftest import OpenAdmin, OpenPage
from tests.browser.scene import CITY, COUNTY, SITE_ADMIN
from tests.browser.server import ROOT, BrowserCluster
from tests.browser.test_accessibility import assert_no_grave_faults
from tests.factories import PASSWORD

TELEPHONE, DESK = 375, 1440
SHOTS = os.environ.get("ROLLOUT_SHOTS", "")
"""A folder for pictures of the screens, for people to look at."""
_PREPARE = """
from tests.blueprints.rollout_samples import *
from blueprints.selectors import find_release
# From the first one, which the sites are on: other tests of this cluster may have released others since.
first = find_release(COUNTY, 1).content
make_release(with_new_node(change_title(first, "pufa", "普法天地"), title="营商环境"), "增设营商环境专栏")
"""
_DRIFT = """
from tests.blueprints.rollout_samples import *
drift_title("kongtong", "tzgg", "本局的通知")
"""


@pytest.fixture(scope="module")
def released(cluster: BrowserCluster) -> Iterator[None]:
    """A second release of the counties' blueprint. At the end the sites are as they were."""
    run_in(cluster, "shell", "-c", _PREPARE)
    yield
    run_in(cluster, "rollout", "rollback", "--kind", "county_bureau", "--release", "1")


def run_in(cluster: BrowserCluster, *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=cluster.environment, check=True, capture_output=True)


@pytest.fixture
def open_console(cluster: BrowserCluster, open_page: OpenPage, cookies_by_person: dict) -> Callable[[], Page]:
    """A platform administrator's page on the city's site."""

    def make() -> Page:
        page = open_page(cookies=cookies_by_person.get("central"))
        if "central" not in cookies_by_person:
            sign_in(page, cluster.url(CITY, "/admin/"), "central", PASSWORD)
            cookies_by_person["central"] = page.context.storage_state()
        return page

    return make


def look_at(page: Page, name: str) -> None:
    """At both widths: nothing wider than the window, nothing grave for axe; and a picture, where one is asked for."""
    for width in (TELEPHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_load_state("networkidle")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True, animations="disabled")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert_no_grave_faults(page)


def plan(cluster: BrowserCluster, page: Page) -> None:
    """The newest release for both counties, 静宁县 first."""
    page.goto(cluster.url(CITY, "/admin/console/rollouts/"))
    page.get_by_role("link", name="新的推行").click()
    page.get_by_role("link", name="县（市、区）司法局").click()
    page.get_by_label("按名称筛选").fill("静宁")
    expect(page.get_by_role("row", name="崆峒区司法局")).to_be_hidden()
    page.get_by_label("静宁县司法局参加").check()
    page.get_by_label("静宁县司法局作为试点").check()
    expect(page.get_by_label("只限下面勾选的网站")).to_be_checked()
    page.get_by_label("按名称筛选").fill("")
    page.get_by_label("崆峒区司法局参加").check()


def test_release_is_planned_looked_at_rolled_out_and_back(
    cluster: BrowserCluster, released: None, worker: None, open_console: Callable[[], Page]
):
    page = open_console()
    plan(cluster, page)
    look_at(page, "new")
    page.get_by_role("button", name="计划", exact=True).click()
    expect(page.locator(".messages .success")).to_contain_text("各网站还没有任何更改")
    expect(page.locator("#panel-plan-section, [id*=plan]").first).to_contain_text("营商环境")
    look_at(page, "plan")

    rollout = page.url
    page.get_by_role("row", name="崆峒区司法局").get_by_role("link").first.click()
    before, after = page.frame_locator("iframe").first, page.frame_locator("iframe").last
    page.locator("iframe").last.scroll_into_view_if_needed()
    expect(after.get_by_text("普法天地").first).to_be_attached()
    expect(before.get_by_text("普法天地")).to_have_count(0)
    assert after.locator("body").evaluate("body => getComputedStyle(body).fontFamily") != "serif"
    assert after.locator("link[rel=stylesheet]").evaluate_all("links => links.every(each => each.sheet)")
    look_at(page, "site")

    page.goto(rollout)
    page.get_by_role("button", name="开始推行").click()
    # The script fetches the progress, and the page anew when all is done.
    expect(page.get_by_text("完成 2 个，进行中 0 个")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="回退到原版本")).to_be_visible()
    look_at(page, "done")

    page.goto(cluster.url(CITY, "/admin/console/rollouts/"))
    look_at(page, "list")


def test_drift_is_seen_and_repaired(
    cluster: BrowserCluster, released: None, worker: None, open_console: Callable[[], Page]
):
    run_in(cluster, "shell", "-c", _DRIFT)
    page = open_console()
    page.goto(cluster.url(CITY, "/admin/console/compliance/kongtong/"))
    page.get_by_role("button", name="立即核对").click()
    expect(page.get_by_text("改名称：‘本局的通知’ → ‘通知公告’").first).to_be_visible()
    look_at(page, "compliance-site")
    page.goto(cluster.url(CITY, "/admin/console/compliance/"))
    expect(page.get_by_role("link", name="1 有偏离")).to_be_visible()
    assert page.locator(".compliance-chart").evaluate("image => image.complete && image.naturalWidth > 0")
    look_at(page, "compliance")
    page.get_by_role("link", name="1 有偏离").click()
    page.get_by_role("link", name="崆峒区司法局").click()
    page.get_by_role("button", name="修复偏离").click()
    page.get_by_role("button", name="开始推行").click()
    expect(page.get_by_text("完成 1 个，进行中 0 个")).to_be_visible(timeout=30_000)


def test_site_sees_its_blueprint_and_what_is_locked(cluster: BrowserCluster, released: None, open_admin: OpenAdmin):
    page = open_admin(SITE_ADMIN)
    page.goto(cluster.url(COUNTY, "/admin/blueprint/"))
    expect(page.get_by_role("row", name="通知公告").first).to_contain_text("必须存在、位置、名称、网址、模板")
    look_at(page, "own")
    page.get_by_role("row", name="通知公告").first.get_by_role("link").click()
    expect(page.locator("[name=title]")).to_have_attribute("readonly", "")
    expect(page.locator(".messages .info")).to_contain_text("锁定")
    look_at(page, "editor")
