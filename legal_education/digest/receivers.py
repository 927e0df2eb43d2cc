"""What the digest hears. Each receiver calls one action."""

from legal_education.digest.models import DigestIssuePage
from legal_education.digest.sending.planning import plan_sending, stop_sending
from site_core.publication import Publication

_GONE = frozenset({"withdrawn", "deleted", "restricted"})


def on_publication(event: Publication) -> None:
    """An issue became public, changed, or is public no more."""
    if not isinstance(event.page, DigestIssuePage):
        return
    if event.kind in {"published", "opened"} or (event.kind == "changed" and not event.detail):
        plan_sending(event.page)
    elif event.kind in _GONE:
        stop_sending(event.page)
