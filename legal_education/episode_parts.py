"""Parts of an episode as its page shows them: player, chapters, captions, what stands beside it."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from legal_education.captions import CaptionsRefused, Cue, read_captions
from legal_education.moments import parse_moment, show_moment
from legal_education.programme_selectors import find_issues_beside, list_columns_and_programme, list_latest_episodes
from site_core.document_selectors import list_open_documents

if TYPE_CHECKING:
    from legal_education.models import EpisodePage

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chapter:
    """Where it begins in seconds, and its title."""

    start: int
    title: str

    @property
    def anchor(self) -> str:
        """Its mark in the page, without `#`."""
        return f"t-{self.start}"

    @property
    def shown_start(self) -> str:
        """`08:32`."""
        return show_moment(self.start)


def list_chapters(episode: "EpisodePage") -> list[Chapter]:
    """Chapters in order; those without a moment that can be read are left out."""
    found = ((parse_moment(each.value["start"]), each.value["title"]) for each in episode.chapters)
    return [Chapter(start, title) for start, title in found if start is not None]


def list_cues(episode: "EpisodePage") -> list[Cue]:
    """What the captions say; [] where there are none that everybody may read."""
    if not episode.captions_id or not list_open_documents([episode.captions]):
        return []
    try:
        return read_captions(episode.captions)
    except CaptionsRefused as refusal:
        # Replaced by a broken file behind its page's back: the page is worth more than its captions.
        logger.warning("captions of episode %s: %s", episode.pk, refusal)
        return []


def find_open_media(episode: "EpisodePage") -> Any:
    """The recording, where it can be played and everybody may have it; else None."""
    if not episode.has_media:
        return None
    return next(iter(list_open_documents([episode.media])), None)


def find_open_captions(episode: "EpisodePage") -> Any:
    """The captions that everybody may have; else None."""
    return next(iter(list_open_documents([episode.captions])), None) if episode.captions_id else None


def describe(episode: "EpisodePage") -> dict[str, Any]:
    """For the template."""
    programme = episode.programme
    return {
        "programme": programme,
        "columns": list_columns_and_programme(episode),
        "episode": episode,
        "media": find_open_media(episode),
        "captions": find_open_captions(episode),
        "chapters": list_chapters(episode),
        "neighbours": find_issues_beside(episode),
        "latest": [each for each in list_latest_episodes(programme, 5) if each.pk != episode.pk][:4]
        if programme
        else [],
    }
