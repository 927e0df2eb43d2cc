"""Pictures of a post that came in: fetched after it, so that no slow server costs the words."""

import logging

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from wagtail.models import Collection

from microblog.adapters.http import Answer, ask
from microblog.models import MicroPicture, MicroPost
from microblog.models.pages import MOST_PICTURES
from site_core.models import SiteImage
from site_core.uploads import UploadRefused, safe_name, sniff, strip_positions

logger = logging.getLogger(__name__)

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
}


def fetch_pictures(page_id: int, addresses: list[str]) -> int:
    """Fetch those that can be had, once; what cannot is named in the log, and the post stays without it. Returns how many."""
    post = MicroPost.objects.filter(pk=page_id).first()
    if post is None or post.pictures.exists() or post.get_latest_revision_as_object().pictures.exists():
        return 0
    images = [image for address in addresses[:MOST_PICTURES] if (image := _fetch(address, post.title)) is not None]
    if images:
        _attach(page_id, images)
    return len(images)


def _fetch(address: str, title: str) -> SiteImage | None:
    answer = ask("GET", address)
    if not isinstance(answer, Answer) or answer.status != 200:
        logger.warning("a picture of a post that came in could not be fetched: %s", _say(answer))
        return None
    extension = _EXTENSIONS.get(answer.headers.get("content-type", "").partition(";")[0].strip(), "")
    try:
        return _keep(answer.body, title, extension)
    except UploadRefused as refusal:
        logger.warning("a picture of a post that came in was refused: %s", refusal)
        return None


def _say(answer: object) -> str:
    return f"status {answer.status}" if isinstance(answer, Answer) else type(answer).__name__


def _keep(content: bytes, title: str, extension: str) -> SiteImage:
    """A picture among the site's files, looked at like any upload. Raises UploadRefused."""
    upload = SimpleUploadedFile(f"picture{extension}", content)
    kind = sniff(upload)
    if kind.family != "image":
        raise UploadRefused("不是可用的图片格式。")
    name = safe_name(f"{title[:40]}.{kind.extension}")
    file = ContentFile(strip_positions(upload), name=name)
    return SiteImage.objects.create(title=title[:100], file=file, collection=Collection.get_first_root_node())


@transaction.atomic
def _attach(page_id: int, images: list[SiteImage]) -> None:
    post = MicroPost.objects.select_for_update(of=("self",)).get(pk=page_id)
    draft = post.get_latest_revision_as_object()
    draft.pictures = [MicroPicture(image=image) for image in images]
    revision = draft.save_revision()
    if post.live and post.latest_revision_id == post.live_revision_id:  # nobody is at a draft of it
        revision.publish()
