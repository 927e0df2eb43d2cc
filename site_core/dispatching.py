"""What is sent to somebody outside, message by message: its states, and which may follow which.

Used by whatever sends (microblog posts, digests). `UNKNOWN` is the honest one: it was sent, and no answer came; it is asked
for at the receiver, or decided by a person, before anything is sent again.
"""

from django.db import models


class Dispatch(models.TextChoices):
    """States of a message to one receiver."""

    DRAFT = "draft", "待确认"
    APPROVED = "approved", "待发送"
    QUEUED = "queued", "排队中"
    SENDING = "sending", "发送中"
    UNKNOWN = "unknown", "结果不明"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
    WITHDRAWN = "withdrawn", "已撤回"


class DispatchRefused(RuntimeError):
    """A state was to follow one that it cannot follow."""


FOLLOWS: dict[str, frozenset[str]] = {
    Dispatch.DRAFT: frozenset({Dispatch.APPROVED, Dispatch.QUEUED, Dispatch.WITHDRAWN}),
    Dispatch.APPROVED: frozenset({Dispatch.QUEUED, Dispatch.WITHDRAWN, Dispatch.FAILED}),
    Dispatch.QUEUED: frozenset({Dispatch.SENDING, Dispatch.APPROVED, Dispatch.WITHDRAWN, Dispatch.FAILED}),
    # Back to QUEUED only where the receiver said that it took nothing.
    # Withdrawn while the receiver has it and has not published it.
    Dispatch.SENDING: frozenset(
        {Dispatch.SENT, Dispatch.UNKNOWN, Dispatch.FAILED, Dispatch.QUEUED, Dispatch.WITHDRAWN}
    ),
    Dispatch.UNKNOWN: frozenset({Dispatch.SENT, Dispatch.QUEUED, Dispatch.FAILED, Dispatch.SENDING}),
    Dispatch.SENT: frozenset({Dispatch.WITHDRAWN}),
    Dispatch.FAILED: frozenset({Dispatch.QUEUED, Dispatch.WITHDRAWN}),
    Dispatch.WITHDRAWN: frozenset(),
}
OPEN = frozenset({Dispatch.APPROVED, Dispatch.QUEUED, Dispatch.SENDING, Dispatch.UNKNOWN})
"""Not yet at an end: the program, or a person, has something to do."""


def check_step(before: str, after: str) -> None:
    """Raise DispatchRefused where `after` cannot follow `before`."""
    if after not in FOLLOWS[before]:
        raise DispatchRefused(f"{before} → {after}")
