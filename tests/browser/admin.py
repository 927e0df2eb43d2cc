"""A site's admin as its editors use it: signing in, writing an article, choosing files. By what they see, not by ids."""

import hashlib
import io
import re
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

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
    page.get_by_label("登录名").fill(username)
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(admin_url)


@dataclass(frozen=True)
class ArticleEditor:
    """The form of an article."""

    page: Page

    def open_new(self, root: str, column: str) -> None:
        """From the list of pages into the column, and there to a new article."""
        self.page.goto(f"{root}/admin/pages/")
        self.page.get_by_role("link", name=f"查看'{column}'的子页面").click()
        self.page.get_by_role("navigation", name="Actions").get_by_role("link", name="添加子页面").click()
        self.page.get_by_role("link", name="文章", exact=True).click()

    def section(self, heading: str) -> Locator:
        """The part of the form below that heading."""
        return self.page.get_by_role("region", name=heading)

    def fill_title(self, title: str) -> None:
        """Type the title."""
        self.page.get_by_role("textbox", name="标题*", exact=True).fill(title)

    def type_paragraph(self, text: str) -> None:
        """A paragraph block with that text, typed key by key as Draftail wants it."""
        self._insert_block("正文")
        body = self.section("正文")
        body.locator(".public-DraftEditor-content").last.click()
        self.page.keyboard.type(text)
        # Draftail writes into the form a moment after the last key.
        expect(body.locator("input[name^=body-][name$=-value]").last).to_have_value(re.compile(re.escape(text)))

    def _insert_block(self, name: str) -> None:
        body = self.section("正文")
        body.get_by_role("button", name=re.compile("Insert a block|插入")).last.click()
        self.page.get_by_role("option", name=name, exact=True).click()

    def upload_picture_block(self, file: FilePayload) -> None:
        """An image block with a picture that is uploaded in its chooser."""
        self._insert_block("图片")
        self.section("正文").get_by_role("button", name="选择一个图片").last.click()
        self.upload(file)
        expect(self.chooser).to_be_hidden()

    def open_cover_chooser(self) -> None:
        """The chooser of the cover."""
        self.section("封面").get_by_role("button", name="选择一个图片").click()

    def attach(self, file: FilePayload) -> None:
        """An attachment that is uploaded in its chooser."""
        self.open_attachment_chooser()
        self.upload(file)
        expect(self.chooser).to_be_hidden()

    def open_attachment_chooser(self) -> None:
        """The chooser of a further attachment."""
        section = self.section("附件")
        section.get_by_role("button", name=re.compile("增加")).click()
        section.get_by_role("button", name=re.compile("选择一个(文档|文件)")).last.click()

    @property
    def chooser(self) -> Locator:
        """The open dialog of a chooser."""
        return self.page.locator(".modal-content")

    def upload(self, file: FilePayload) -> None:
        """Hand a file in at the open chooser."""
        self.chooser.get_by_role("tab", name="上传").click()
        self.chooser.locator("input[type=file]").set_input_files(file)
        # The file's name becomes its title a moment later.
        expect(self.chooser.get_by_role("tabpanel", name="上传").get_by_role("textbox", name="标题")).not_to_have_value("")
        self.chooser.get_by_role("button", name="上传").click()

    def publish(self) -> str:
        """Publish; the path of the public page, as the message links it."""
        self.page.get_by_role("button", name="更多动作").click()
        self.page.get_by_role("button", name="发布", exact=True).click()
        link = self.page.locator(".messages .success").get_by_role("link", name=re.compile("查看"))
        return link.get_attribute("href") or ""
