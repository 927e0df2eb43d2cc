"""What the microblog hears. Each receiver calls one action."""

from microblog.composing import compose_from, take_back
from microblog.models import MicroPost
from microblog.outbox.making import call_back, make_deliveries
from site_core.models import BasePage
from site_core.publication import Publication

_GONE = frozenset({"withdrawn", "deleted", "restricted"})


def on_publication(event: Publication) -> None:
    """A post became public, changed, or is public no more; or an article did, of which rules make posts."""
    if isinstance(event.page, MicroPost):
        _on_post(event)
    elif isinstance(event.page, BasePage):
        if event.kind == "published":
            compose_from(event.page, event.actor)
        elif event.kind in _GONE:
            take_back(event.page, event.actor)


def _on_post(event: Publication) -> None:
    if event.kind in {"published", "opened"} or (event.kind == "changed" and not event.detail):
        make_deliveries(event.page, event.revision, event.actor)
    elif event.kind in _GONE:
        call_back(event.page, event.actor)
