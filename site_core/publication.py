"""The publication event: a page of this site became public, changed, moved or was withdrawn.

It is announced inside the transaction that changes the page, through every door. Whoever changes pages outside of a
transaction is refused: a receiver's rows must never survive a change that did not happen, nor be missing for one that did.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import connection
from django.utils import timezone
from wagtail.models import Page

from accounts.requests import current_origin
from tenants.current import current_site

PublicationKind = Literal["published", "changed", "moved", "withdrawn", "deleted", "restricted", "opened"]


@dataclass(frozen=True)
class Publication:
    """What happened to which page: its revision (or None), the person (or None for commands and jobs), and when."""

    kind: PublicationKind
    page: Page
    revision: Any = None
    actor: Any = None
    at: datetime = field(default_factory=timezone.now)
    detail: dict[str, Any] = field(default_factory=dict)


class PublicationOutsideTransaction(RuntimeError):
    """A page was changed where nothing holds the change and its consequences together."""


class SiteReadOnly(RuntimeError):
    """A page of an archived site was to be changed."""


Receiver = Callable[[Publication], None]
_receivers: list[tuple[int, Receiver]] = []


def subscribe(receiver: Receiver, *, order: int = 100) -> Receiver:
    """Call the receiver for each publication, lower orders first. A second subscription of the same one is refused."""
    if any(known is receiver for _, known in _receivers):
        raise ValueError(f"{receiver!r} is subscribed already")
    _receivers.append((order, receiver))
    _receivers.sort(key=lambda pair: pair[0])
    return receiver


def announce(publication: Publication) -> None:
    """Tell all receivers. Raises PublicationOutsideTransaction, SiteReadOnly, or what a receiver raises."""
    if not connection.in_atomic_block:
        raise PublicationOutsideTransaction(
            f"{publication.kind} of page {publication.page.pk}: change pages inside transaction.atomic()"
        )
    if current_site().is_read_only:
        raise SiteReadOnly(f"{current_site().schema_name} is archived")
    for _, receiver in _receivers:
        receiver(publication)


def announce_tree(
    kind: PublicationKind, page: Page, *, actor: Any = None, detail: dict[str, Any] | None = None
) -> None:
    """Announce for the page, if it is live, and for each live page below it: all of them changed their address or state."""
    for each in page.get_descendants(inclusive=True).live().specific():
        announce(Publication(kind, each, each.live_revision, actor or current_actor(), detail=detail or {}))


def current_actor() -> Any:
    """The person of the running request, or None."""
    origin = current_origin()
    return origin.user.get() if origin.user else None
