"""Reads of the stream: posts with all that readers see of them, by a number of queries that does not grow with the list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Prefetch

from search.selectors import SiteNews, find_places, list_posts_of_sites
from site_core import reading
from site_core.listings import Filter, Filters
from site_core.pagination import Listing, get_listing
from site_core.picture_kinds import LARGE, list_specs
from site_core.privacy import is_public
from tenants.current import current_site

if TYPE_CHECKING:
    from microblog.models import Account, MicroPicture, MicroPost, StreamPage
    from site_core.models import BasePage, ColumnPage

PAGE_SIZE = 20
FEED_LENGTH = 20
LATEST_BESIDE = 5
MOST_TOPICS = 8
_SCOPE = Filter("scope", "范围", [("all", "全市")])


@dataclass(frozen=True)
class LinkCard:
    """The page that a post points to, and the column that this stands in (None for none)."""

    page: "BasePage"
    column: "ColumnPage | None"


@dataclass(frozen=True)
class ShownPost:
    """A post as readers see it, of this site or of another, which is named then. Times are aware; `key` is its identity."""

    key: UUID
    url: str
    title: str
    text: str
    at: datetime | None
    topic: str = ""
    is_pinned: bool = False
    pictures: "Sequence[MicroPicture]" = ()
    video: Any = None
    card: LinkCard | None = None
    site_name: str = ""
    site_url: str = ""
    face: Any = None

    @property
    def picture(self) -> Any:
        """What stands for the post where one picture is shown: its first, or the cover of what it points to; None for none."""
        if self.face is not None or not (self.pictures or self.card):
            return self.face
        if self.pictures:
            return self.pictures[0].image
        return self.card.page.cover if self.card else None


@dataclass(frozen=True)
class Stream:
    """One page of the stream, how far it reaches, where else the site can be followed, and what it talks about."""

    listing: Listing
    filters: Filters
    accounts: "list[Account]"
    topics: list[str]
    may_be_everywhere: bool

    @property
    def is_everywhere(self) -> bool:
        """Whether posts of all sites are shown."""
        return self.filters.is_active


def find_stream() -> "StreamPage | None":
    """The site's stream while everybody may read it."""
    from microblog.models import StreamPage

    stream = StreamPage.objects.single()
    if stream is None:
        reading.record(f"missing:{current_site().schema_name}")
    return stream if is_public(stream) else None


def reaches_everywhere(query: Any) -> bool:
    """Whether posts of all sites are asked for, where they are to be had: on the city's site."""
    return current_site().is_city and query.get("scope") == "all"


def get_stream(stream: "StreamPage", query: Any) -> Stream:
    """The page of the stream that was asked for; with `scope=all` on the city's site that of all sites, newest first."""
    is_everywhere = reaches_everywhere(query)
    scope = Filter(_SCOPE.name, _SCOPE.label, _SCOPE.options, "all" if is_everywhere else "")
    posts = list_posts_of_sites() if is_everywhere else list_posts(stream)
    listing = get_listing(posts, query.get("page"), PAGE_SIZE)
    shown = show_entries(listing.items) if is_everywhere else show_posts(listing.items)
    listing = Listing(shown, listing.number, listing.pages, listing.total)
    return Stream(listing, Filters([scope]), list_accounts_to_follow(), list_topics(stream), current_site().is_city)


def list_newest(stream: "StreamPage", *, everywhere: bool) -> list[ShownPost]:
    """The newest posts for feed readers, to whom nothing is pinned."""
    if everywhere:
        return show_entries(list_posts_of_sites()[:FEED_LENGTH])
    return show_posts(list_posts(stream).order_by("-public_at", "-pk")[:FEED_LENGTH])


def list_posts(stream: "StreamPage") -> Any:
    """Visible posts of the stream, pinned ones first, then the newest."""
    from microblog.models import MicroPost

    reading.record(f"column:{current_site().schema_name}:{stream.pk}")
    posts = MicroPost.objects.visible().child_of(stream).select_related("video")
    return posts.order_by("-is_pinned", "-public_at", "-pk")


def list_topics(stream: "StreamPage") -> list[str]:
    """What the stream's posts are most often about."""
    about = list_posts(stream).exclude(topic_word="").order_by().values("topic_word").annotate(posts=Count("pk"))
    return list(about.order_by("-posts", "topic_word").values_list("topic_word", flat=True)[:MOST_TOPICS])


def list_latest_beside(post: "MicroPost") -> list[ShownPost]:
    """Latest posts of the stream without this one, in words alone."""
    from microblog.models import StreamPage

    stream = StreamPage.objects.parent_of(post).first()
    if not is_public(stream):
        return []
    latest = list_posts(stream).exclude(pk=post.pk).order_by("-public_at", "-pk")[:LATEST_BESIDE]
    return [_show(each) for each in latest]


def list_accounts_to_follow() -> "list[Account]":
    """Accounts under way that have a page of their own on their platform."""
    from microblog.models import Account, AccountState

    return list(Account.objects.filter(state=AccountState.LIVE).exclude(profile_url=""))


def list_for_home(stream: "StreamPage", count: int, *, illustrated: bool) -> list[ShownPost]:
    """Latest posts for a home page, which asks for much else: in words by one query, with one picture each by three more."""
    posts = list(list_posts(stream).select_related(None)[:count])
    found = _find_faces(posts) if illustrated else {}
    return [_show(each, face=found.get(each.pk)) for each in posts]


def _find_faces(posts: "Sequence[MicroPost]") -> dict[int, Any]:
    """By post the picture that stands for it: its first, or the cover of what it points to."""
    from microblog.models import MicroPicture
    from site_core.models import BasePage, SiteImage

    first = MicroPicture.objects.filter(page__in=[each.pk for each in posts]).select_related("image")
    faces = {row.page_id: row.image for row in first.order_by("page", "-sort_order", "-pk")}  # the first comes last
    bare = {each.link_page_id: each.pk for each in posts if each.pk not in faces and each.link_page_id}
    for pk in bare:
        reading.record(f"page:{current_site().schema_name}:{pk}")
    pages = BasePage.objects.visible().filter(pk__in=list(bare), cover__isnull=False).select_related("cover")
    faces |= {bare[page.pk]: page.cover for page in pages} if bare else {}
    renditions = SiteImage.objects.prefetch_renditions(*list_specs("card"))
    images = {each.pk: each for each in renditions.filter(pk__in={image.pk for image in faces.values()})}
    return {pk: images[image.pk] for pk, image in faces.items()}


def show_posts(posts: "Sequence[MicroPost]") -> list[ShownPost]:
    """The posts of this site with pictures, film and link card."""
    pictures, cards = _find_pictures(posts), _find_cards(posts)
    return [
        _show(each, pictures=pictures[each.pk], video=each.video, card=cards.get(each.link_page_id)) for each in posts
    ]


def show_post(post: "MicroPost") -> ShownPost:
    """The post by itself, as it is in memory: a draft in its preview has pictures that the database does not know yet."""
    return _show(
        post, pictures=list(post.pictures.all()), video=post.video, card=_find_cards([post]).get(post.link_page_id)
    )


def _show(post: "MicroPost", **rest: Any) -> ShownPost:
    return ShownPost(
        post.origin_key,
        post.get_url() or "",
        post.title,
        post.text,
        post.public_at,
        topic=post.topic_word,
        is_pinned=post.is_pinned,
        **rest,
    )


def show_entries(entries: Iterable[Any]) -> list[ShownPost]:
    """The catalogue's entries as posts, each with the site that it is of."""
    return [_show_entry(place) for place in find_places(entries)]


def _show_entry(place: SiteNews) -> ShownPost:
    entry = place.entry
    text = next((part.text for part in entry.parts.all()), entry.summary)
    return ShownPost(
        entry.origin_key,
        place.url,
        entry.title,
        text,
        entry.published_at,
        site_name=place.name,
        site_url=place.site_url,
    )


def _find_pictures(posts: "Sequence[MicroPost]") -> "dict[int, list[MicroPicture]]":
    from microblog.models import MicroPicture
    from site_core.models import SiteImage

    specs = [*list_specs("tile"), *list_specs("card"), LARGE]
    images = Prefetch("image", SiteImage.objects.prefetch_renditions(*specs))
    rows = MicroPicture.objects.filter(page__in=[each.pk for each in posts]).prefetch_related(images)
    found: dict[int, list[MicroPicture]] = defaultdict(list)
    for row in rows.order_by("page", "sort_order", "pk"):
        found[row.page_id].append(row)
    return found


def _find_cards(posts: "Sequence[MicroPost]") -> dict[int | None, LinkCard]:
    """By id of the page that is pointed to; one that is not public has no card."""
    from site_core.models import BasePage, SiteImage

    wanted = {each.link_page_id for each in posts} - {None}
    if not wanted:
        return {}
    for pk in wanted:  # one that is not public now may be later
        reading.record(f"page:{current_site().schema_name}:{pk}")
    covers = Prefetch("cover", SiteImage.objects.prefetch_renditions(*list_specs("thumb"), *list_specs("card")))
    pages = list(BasePage.objects.visible().filter(pk__in=wanted).prefetch_related(covers))
    columns = _find_columns(pages)
    return {each.pk: LinkCard(each, columns.get(each.pk)) for each in pages}


def _find_columns(pages: "Sequence[BasePage]") -> "dict[int, ColumnPage]":
    """The visible column nearest above each of the pages, by the page's id."""
    from site_core.models import ColumnPage

    reading.record(f"nav:{current_site().schema_name}")
    above = {page.pk: [page.path[:end] for end in range(page.steplen, len(page.path), page.steplen)] for page in pages}
    paths = {path for steps in above.values() for path in steps}
    columns = {each.path: each for each in ColumnPage.objects.visible().filter(path__in=paths)}
    nearest = {pk: next((step for step in reversed(steps) if step in columns), None) for pk, steps in above.items()}
    return {pk: columns[step] for pk, step in nearest.items() if step is not None}
