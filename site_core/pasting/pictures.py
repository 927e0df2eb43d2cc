"""Pictures of the clipboard: taken out of the text, looked at like any upload, and kept among the site's files."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import puremagic
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.permissions import policy_registry

from site_core.models import SiteImage
from site_core.uploads import UploadRefused, safe_name, sniff, strip_positions

_DATA = re.compile(r"^data:image/[\w.+-]+;base64,(.*)$", re.DOTALL | re.IGNORECASE)
_SMALLEST = 100
"""Bytes; less is a spacer."""
OPEN, CLOSE = "\ue000", "\ue001"
_FOREIGN_MARK = re.compile(f"[{OPEN}{CLOSE}]")
MISSING = "【请填写：这里原有一张图片，没有随文字粘贴过来，请上传】"


@dataclass
class PictureSource:
    """Files that came with the paste, in the order of the text's pictures that lie on the editor's own disk."""

    files: Sequence[Any] = ()
    taken: list[Any] = field(default_factory=list)
    _next: int = 0

    def next_file(self) -> Any:
        """The next file, or None."""
        if self._next >= len(self.files):
            return None
        self._next += 1
        return self.files[self._next - 1]


def take_out_pictures(soup: BeautifulSoup, source: PictureSource) -> list[bytes | None]:
    """Put a mark in each picture's place; returns their contents in order, None for one that cannot be read.

    A picture of the web stays a link, as in imports: what stands elsewhere is not fetched. One in a table goes behind it.
    """
    for string in soup.find_all(string=_FOREIGN_MARK):
        string.replace_with(_FOREIGN_MARK.sub("", string))
    contents: list[bytes | None] = []
    for image in soup.find_all("img"):
        address = str(image.get("src", ""))
        if address.startswith(("http://", "https://")):
            continue
        content = _read(address, source)
        if content is not None and len(content) < _SMALLEST:
            image.decompose()
            continue
        contents.append(content)
        _mark(image, len(contents) - 1)
    return contents


def _read(address: str, source: PictureSource) -> bytes | None:
    found = _DATA.match(address)
    if not found:
        file = source.next_file()
        return file.read() if file else None
    try:
        return base64.b64decode(re.sub(r"\s", "", found[1]), validate=True)
    except (binascii.Error, ValueError):
        return None


def _mark(image: Tag, number: int) -> None:
    mark = Tag(name="p")
    mark.string = f"{OPEN}{number}{CLOSE}"
    box = image.find_parent("table") or image.find_parent(["p", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote"])
    if box is None:
        image.replace_with(mark)
        return
    image.extract()
    (_outermost(box)).insert_after(mark)


def _outermost(box: Tag) -> Tag:
    while (outer := box.find_parent(["table", "ul", "ol", "blockquote", "p"])) is not None:
        box = outer
    return box


def keep_picture(content: bytes, title: str, user: Any) -> SiteImage:
    """A picture among the site's files. Raises UploadRefused, in the editor's words."""
    policy = policy_registry.get_by_type(SiteImage)
    collection = policy.collections_user_has_permission_for(user, "add").first()
    if collection is None:
        raise UploadRefused("您没有上传图片的权限。")
    upload = SimpleUploadedFile(f"{title}{_find_extension(content)}", content)
    kind = sniff(upload)
    if kind.family != "image":
        raise UploadRefused("粘贴的图片不是可用的图片格式。")
    name = safe_name(f"{title}.{kind.extension}")
    return SiteImage.objects.create(
        title=title,
        file=ContentFile(strip_positions(upload), name=name),
        collection=collection,
        uploaded_by_user=user,
    )


def _find_extension(content: bytes) -> str:
    """Extension by content, for a file that has no name; `sniff` then looks whether it is true."""
    try:
        return str(puremagic.from_string(content)) or ".png"
    except (puremagic.PureError, ValueError):
        return ".png"
