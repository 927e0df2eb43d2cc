"""What a Mastodon instance keeps."""

from dataclasses import dataclass, field
from time import time


@dataclass
class Status:
    """A post."""

    id: int
    account: str
    text: str
    media: list[str]
    visibility: str
    language: str
    key: str
    is_by_hand: bool = False
    created_at: float = field(default_factory=time)
    counts: dict[str, int] = field(default_factory=lambda: {"reposts": 0, "comments": 0, "likes": 0})


@dataclass
class Medium:
    """A file of an account, until a post has it and after."""

    id: str
    account: str
    kind: str
    description: str
    ready_at: float
    status: int = 0
