"""The life of a site, announced inside the transaction that changes it. Apps subscribe in AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import connection

from .models import Organisation

SiteEventKind = Literal["created", "state_changed", "host_changed", "archived", "details_changed"]


@dataclass(frozen=True)
class SiteEvent:
    """What happened to which site, by whom (a person, or None for a command), with the words for the ledger."""

    kind: SiteEventKind
    site: Organisation
    actor: Any = None
    detail: dict[str, Any] = field(default_factory=dict)


Receiver = Callable[[SiteEvent], None]
_receivers: list[Receiver] = []


class EventOutsideTransaction(RuntimeError):
    """An event that receivers write along with was announced where nothing holds their writes together."""


def subscribe(receiver: Receiver) -> Receiver:
    """Call the receiver for each event, in order of subscription. A second subscription of the same one is refused."""
    if receiver in _receivers:
        raise ValueError(f"{receiver!r} is subscribed already")
    _receivers.append(receiver)
    return receiver


def announce(event: SiteEvent) -> None:
    """Tell all receivers; an error in one of them rolls the change back with it."""
    if not connection.in_atomic_block:
        raise EventOutsideTransaction(event.kind)
    for receiver in _receivers:
        receiver(event)
