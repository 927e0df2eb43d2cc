"""A post on its way out, as the adapters see it: plain values, no rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Attachment:
    """A picture or video: file name, MIME type as sniffed, size in bytes, text in its place, and how to read it."""

    name: str
    content_type: str
    size: int
    description: str
    read: Callable[[], bytes]

    @property
    def is_video(self) -> bool:
        """Whether it is a video."""
        return self.content_type.startswith("video/")


@dataclass(frozen=True)
class OutgoingPost:
    """What is sent to one account.

    `key` (64 hexadecimal digits) names this delivery for ever: the same post to the same account has the same one. `text` is
    all that is said, link included where the platform has no field for it; `link` is the address that the post points to:
    the article, or the post's own page. `operator_address` is the IP address of whoever published it, where one is known.
    """

    key: str
    title: str
    text: str
    link: str
    operator_address: str = ""
    attachments: tuple[Attachment, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class RemotePost:
    """A post as a platform lists it: its id and address there, its text, when it was made."""

    remote_id: str
    url: str
    text: str
    created_at: datetime
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """What became of a post on the platform; None for what the platform does not tell."""

    reads: int | None = None
    reposts: int | None = None
    comments: int | None = None
    likes: int | None = None
