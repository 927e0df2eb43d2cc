"""What an instance takes: what it said of itself last, or what Mastodon does by itself; and how it counts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from mastodon._url_regex import url_regex

from microblog.outcomes import Length, Problem
from microblog.posts import Attachment, OutgoingPost

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "image/avif")
VIDEO_TYPES = ("video/mp4", "video/webm", "video/quicktime")


@dataclass(frozen=True)
class Limits:
    """Limits of an instance; by default those of Mastodon 4 (domain §7.3)."""

    characters: int = 500
    per_url: int = 23
    attachments: int = 4
    image_bytes: int = 16 * 1024 * 1024
    video_bytes: int = 99 * 1024 * 1024
    types: tuple[str, ...] = (*IMAGE_TYPES, *VIDEO_TYPES)


def read_kept(kept: str) -> Limits:
    """Those that were kept, as `write` made them; the defaults where there are none."""
    values = json.loads(kept) if kept else {}
    return Limits(**{**values, "types": tuple(values["types"])}) if values else Limits()


def write(limits: Limits) -> str:
    """As a text to keep."""
    return json.dumps(asdict(limits))


def read_instance(instance: Mapping[str, Any]) -> Limits:
    """From `GET /api/v2/instance`; what it does not say stays at the default."""
    configuration = instance.get("configuration") or {}
    statuses, media = configuration.get("statuses") or {}, configuration.get("media_attachments") or {}
    said = {
        "characters": statuses.get("max_characters"),
        "per_url": statuses.get("characters_reserved_per_url"),
        "attachments": statuses.get("max_media_attachments"),
        "image_bytes": media.get("image_size_limit"),
        "video_bytes": media.get("video_size_limit"),
    }
    numbers: dict[str, Any] = {name: value for name, value in said.items() if isinstance(value, int) and value > 0}
    types = tuple(str(each) for each in media.get("supported_mime_types") or ())
    return replace(Limits(), **numbers, types=types or Limits.types)


def count(text: str, limits: Limits) -> int:
    """Characters as Mastodon counts: an address is 23. Signs of several code points count as one there, here as several."""
    addresses = [found[3] for found in url_regex.finditer(text)]
    return len(text) - sum(len(each) for each in addresses) + limits.per_url * len(addresses)


def measure(text: str, limits: Limits, own_limit: int | None) -> Length:
    """The text's length; `own_limit` is what was set for the account."""
    return Length(count(text, limits), own_limit or limits.characters, "字符")


def validate(post: OutgoingPost, limits: Limits, own_limit: int | None) -> Iterator[Problem]:
    """Everything that the instance would refuse of the post."""
    length = measure(post.text, limits, own_limit)
    if length.is_too_long:
        yield Problem(
            "text",
            f"{length.count} 字符，此 Mastodon 实例最多 {length.limit} 字符。",
            f"请缩短 {length.count - length.limit} 个字符。",
        )
    if not post.text.strip() and not post.attachments:
        yield Problem("text", "没有文字也没有图片。", "请写几个字。")
    if len(post.attachments) > limits.attachments:
        message = f"{len(post.attachments)} 张图片，此 Mastodon 实例最多 {limits.attachments} 张。"
        yield Problem("pictures", message, "请减少图片。")
    for file in post.attachments:
        yield from _check_file(file, limits)


def _check_file(file: Attachment, limits: Limits) -> Iterator[Problem]:
    field, kind = ("video", "视频") if file.is_video else ("pictures", "图片")
    largest = limits.video_bytes if file.is_video else limits.image_bytes
    if file.content_type not in limits.types:
        yield Problem(field, f"{kind} {file.name} 的类型不被此 Mastodon 实例接收。", f"请换一个{kind}文件。")
    if file.size > largest:
        size, most = file.size / 1024 / 1024, largest / 1024 / 1024
        yield Problem(field, f"{kind} {file.name} 有 {size:.1f} MB，最多 {most:.0f} MB。", "请压缩后再上传。")
