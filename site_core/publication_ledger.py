"""The ledger's share of the publication event: each change that the public can see stands in the site's chain."""

from accounts import ledger
from site_core.publication import Publication


def on_publication(publication: Publication) -> None:
    """Write the event, and a publication time that was set back with the reason for it."""
    page = publication.page
    detail = {
        "url_path": page.url_path,
        "revision": publication.revision.pk if publication.revision else None,
    }
    ledger.record(f"page.{publication.kind}", page, publication.actor, detail | publication.detail)
    if publication.kind in {"published", "changed"} and _is_backdated(page):
        _record_backdating(publication)


def _is_backdated(page: object) -> bool:
    public_at, first = getattr(page, "public_at", None), getattr(page, "first_published_at", None)
    return bool(public_at and first and public_at < first)


def _record_backdating(publication: Publication) -> None:
    page = publication.page
    detail = {
        "public_at": page.public_at.isoformat(),
        "first_published_at": page.first_published_at.isoformat(),
        "reason": page.backdating_reason,
    }
    ledger.record("page.backdated", page, publication.actor, detail)
