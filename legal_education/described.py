"""Programmes and their issues as search engines know them (schema.org)."""

from typing import Any

from django.utils import timezone

from legal_education.models import EpisodePage, Medium, PaperIssuePage, ProgrammePage
from legal_education.moments import iso_duration
from site_core.meta import find_picture_url
from site_core.structured_data import register_builder
from tenants.current import root_url

_SERIES = {Medium.RADIO: "PodcastSeries", Medium.TELEVISION: "CreativeWorkSeries", Medium.NEWSPAPER: "Periodical"}


def register_own_builders() -> None:
    """Called once, when the app is ready."""
    register_builder(ProgrammePage, describe_programme)
    register_builder(EpisodePage, describe_episode)
    register_builder(PaperIssuePage, describe_issue)


def describe_programme(page: ProgrammePage) -> dict[str, Any]:
    """A series, with its feed where it has one."""
    series = _series(page)
    feed = {"webFeed": f"{page.full_url}podcast.xml"} if page.is_recorded else {}
    return {**series, "description": page.summary, **feed}


def _series(page: ProgrammePage) -> dict[str, Any]:
    kind = _SERIES.get(Medium(page.medium), "CreativeWorkSeries")
    return {"@type": kind, "name": page.title, "url": page.full_url}


def describe_episode(page: EpisodePage) -> dict[str, Any]:
    """A podcast episode, or a film; nothing of a recording that nobody may have."""
    from legal_education.episode_parts import find_open_media

    media = find_open_media(page)
    address = root_url() + media.url if media else ""
    found = _describe_film(page, address) if page.is_film else _describe_sound(page, address)
    series = {"partOfSeries": _series(page.programme)} if page.programme else {}
    duration = iso_duration(page.duration) if page.duration else ""
    return _filled(
        {**found, **series, "name": page.title, "description": page.summary, "url": page.full_url, "duration": duration}
    )


def _describe_sound(page: EpisodePage, address: str) -> dict[str, Any]:
    sound = {
        "@type": "AudioObject",
        "contentUrl": address,
        "encodingFormat": page.media_type,
        "contentSize": str(page.media_size),
    }
    return {
        "@type": "PodcastEpisode",
        "datePublished": _moment(page.aired_at),
        "episodeNumber": page.number,
        "associatedMedia": sound if address else None,
    }


def _describe_film(page: EpisodePage, address: str) -> dict[str, Any]:
    return {
        "@type": "VideoObject",
        "uploadDate": _moment(page.aired_at),
        "thumbnailUrl": find_picture_url(page.cover),
        "contentUrl": address,
        "encodingFormat": page.media_type if address else "",
    }


def describe_issue(page: PaperIssuePage) -> dict[str, Any]:
    """An issue of a periodical."""
    return _filled(
        {
            "@type": "PublicationIssue",
            "name": page.title,
            "url": page.full_url,
            "issueNumber": page.number,
            "datePublished": page.issued_on.isoformat() if page.issued_on else "",
            "isPartOf": _series(page.programme) if page.programme else None,
        }
    )


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).isoformat() if moment else ""


def _filled(described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value not in (None, "")}
