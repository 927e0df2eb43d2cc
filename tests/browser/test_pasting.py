"""Pasting from a word processor in the browser: blocks appear, the picture asks for its words, the page is published."""

import pytest
from playwright.sync_api import expect

from tests.browser.admin import ArticleEditor
from tests.browser.conftest import OpenAdmin, OpenPage
from tests.browser.scene import COUNTY, EDITOR
from tests.browser.server import BrowserCluster
from tests.site_core.pasting.snippets import read


@pytest.fixture
def editor(open_admin: OpenAdmin) -> ArticleEditor:
    """崆峒区's editor, signed in."""
    return ArticleEditor(open_admin(EDITOR))


def test_table_and_headings_from_word_become_blocks_and_are_published(
    cluster: BrowserCluster, open_page: OpenPage, editor: ArticleEditor
):
    editor.open_new(cluster.url(COUNTY, ""), "工作动态")
    editor.title.fill("从 Word 粘贴的动态")
    editor.paste_into_new_paragraph(read("word_table"))
    expect(editor.body.locator("[data-streamfield-child]:visible")).to_have_count(3)
    path = editor.publish()
    reader = open_page()
    reader.goto(cluster.url(COUNTY, path))
    expect(reader.get_by_role("heading", level=2, name="值班安排")).to_be_visible()
    expect(reader.locator(".prose td[rowspan='2']")).to_have_text("日期")
    expect(reader.locator(".prose")).to_contain_text("以上安排如有变动，另行通知。")


def test_picture_from_writer_asks_for_its_words_before_publication(cluster: BrowserCluster, editor: ArticleEditor):
    editor.open_new(cluster.url(COUNTY, ""), "工作动态")
    editor.title.fill("带图的动态")
    editor.paste_into_new_paragraph(read("writer_picture"))
    words = editor.body.locator("[name$=alt_text]")
    expect(words).to_have_count(1)
    expect(words).to_have_value("")
    editor.page.wait_for_load_state("networkidle")
    editor.page.locator("footer .w-dropdown__toggle").click()
    editor.page.locator("[name=action-publish]").click()
    expect(editor.page.locator(".messages .error, .messages .critical").first).to_be_visible()


def test_too_long_a_text_is_said_at_the_field_and_nothing_is_lost(cluster: BrowserCluster, editor: ArticleEditor):
    editor.open_new(cluster.url(COUNTY, ""), "工作动态")
    editor.paste_into_new_paragraph("<p class=MsoNormal>" + "示例文字" * 600_000 + "</p>")
    expect(editor.body.locator(".paste-message")).to_contain_text("超过 2 MB")
    expect(editor.body.locator("[data-streamfield-child]:visible")).to_have_count(1)
