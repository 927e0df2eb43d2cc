"""A site's administrator invites somebody, who becomes an editor by the link in the mail."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.admin import sign_in
from tests.browser.conftest import OpenAdmin, OpenPage
from tests.browser.scene import COUNTY, SITE_ADMIN
from tests.browser.server import BrowserCluster, wait_until

ADDRESS = "xinren@example.invalid"
NEWCOMER = "xinren"
NEW_PASSWORD = "Xin-Ren-2026-Mima"


@pytest.fixture
def invitation_path(cluster: BrowserCluster, worker: None, open_admin: OpenAdmin) -> str:
    """Path of the link that came by mail after the administrator invited an editor."""
    page = open_admin(SITE_ADMIN)
    page.goto(cluster.url(COUNTY, "/admin/users/"))
    page.get_by_role("link", name="邀请成员").first.click()
    page.get_by_label("电子邮箱").fill(ADDRESS)
    page.get_by_label("编辑", exact=True).check()
    page.get_by_role("button", name="发出邀请").click()
    expect(page.locator(".messages .success")).to_be_visible()
    return wait_until(lambda: find_link(cluster))


def find_link(cluster: BrowserCluster) -> str:
    """Path of the invitation's link in the newest mail to the newcomer, on the site's own host; '' before it came."""
    for mail in reversed(cluster.list_mails()):
        if mail["To"] != ADDRESS:  # a digest to its readers, say
            continue
        link = re.search(re.escape(cluster.url(COUNTY, "")) + r"(/invitation/\S+)", mail.get_content())
        if link:
            return link.group(1)
    return ""


def register(page: Page) -> None:
    """Fill in the form of the invitation."""
    page.locator("[name=username]").fill(NEWCOMER)
    page.locator("[name=last_name]").fill("新")
    page.locator("[name=first_name]").fill("人")
    page.locator("[name=password1]").fill(NEW_PASSWORD)
    page.locator("[name=password2]").fill(NEW_PASSWORD)
    page.get_by_role("button", name="建立账号并接受邀请").click()


def test_invited_person_becomes_an_editor_who_signs_in(
    cluster: BrowserCluster, open_page: OpenPage, invitation_path: str
):
    newcomer = open_page()
    newcomer.goto(cluster.url(COUNTY, invitation_path))
    expect(newcomer.get_by_role("main")).to_contain_text(ADDRESS)
    register(newcomer)
    expect(newcomer).to_have_url(cluster.url(COUNTY, "/admin/"))

    elsewhere = open_page()
    sign_in(elsewhere, cluster.url(COUNTY, "/admin/"), NEWCOMER, NEW_PASSWORD)
    elsewhere.goto(cluster.url(COUNTY, "/admin/pages/"))
    expect(elsewhere.get_by_role("link", name="通知公告", exact=True)).to_be_visible()

    stranger = open_page()
    response = stranger.goto(cluster.url(COUNTY, invitation_path))
    assert response is not None
    assert response.status == 404
