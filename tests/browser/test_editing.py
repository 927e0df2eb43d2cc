"""An editor writes, uploads, publishes, and sees on the public site what was written."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.admin import ArticleEditor, pdf, png
from tests.browser.conftest import OpenAdmin, OpenPage
from tests.browser.scene import COUNTY, EDITOR
from tests.browser.server import BrowserCluster

FORM = pdf("办事表格.pdf")


@pytest.fixture
def editor(open_admin: OpenAdmin) -> ArticleEditor:
    """崆峒区's editor, signed in."""
    return ArticleEditor(open_admin(EDITOR))


def public_time(page: Page) -> str | None:
    """The publication time that the open article shows."""
    return page.locator("article time").first.get_attribute("datetime")


def size_of(page: Page, address: str) -> int:
    """Bytes that the page's browser gets from there. (Playwright's own client does not know *.localhost.)"""
    return int(page.evaluate("async url => (await (await fetch(url)).blob()).size", address))


def test_published_article_shows_text_picture_and_attachment(
    cluster: BrowserCluster, open_page: OpenPage, editor: ArticleEditor
):
    editor.open_new(cluster.url(COUNTY, ""), "工作动态")
    editor.title.fill("浏览器里写的动态")
    editor.type_paragraph("第一段，在浏览器里写成。")
    editor.upload_picture_block(png())
    editor.attach(FORM)
    path = editor.publish()

    reader = open_page()
    reader.goto(cluster.url(COUNTY, path))
    expect(reader.get_by_role("heading", level=1)).to_have_text("浏览器里写的动态")
    expect(reader.locator(".prose")).to_contain_text("第一段，在浏览器里写成。")
    picture = reader.locator(".prose figure img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    attachment = reader.get_by_role("region", name="附件").get_by_role("link", name=re.compile("办事表格"))
    assert size_of(reader, attachment.get_attribute("href") or "") == len(FORM["buffer"])


def test_republishing_changes_the_text_and_not_the_first_publication_time(
    cluster: BrowserCluster, open_page: OpenPage, editor: ArticleEditor
):
    editor.open_new(cluster.url(COUNTY, ""), "工作动态")
    editor.title.fill("要改的动态")
    editor.type_paragraph("原文。")
    path = editor.publish()
    reader = open_page()
    reader.goto(cluster.url(COUNTY, path))
    before = public_time(reader)

    editor.edit_again()
    editor.title.fill("改过的动态")
    assert editor.publish() == path
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("改过的动态")
    assert before
    assert public_time(reader) == before
