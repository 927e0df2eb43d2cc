"""What review hears of other parts, beside saved drafts. Each receiver calls one action."""

from typing import Any

from accounts.requests import forget_in_request
from review import actions
from review.models import ReviewRule
from review.selectors import RULES
from site_core.publication import Publication


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
