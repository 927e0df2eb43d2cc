"""The stream for feed readers: RSS and JSON Feed 1.1, of the site or, from the city's site, of all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.contrib.syndication.views import Feed
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Enclosure
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from microblog.models import StreamPage
from microblog.stream_selectors import ShownPost, find_stream, list_newest, reaches_everywhere
from site_core.meta import find_picture_url
from tenants.current import current_site, root_url

_JSON_FEED = "https://jsonfeed.org/version/1.1"
_FEED_TYPE = "application/feed+json; charset=utf-8"


@dataclass(frozen=True)
class FeedSource:
    """The stream's page, the newest posts, and whether they are of all sites."""

    page: StreamPage
    posts: list[ShownPost]
    is_everywhere: bool

    @property
    def title(self) -> str:
        """Stream and organisation."""
        return f"{'全市' if self.is_everywhere else ''}{self.page.title}-{current_site().name}"

    @property
    def query(self) -> str:
        """What follows the addresses of page and feeds."""
        return "?scope=all" if self.is_everywhere else ""

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"{self.page.full_url}{self.query}"

    def feed_url(self, name: str) -> str:
        """Address of the feed with that file name."""
        return f"{self.page.full_url}{name}{self.query}"


def read_source(request: HttpRequest) -> FeedSource:
    """What is asked for. Raises Http404 where not everybody may read the stream."""
    page = find_stream()
    if page is None:
        raise Http404
    is_everywhere = reaches_everywhere(request.GET)
    return FeedSource(page, list_newest(page, everywhere=is_everywhere), is_everywhere)


def identify(post: ShownPost) -> str:
    """An identity that outlives every change of the post, its address and its site's host."""
    return f"urn:uuid:{post.key}"


def find_address(post: ShownPost) -> str:
    """Full address."""
    return urljoin(f"{root_url()}/", post.url)


def write_html(post: ShownPost) -> str:
    """The post as HTML that stands by itself."""
    return render_to_string("microblog/feed_item.html", {"post": post, "root_url": root_url()}).strip()


@method_decorator(transaction.non_atomic_requests, name="__call__")
class StreamFeed(Feed):
    """`/micro/feed.xml`."""

    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest) -> FeedSource:  # type: ignore[override] # Django leaves it open
        """See `read_source`."""
        return read_source(request)

    def title(self, source: FeedSource) -> str:
        """Stream and organisation."""
        return source.title

    def link(self, source: FeedSource) -> str:
        """Address of the stream."""
        return source.url

    def feed_url(self, source: FeedSource) -> str:
        """Address of the feed itself."""
        return source.feed_url("feed.xml")

    def description(self, source: FeedSource) -> str:
        """What the stream is for."""
        return source.page.summary or source.title

    def items(self, source: FeedSource) -> list[ShownPost]:
        """Latest posts."""
        return source.posts

    def item_title(self, item: ShownPost) -> str:
        """Title."""
        return item.title

    def item_description(self, item: ShownPost) -> str:
        """The whole post."""
        return write_html(item)

    def item_link(self, item: ShownPost) -> str:
        """Address."""
        return find_address(item)

    def item_guid(self, item: ShownPost) -> str:
        """See `identify`."""
        return identify(item)

    def item_pubdate(self, item: ShownPost) -> datetime | None:
        """Publication time."""
        return item.at

    def item_author_name(self, item: ShownPost) -> str:
        """The site."""
        return item.site_name or current_site().name

    def item_categories(self, item: ShownPost) -> list[str]:
        """The topic."""
        return [item.topic] if item.topic else []

    def item_enclosures(self, item: ShownPost) -> list[Enclosure]:
        """The film; pictures stand in the description."""
        return [Enclosure(each["url"], str(each["size_in_bytes"]), each["mime_type"]) for each in _list_films(item)]


@require_safe
@transaction.non_atomic_requests
def serve_json_feed(request: HttpRequest) -> HttpResponse:
    """`/micro/feed.json`."""
    source = read_source(request)
    feed = {
        "version": _JSON_FEED,
        "title": source.title,
        "home_page_url": source.url,
        "feed_url": source.feed_url("feed.json"),
        "description": source.page.summary,
        "language": "zh-CN",
        "authors": [{"name": current_site().name, "url": f"{root_url()}/"}],
        "items": [_write_item(post) for post in source.posts],
    }
    return JsonResponse(_without_empty(feed), content_type=_FEED_TYPE, json_dumps_params={"ensure_ascii": False})


def _write_item(post: ShownPost) -> dict[str, Any]:
    item = {
        "id": identify(post),
        "url": find_address(post),
        "title": post.title,
        "content_html": write_html(post),
        "content_text": post.text,
        "date_published": localtime(post.at).isoformat() if post.at else "",
        "authors": [{"name": post.site_name, "url": f"{post.site_url}/"}] if post.site_name else [],
        "tags": [post.topic] if post.topic else [],
        "image": find_picture_url(post.pictures[0].image) if post.pictures else "",
        "attachments": _list_films(post),
    }
    return _without_empty(item)


def _list_films(post: ShownPost) -> list[dict[str, Any]]:
    film = post.video
    if film is None:
        return []
    kind = f"video/{film.file_extension.lower()}"
    size = film.file_size or film.file.size
    return [{"url": urljoin(f"{root_url()}/", film.url), "mime_type": kind, "title": film.title, "size_in_bytes": size}]


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """JSON Feed knows no empty values; the list of items alone must be there."""
    return {name: value for name, value in values.items() if value or name == "items"}
