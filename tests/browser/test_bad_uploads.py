"""A file that is not what it claims is refused in plain words, and the article around it is not lost."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.admin import ArticleEditor, png
from tests.browser.conftest import OpenAdmin
from tests.browser.scene import COUNTY, EDITOR
from tests.browser.server import BrowserCluster

WEB_PAGE = "<!doctype html><script>alert(1)</script><p>我是网页</p>".encode()
WEB_PAGE_AS_PICTURE: FilePayload = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": WEB_PAGE}
WEB_PAGE_AS_DOCUMENT: FilePayload = {"name": "通知.pdf", "mimeType": "application/pdf", "buffer": WEB_PAGE}


@pytest.fixture
def editor(cluster: BrowserCluster, open_admin: OpenAdmin) -> ArticleEditor:
    """An editor in the middle of an article."""
    editor = ArticleEditor(open_admin(EDITOR))
    editor.open_new(cluster.url(COUNTY, ""), "工作动态")
    editor.title.fill("写了一半的动态")
    editor.type_paragraph("已经写好的一段。")
    return editor


def test_web_page_named_as_picture_is_refused_and_the_article_stays(editor: ArticleEditor):
    editor.open_cover_chooser()
    editor.upload(WEB_PAGE_AS_PICTURE)
    expect(editor.refusal).to_contain_text("图片")
    editor.close_chooser()
    expect(editor.body).to_contain_text("已经写好的一段。")
    expect(editor.title).to_have_value("写了一半的动态")


def test_a_real_picture_can_follow_in_the_same_dialog(editor: ArticleEditor):
    editor.open_cover_chooser()
    editor.upload(WEB_PAGE_AS_PICTURE)
    expect(editor.refusal).to_contain_text("图片")
    editor.upload(png("真的照片.png"))
    expect(editor.chooser).to_be_hidden()
    expect(editor.section("cover").locator("img")).to_be_visible()


def test_web_page_named_as_document_is_refused_with_what_it_is(editor: ArticleEditor):
    editor.open_attachment_chooser()
    editor.upload(WEB_PAGE_AS_DOCUMENT)
    expect(editor.refusal).to_contain_text("“通知.pdf”")
    expect(editor.refusal).to_contain_text("HTML 网页")
    editor.close_chooser()
    expect(editor.body).to_contain_text("已经写好的一段。")
