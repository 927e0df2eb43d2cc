"""What review hears: saved revisions, and publications. Each receiver calls one action."""

from typing import Any

from wagtail.models import Page, Revision

from accounts.requests import forget_in_request
from review import actions
from review.models import ReviewRule
from review.selectors import RULES
from site_core.publication import Publication


def on_revision_saved(
    sender: Any, instance: Revision, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """Content of a page was saved as a draft."""
    if raw or (update_fields is not None and "content" not in update_fields):
        return
    model = instance.content_type.model_class()
    if model is not None and issubclass(model, Page):
        actions.on_revision_saved(int(instance.object_id), instance)


def on_publication(event: Publication) -> None:
    """A draft became public. What is public without a draft (a new site's columns, an import's articles) was none of anybody's."""
    if event.kind in {"published", "changed"} and event.revision is not None:
        actions.on_published(event.page, event.revision)


def on_moved(sender: Any, **kwargs: Any) -> None:
    """Rules are kept by the places of their pages, and a move changes places."""
    forget_in_request(RULES)


def on_rule_changed(sender: type[ReviewRule], **kwargs: Any) -> None:
    """What was read of the rules in this request is no longer so."""
    forget_in_request(RULES)
