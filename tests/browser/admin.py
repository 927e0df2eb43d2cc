"""A site's admin as its editors use it: signing in, writing an article, choosing files.

Our own fields are found by name, Wagtail's furniture by its structure: how Wagtail words a button may change any day.
"""

import hashlib
import io
import re
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

_PASTE = """(element, html) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/html", html);
  clipboard.setData("text/plain", "x");
  element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""
CHOOSE = "[data-chooser-action-choose]"


def png(name: str = "图片.png") -> FilePayload:
    """A picture to upload."""
    return {"name": name, "mimeType": "image/png", "buffer": _draw("PNG", name)}


def pdf(name: str = "附件.pdf") -> FilePayload:
    """A document to upload."""
    return {"name": name, "mimeType": "application/pdf", "buffer": _draw("PDF", name)}


def _draw(file_format: str, name: str) -> bytes:
    # A colour for each name: Wagtail asks back when the same picture comes twice.
    red, green, blue = hashlib.sha256(name.encode()).digest()[:3]
    buffer = io.BytesIO()
    Image.new("RGB", (640, 360), (red, green, blue)).save(buffer, file_format)
    return buffer.getvalue()


def sign_in(page: Page, admin_url: str, username: str, password: str) -> None:
    """From the login page to the dashboard."""
    page.goto(admin_url)
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(admin_url)


@dataclass(frozen=True)
class ArticleEditor:
    """The form of an article."""

    page: Page

    def open_new(self, root: str, column: str) -> None:
        """From the list of pages into the column, and there to a new article."""
        self.page.goto(f"{root}/admin/pages/")
        row = self.page.locator("tr").filter(has=self.page.get_by_role("link", name=column, exact=True))
        row.locator("td.children a").click()
        self.page.locator("a[href$='/add_subpage/']").first.click()
        self.page.locator("a[href*='/add/site_core/articlepage/']").click()

    def section(self, field: str) -> Locator:
        """The part of the form with that field."""
        return self.page.locator(f"section[id$='-{field}-section']")

    @property
    def title(self) -> Locator:
        """The field of the title."""
        return self.page.locator("[name=title]")

    @property
    def body(self) -> Locator:
        """The blocks of the body."""
        return self.section("body")

    def type_paragraph(self, text: str) -> None:
        """A paragraph block with that text, typed key by key as Draftail wants it."""
        self._insert_block("正文")
        self.body.locator(".public-DraftEditor-content").last.click()
        self.page.keyboard.type(text)
        # Draftail writes into the form a moment after the last key.
        expect(self.body.locator("input[name^=body-][name$=-value]").last).to_have_value(re.compile(re.escape(text)))

    def _insert_block(self, name: str) -> None:
        self.body.locator(".c-sf-add-button").last.click()
        self.page.get_by_role("option", name=name, exact=True).click()

    def paste_into_new_paragraph(self, html: str) -> None:
        """A paragraph block into which the clipboard's HTML is pasted."""
        self._insert_block("正文")
        target = self.body.locator(".public-DraftEditor-content").last
        target.click()
        target.evaluate(_PASTE, html)

    def upload_picture_block(self, file: FilePayload) -> None:
        """An image block with a picture that is uploaded in its chooser."""
        self._insert_block("图片")
        self.body.locator(CHOOSE).last.click()
        self.upload(file)
        expect(self.chooser).to_be_hidden()

    def open_cover_chooser(self) -> None:
        """The chooser of the cover."""
        self.section("cover").locator(CHOOSE).click()

    def attach(self, file: FilePayload) -> None:
        """An attachment that is uploaded in its chooser."""
        self.open_attachment_chooser()
        self.upload(file)
        expect(self.chooser).to_be_hidden()

    def open_attachment_chooser(self) -> None:
        """The chooser of a further attachment."""
        self.page.locator("#id_attachments-ADD").click()
        self.page.locator(f"#id_attachments-FORMS {CHOOSE}").last.click()

    @property
    def chooser(self) -> Locator:
        """The open dialog of a chooser."""
        return self.page.locator(".modal-content")

    @property
    def refusal(self) -> Locator:
        """What the chooser says about the file."""
        return self.chooser.locator(".error-message")

    def upload(self, file: FilePayload) -> None:
        """Hand a file in at the open chooser."""
        self.chooser.locator("[role=tab][href='#tab-upload']").click()
        panel = self.chooser.locator("#tab-upload")
        panel.locator("input[type=file]").set_input_files(file)
        # The file's name becomes its title a moment later.
        expect(panel.locator("[name$=-title]")).not_to_have_value("")
        if (words := panel.locator("[name$=-description]")).count():
            words.fill("程序绘制的色块")
        panel.locator("[type=submit]").click()

    def close_chooser(self) -> None:
        """Leave the dialog without choosing."""
        self.chooser.locator("[data-dismiss=modal]").click()
        expect(self.chooser).to_be_hidden()

    def publish(self) -> str:
        """Publish, when the drafts are saved that Wagtail saves by itself; the path of the public page."""
        self.page.wait_for_load_state("networkidle")
        self.page.locator("footer .w-dropdown__toggle").click()
        self.page.locator("[name=action-publish]").click()
        links = self.page.locator(".messages .success a")
        return links.filter(has_not_text="编辑").first.get_attribute("href") or ""

    def edit_again(self) -> None:
        """Back into the article, from the message of its publication."""
        self.page.locator(".messages .success a[href$='/edit/']").click()
        expect(self.title).to_be_visible()
