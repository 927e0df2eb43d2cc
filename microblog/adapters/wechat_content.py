"""A post as an article of a WeChat official account: title, HTML, and what the platform would refuse of it. Pure."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from microblog.outcomes import Problem
from microblog.posts import Attachment, OutgoingPost

MOST_TITLE = 32
MOST_CONTENT = 19_999
MOST_LINK_BYTES = 1024
MOST_PICTURE_BYTES = 1_000_000
PICTURE_TYPES = frozenset({"image/jpeg", "image/png"})
_PICTURE_ALLOWANCE = 300
"""Characters of a picture's element: how long the address will be is known once WeChat has the picture."""


def make_title(post: OutgoingPost) -> str:
    """The title, cut where it was made of the text's first words. One that an editor wrote in 【】 is not cut: see `validate`."""
    if len(post.title) <= MOST_TITLE or _is_written(post):
        return post.title
    return post.title[: MOST_TITLE - 1].rstrip("…") + "…"


def _is_written(post: OutgoingPost) -> bool:
    return post.text.lstrip().startswith(f"【{post.title}】")


def make_content(text: str, pictures: Sequence[tuple[str, str]] = ()) -> str:
    """The text's lines as paragraphs, then the pictures: address on WeChat's server, text in its place."""
    lines = [f"<p>{escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip()]
    images = [f'<p><img src="{escape(url)}" alt="{escape(words)}"></p>' for url, words in pictures]
    return "".join(lines + images)


def list_pictures(post: OutgoingPost) -> list[Attachment]:
    """What goes into the article: a video does not."""
    return [file for file in post.attachments if not file.is_video]


def make_article(post: OutgoingPost, pictures: Sequence[str], cover: str) -> dict[str, Any]:
    """The article for draft/add.

    Always `news`, never `newspic`: only an article has the link 阅读原文 (`content_source_url`), which leads readers to the
    site and by which the post is found again when an answer was lost.
    """
    described = [(url, file.description) for url, file in zip(pictures, list_pictures(post), strict=True)]
    return {
        "article_type": "news",
        "title": make_title(post),
        "content": make_content(post.text, described),
        "content_source_url": post.link,
        "thumb_media_id": cover,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
    }


def validate(post: OutgoingPost) -> Iterator[Problem]:
    """Everything that WeChat would refuse of the post."""
    yield from _check_words(post)
    for file in post.attachments:
        yield from _check_file(file)


def _check_words(post: OutgoingPost) -> Iterator[Problem]:
    title, length = make_title(post), len(make_content(post.text))
    allowed = MOST_CONTENT - sum(_PICTURE_ALLOWANCE + len(escape(file.description)) for file in list_pictures(post))
    if not title.strip():
        yield Problem("text", "公众号文章须有标题。", "请写几个字，或在开头用【】写标题。")
    elif len(title) > MOST_TITLE:
        yield Problem("text", f"标题 {len(title)} 字，公众号最多 {MOST_TITLE} 字。", "请缩短文字开头【】中的标题。")
    if not length:
        yield Problem("text", "公众号文章须有正文。", "请写几个字。")
    elif length > allowed:
        yield Problem("text", f"正文 {length} 字符，公众号最多 {allowed} 字符。", "请缩短，或链接到本站文章。")
    if len(post.link.encode()) > MOST_LINK_BYTES:
        yield Problem("link_page", "“阅读原文”的链接超过 1 KB。", "请换一个地址较短的页面。")


def _check_file(file: Attachment) -> Iterator[Problem]:
    if file.is_video:
        yield Problem("video", "视频不会出现在公众号文章中。", "读者可由“阅读原文”到本站观看。", is_loss=True)
        return
    if file.content_type not in PICTURE_TYPES:
        yield Problem("pictures", f"图片 {file.name} 的类型不符，公众号只接收 JPG 和 PNG。", "请换一张图片。")
    if file.size >= MOST_PICTURE_BYTES:
        size = f"{file.size / 1_000_000:.1f} MB"
        yield Problem("pictures", f"图片 {file.name} 有 {size}，公众号的图片须小于 1 MB。", "请压缩或换一张图片。")
