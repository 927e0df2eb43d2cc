"""The podcast of a programme, at `<programme>/podcast.xml`: the same number of queries for any number of episodes."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Enclosure
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe
from wagtail.images.models import SourceImageIOError
from wagtail.models import CollectionViewRestriction

from legal_education.models import ProgrammePage
from legal_education.podcast_feed import PodcastFeed
from legal_education.programme_selectors import list_episodes
from site_core import privacy, reading
from site_core.selectors import get_home
from tenants.current import current_site, root_url

logger = logging.getLogger(__name__)

LONGEST = 500
CATEGORY = "Government"
_COVER = "fill-1400x1400|format-jpeg"
_SMALLEST_COVER = 1400
_DRAWN_COVER = "legal_education/podcast-cover.png"
_SHOWN = (
    *("title", "summary", "url_path", "origin_key", "aired_at", "number", "presenter", "duration"),
    *("media_type", "media_size", "media_id", "media__file", "media__collection__path"),
)


@require_safe
@transaction.non_atomic_requests
def serve_podcast(request: HttpRequest, path: str) -> HttpResponse:
    """The feed of the programme at the path; 404 where there is none that everybody may read, or none of recordings."""
    with privacy.read_once():
        programme = (
            ProgrammePage.objects.visible().select_related("cover").filter(url_path=get_home().url_path + path).first()
        )
        if programme is None or not programme.is_recorded:
            raise Http404
        feed = make_feed(programme)
    return HttpResponse(feed.writeString("utf-8"), content_type=PodcastFeed.content_type)


def make_feed(programme: ProgrammePage) -> PodcastFeed:
    """The feed with the latest episodes that can be played by everybody."""
    home = get_home().url_path
    site = current_site()
    author = programme.outlet or programme.responsible_unit or site.name
    link = _address_of(programme.url_path, home)
    feed = PodcastFeed(
        title=programme.title,
        link=link,
        description=programme.summary or programme.title,
        language="zh-cn",
        feed_url=f"{link}podcast.xml",
        feed_copyright=site.name,
        author=author,
        summary=programme.summary,
        type="episodic",
        image=_find_cover(programme),
        category=CATEGORY,
        owner=site.name,
        owner_mail=site.contact_email,
    )
    for row in _list_played(programme):
        _add_episode(feed, row, author, home)
    return feed


def _list_played(programme: ProgrammePage) -> Iterator[dict[str, Any]]:
    """Rows in place of pages: five hundred of those, with their files, take several times as long to make as the feed."""
    private = tuple(CollectionViewRestriction.objects.order_by().values_list("collection__path", flat=True))
    episodes = list_episodes(programme).filter(media__isnull=False).exclude(media_type="")
    schema = current_site().schema_name
    for row in episodes.defer(None).select_related(None).values(*_SHOWN)[:LONGEST]:
        reading.record(f"document:{schema}:{row['media_id']}")
        if not (private and row["media__collection__path"].startswith(private)):
            yield row


def _add_episode(feed: PodcastFeed, row: dict[str, Any], author: str, home: str) -> None:
    file = reverse("wagtaildocs_serve", args=[row["media_id"], Path(row["media__file"]).name])
    feed.add_item(
        title=row["title"],
        link=_address_of(row["url_path"], home),
        description=row["summary"] or row["title"],
        pubdate=localtime(row["aired_at"]) if row["aired_at"] else None,
        unique_id=str(row["origin_key"]),
        unique_id_is_permalink=False,
        enclosures=[Enclosure(root_url() + file, str(row["media_size"]), row["media_type"])],
        author=row["presenter"] or author,
        duration=row["duration"],
        number=row["number"],
    )


def _address_of(url_path: str, home: str) -> str:
    """Full address of a page, without asking for each of five hundred where the site stands."""
    return f"{root_url()}/{url_path.removeprefix(home)}"


def _find_cover(programme: ProgrammePage) -> str:
    """A square of at least 1400 pixels, as Apple wants it: the programme's own, else the drawing of the product."""
    cover = programme.cover
    if cover is None or min(cover.width, cover.height) < _SMALLEST_COVER:
        return root_url() + static(_DRAWN_COVER)
    try:
        return root_url() + str(cover.get_rendition(_COVER).url)
    except SourceImageIOError:
        logger.warning("the file of picture %s is gone", cover.pk)
        return root_url() + static(_DRAWN_COVER)
