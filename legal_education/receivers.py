"""What happens elsewhere and concerns programmes: a recording or a PDF that was replaced behind its page."""

import logging
from typing import Any

from django.db.models.signals import post_save

from legal_education.media_facts import MediaRefused, read_media_facts
from legal_education.models import EpisodePage, PaperIssuePage
from site_core.models import SiteDocument

logger = logging.getLogger(__name__)


def connect() -> None:
    """Connect; called once, when the app is ready."""
    post_save.connect(on_document_saved, sender=SiteDocument, dispatch_uid="legal_education.document")


def on_document_saved(sender: Any, instance: SiteDocument, created: bool, **kwargs: Any) -> None:
    """A new file belongs to no page yet; one that was changed is looked at again by all pages that have it."""
    if created:
        return
    for episode in EpisodePage.objects.filter(media=instance):
        _read_again(episode, instance)
    if PaperIssuePage.objects.filter(pdf=instance).exists():
        _have_read_again(instance)


def _read_again(episode: EpisodePage, document: SiteDocument) -> None:
    """Length and type in the feed are those of the file as it is; one that cannot be played is not offered."""
    rows = EpisodePage.objects.filter(pk=episode.pk)
    try:
        facts = read_media_facts(document, "video" if episode.is_film else "audio")
    except MediaRefused as refusal:
        logger.warning("episode %s has lost its recording: %s", episode.pk, refusal)
        rows.update(media_type="", media_size=0)
        return
    rows.update(media_type=facts.mime, media_size=facts.size, duration=facts.seconds or episode.duration)


def _have_read_again(document: SiteDocument) -> None:
    from legal_education.papers.reading import have_read

    have_read(document)
