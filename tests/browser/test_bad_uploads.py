"""A file that is not what it claims is refused in plain words, and the article around it is not lost."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.admin import ArticleEditor, png, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.scene import COUNTY, EDITOR
from tests.browser.server import BrowserCluster
from tests.factories import PASSWORD

WEB_PAGE_AS_PICTURE: FilePayload = {
    "name": "照片.jpg",
    "mimeType": "image/jpeg",
    "buffer": "<!doctype html><script>alert(1)</script><p>我是网页</p>".encode(),
}


@pytest.fixture
def editor(cluster: BrowserCluster, open_page: OpenPage) -> ArticleEditor:
    """An editor in the middle of an article."""
    page = open_page()
    sign_in(page, cluster.url(COUNTY, "/admin/"), EDITOR, PASSWORD)
    editor = ArticleEditor(page)
    editor.open_new(cluster.url(COUNTY, ""), "工作动态")
    editor.fill_title("写了一半的动态")
    editor.type_paragraph("已经写好的一段。")
    return editor


def test_web_page_named_as_picture_is_refused_and_the_article_stays(editor: ArticleEditor):
    editor.open_cover_chooser()
    editor.upload(WEB_PAGE_AS_PICTURE)
    expect(editor.chooser).to_contain_text("照片.jpg")
    expect(editor.chooser).to_contain_text("网页")
    editor.chooser.get_by_role("button", name="关闭").click()
    expect(editor.section("正文")).to_contain_text("已经写好的一段。")
    expect(editor.page.get_by_role("textbox", name="标题*", exact=True)).to_have_value("写了一半的动态")


def test_a_real_picture_can_follow_in_the_same_dialog(editor: ArticleEditor):
    editor.open_cover_chooser()
    editor.upload(WEB_PAGE_AS_PICTURE)
    expect(editor.chooser).to_contain_text("照片.jpg")
    editor.upload(png("真的照片.png"))
    expect(editor.chooser).to_be_hidden()
    expect(editor.section("封面").get_by_role("img")).to_be_visible()
