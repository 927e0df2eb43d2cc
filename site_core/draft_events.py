"""A page's draft was saved: who wants to know hears of it inside the transaction that saved it."""

from collections.abc import Callable
from typing import Any

from django.db.models.signals import post_save
from wagtail.models import Page, Revision

Receiver = Callable[[int, Revision], None]
"""Is given the page's id and its new revision, or the one that was written over."""
_receivers: list[Receiver] = []


def connect() -> None:
    """Connect; called once, when the app is ready."""
    post_save.connect(_on_revision_saved, sender=Revision, dispatch_uid="site_core.drafts")


def subscribe(receiver: Receiver) -> Receiver:
    """Call the receiver for each draft that is saved, in the order of subscription. A second subscription is refused."""
    if receiver in _receivers:
        raise ValueError(f"{receiver!r} is subscribed already")
    _receivers.append(receiver)
    return receiver


def _on_revision_saved(
    sender: Any, instance: Revision, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """Content of a page was saved; a revision that was only put on the schedule, or taken off, is no new draft."""
    if raw or (update_fields is not None and "content" not in update_fields):
        return
    model = instance.content_type.model_class()
    if model is not None and issubclass(model, Page):
        for receiver in _receivers:
            receiver(int(instance.object_id), instance)
