"""What a post says to one account: its words, its link, its pictures, fixed at publication."""

import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import partial
from typing import Any

from microblog.adapters.base import Adapter, get_adapter
from microblog.models import Account, Delivery, MicroPost
from microblog.models.pages import STREAM_SLUG
from microblog.posts import Attachment, OutgoingPost
from site_core.models import SiteDocument, SiteImage
from site_core.paths import new_slug
from site_core.privacy import is_public
from tenants.current import root_url


class MediaMissing(RuntimeError):
    """A picture or video of the post is no longer on the site."""


@dataclass(frozen=True)
class Composed:
    """What goes to an account, before it is a row: `media` as in `Delivery.media`."""

    title: str
    text: str
    link: str
    media: list[dict[str, Any]]
    content_hash: str


def compose(page: MicroPost, account: Account) -> Composed:
    """The post in the words of the account's platform."""
    adapter: Adapter = get_adapter(account.platform)
    link = find_link(page)
    text = adapter.arrange(page.text.strip(), page.topic_word.strip(), link)
    media = list_media(page)
    return Composed(page.title, text, link, media, _hash(page, text, link, media))


def find_link(page: MicroPost) -> str:
    """Full address of the article that the post points to, where everybody may read it; else that of the post itself."""
    target = page.link_page
    if target is not None and is_public(target):
        return str(target.specific.full_url or "")
    # What is not in the tree yet has no address; the one that it will have is as long.
    return str(page.full_url or f"{root_url()}/{STREAM_SLUG}/{page.slug or new_slug()}/")


def list_media(page: MicroPost) -> list[dict[str, Any]]:
    """Kind, id and text in its place, of each picture, or of the video."""
    if page.video_id:
        return [{"kind": "video", "id": page.video_id, "description": ""}]
    rows = page.pictures.all()
    return [
        {"kind": "image", "id": row.image_id, "description": row.description or row.image.description} for row in rows
    ]


def _hash(page: MicroPost, text: str, link: str, media: list[dict[str, Any]]) -> str:
    files = [row.image.file_hash for row in page.pictures.all() if row.image_id] if not page.video_id else []
    content = json.dumps([text, link, media, files], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def make_key(account: Account, item: Any, revision_id: int) -> str:
    """64 hexadecimal digits that name one post to one account for ever (domain §7.3)."""
    return hashlib.sha256(f"{account.uid}|{item}|{revision_id}".encode()).hexdigest()


def make_outgoing(delivery: Delivery) -> OutgoingPost:
    """The delivery as adapters see it. Raises MediaMissing."""
    return OutgoingPost(
        key=delivery.key,
        title=delivery.title,
        text=delivery.text,
        link=delivery.link,
        operator_address=delivery.operator_address,
        attachments=tuple(_find_attachment(row) for row in delivery.media),
    )


def make_tentative(page: MicroPost, account: Account) -> OutgoingPost:
    """The post as it would go out, for checks before review; its key is none."""
    composed = compose(page, account)
    attachments = tuple(_find_attachment(row) for row in composed.media)
    return OutgoingPost("", composed.title, composed.text, composed.link, attachments=attachments)


def _find_attachment(row: dict[str, Any]) -> Attachment:
    model = SiteImage if row["kind"] == "image" else SiteDocument
    file = model.objects.filter(pk=row["id"]).first()
    if file is None:
        raise MediaMissing("图片或视频已从本站删除，请重新选择后再发布。")
    name = file.file.name.rsplit("/", 1)[-1]
    return Attachment(
        name=name,
        content_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=file.file_size or file.file.size,
        description=row["description"],
        read=partial(_read, file),
    )


def _read(file: Any) -> bytes:
    with file.file.open("rb") as opened:
        content: bytes = opened.read()
    return content
