"""What Mastodon says that it refuses (https://docs.joinmastodon.org/), and what it makes of a text. Written down once more.

Not taken from the adapter: the two are held against each other by the contract suite.
"""

import html
import re

# What is an address is said by twitter-text's expression on the server; the library carries a copy of it.
from mastodon._url_regex import url_regex

LONGEST, PER_URL, MOST_MEDIA = 500, 23, 4
LONGEST_DESCRIPTION = 1500
IMAGE_LIMIT, VIDEO_LIMIT = 16_777_216, 103_809_024
TYPES = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/avif",
    "video/mp4",
    "video/webm",
    "video/quicktime",
]
_STARTS = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "image"),
)


def count(text: str) -> int:
    """Characters, an address being 23 of them."""
    return len(url_regex.sub(lambda found: found[2] + "x" * PER_URL, text))


def media_kind(content: bytes, content_type: str) -> str:
    """image or video by the first bytes; '' for anything else."""
    if content_type.startswith("video/") and content[4:8] == b"ftyp":
        return "video"
    return next((name for start, name in _STARTS if content.startswith(start)), "") if content_type in TYPES else ""


def render(text: str) -> str:
    """The HTML of a post: paragraphs, links cut for the eye, hashtags."""
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{_render_line(each).replace(chr(10), '<br />')}</p>" for each in paragraphs)


def _render_line(text: str) -> str:
    parts = []
    for part in re.split(r"(https?://[!-;=?-~]+)", text):
        parts.append(_link(part) if part.startswith(("http://", "https://")) else _tags(html.escape(part)))
    return "".join(parts)


def _link(url: str) -> str:
    scheme, _, rest = url.partition("://")
    shown, hidden = html.escape(rest[:30]), html.escape(rest[30:])
    return (
        f'<a href="{html.escape(url)}" rel="nofollow noopener" target="_blank"><span class="invisible">{scheme}://</span>'
        f'<span class="ellipsis">{shown}</span><span class="invisible">{hidden}</span></a>'
    )


def _tags(text: str) -> str:
    # Entities such as &#x27; hold a # too.
    return re.sub(
        r"(?<![&\w])#(\w+)", r'<a href="/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>', text
    )
