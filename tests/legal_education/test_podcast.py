"""The podcast: valid for two clients and by Apple's rules, the same for ever, of this site and of what everybody may have."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO

import feedparser
import podcastparser
import pytest
from defusedxml import ElementTree
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from legal_education.models import EpisodePage, ProgrammePage
from legal_education.podcasts import make_feed
from site_core.selectors import get_column
from tenants.current import enter_site
from tests.delivery.scene import connection_kept, purged
from tests.legal_education.samples import make_episode, make_media, make_programme
from tests.site_core.page_samples import make_picture

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
ATOM = "{http://www.w3.org/2005/Atom}"
AIRED = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
# https://podcasters.apple.com/support/823-podcast-requirements: types of enclosures, categories of the first level.
APPLE_TYPES = {
    "audio/mpeg",
    "audio/x-m4a",
    "audio/mp4",
    "video/mp4",
    "video/x-m4v",
    "video/quicktime",
    "application/pdf",
}
APPLE_CATEGORIES = {
    *("Arts", "Business", "Comedy", "Education", "Fiction", "Government", "History", "Health & Fitness"),
    *("Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science", "Society & Culture"),
    *("Sports", "Technology", "True Crime", "TV & Film"),
}


def fetch(client, path="/pufa/fzzx/podcast.xml"):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    return answer.content


@pytest.fixture
def programme(site):
    return make_programme(slug="fzzx")


@pytest.fixture
def episodes(programme):
    return [
        make_episode(programme, f"第{number}讲", number, aired_at=AIRED + timedelta(days=number))
        for number in (1, 2, 3)
    ]


def test_feedparser_finds_everything(client, episodes):
    sizes = {str(each.origin_key): str(each.media_size) for each in episodes}
    found = feedparser.parse(fetch(client))
    assert not found.bozo
    assert (found.feed.title, found.feed.language, found.version) == ("法制在线", "zh-cn", "rss20")
    assert [entry.title for entry in found.entries] == ["第3讲", "第2讲", "第1讲"]
    for entry in found.entries:
        (enclosure,) = entry.enclosures
        assert (enclosure.type, enclosure.length) == ("audio/mpeg", sizes[entry.id])
        assert enclosure.href.startswith("http://kongtong.sfj.localhost/documents/")
        assert client.get(enclosure.href.removeprefix("http://kongtong.sfj.localhost")).status_code == 200


def test_podcastparser_finds_everything(client, episodes):
    keys = {str(each.origin_key) for each in episodes}
    found = podcastparser.parse("http://kongtong.sfj.localhost/pufa/fzzx/podcast.xml", BytesIO(fetch(client)))
    assert (found["title"], found["itunes_owner"]["name"]) == ("法制在线", "平凉市崆峒区司法局")
    assert {each["guid"] for each in found["episodes"]} == keys
    first = found["episodes"][0]
    assert (first["total_time"], first["number"], first["enclosures"][0]["mime_type"]) == (36, 3, "audio/mpeg")
    assert first["published"] == (AIRED + timedelta(days=3)).timestamp()


def test_feed_keeps_apples_rules(client, programme, episodes):
    """Podcast RSS feed requirements, as Apple states them."""
    channel = ElementTree.fromstring(fetch(client)).find("channel")
    for name in ("title", "description", "link", "language", f"{ITUNES}author"):
        assert channel.findtext(name), name
    assert re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", channel.findtext("language"))
    assert channel.find(f"{ITUNES}category").get("text") in APPLE_CATEGORIES
    assert channel.findtext(f"{ITUNES}explicit") in {"true", "false"}
    assert channel.findtext(f"{ITUNES}type") in {"episodic", "serial"}
    assert channel.find(f"{ITUNES}image").get("href").endswith((".png", ".jpg"))
    own = channel.find(f"{ATOM}link")
    assert (own.get("rel"), own.get("href")) == ("self", "http://kongtong.sfj.localhost/pufa/fzzx/podcast.xml")
    guids = [item.findtext("guid") for item in channel.iter("item")]
    assert len(set(guids)) == len(guids) == 3
    for item in channel.iter("item"):
        enclosure = item.find("enclosure")
        assert enclosure.get("type") in APPLE_TYPES
        assert int(enclosure.get("length")) > 0
        assert re.search(r"\.(mp3|m4a|mp4|mov|m4v|pdf)$", enclosure.get("url"))
        assert item.find("guid").get("isPermaLink") == "false"
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo is not None
        assert int(item.findtext(f"{ITUNES}duration")) == 36
        assert item.findtext(f"{ITUNES}episodeType") == "full"
        assert item.findtext(f"{ITUNES}explicit") == "false"


def test_drawn_cover_is_as_large_as_apple_wants(client, programme):
    from django.contrib.staticfiles import finders

    with Image.open(finders.find("legal_education/podcast-cover.png")) as cover:
        assert (cover.size, cover.mode) == ((1400, 1400), "RGB")
    assert b"legal_education/podcast-cover" in fetch(client)


def test_own_cover_is_cut_to_a_square_and_a_small_one_is_not_used(site, client, settings):
    made = make_programme(slug="fzzx", cover=make_picture("封面", (2000, 1500)))
    href = ElementTree.fromstring(fetch(client)).find(f"channel/{ITUNES}image").get("href")
    with Image.open(f"{settings.MEDIA_ROOT}/kongtong/{href.partition('/media/')[2]}") as cover:
        assert (cover.size, cover.format) == ((1400, 1400), "JPEG")
    with enter_site(site), transaction.atomic():
        page = ProgrammePage.objects.get(pk=made.pk)
        page.cover = make_picture("小封面", (1399, 3000))
        page.save_revision().publish()
    assert b"legal_education/podcast-cover" in fetch(client)


def test_guid_stays_when_everything_else_changes(site, client, programme, episodes):
    before = {entry.id for entry in feedparser.parse(fetch(client)).entries}
    with enter_site(site), transaction.atomic():
        for each in episodes:
            page = EpisodePage.objects.get(pk=each.pk)
            page.title, page.slug, page.media = "改名", f"bie-{page.pk}", make_media("tones-2.mp3")
            page.save_revision().publish()
        ProgrammePage.objects.get(pk=programme.pk).move(get_column("gzdt"), pos="last-child")
    found = feedparser.parse(fetch(client, "/gzdt/fzzx/podcast.xml"))
    assert {entry.id for entry in found.entries} == before
    assert {entry.title for entry in found.entries} == {"改名"}


def test_what_is_not_for_everybody_is_not_in_it(site, client, programme, episodes):
    private, withdrawn, hidden = episodes
    folder = Collection.get_first_root_node().add_child(name="内部")
    with transaction.atomic():
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        withdrawn.unpublish()
        CollectionViewRestriction.objects.create(collection=folder, restriction_type="login")
        hidden.media.collection = folder.add_child(name="更里面")
        hidden.media.save()
        make_episode(programme, "公开的", 4)
        make_episode(programme, "没有文件", 5, media=None)
    draft = EpisodePage(title="草稿", live=False, media=make_media())
    ProgrammePage.objects.get(pk=programme.pk).add_child(instance=draft)
    assert [entry.title for entry in feedparser.parse(fetch(client)).entries] == ["公开的"]


def test_private_programme_has_no_feed(site, client, programme):
    with transaction.atomic():
        PageViewRestriction.objects.create(page=programme, restriction_type="login")
    assert client.get("/pufa/fzzx/podcast.xml").status_code == 404


@pytest.mark.parametrize("path", ["/pufa/podcast.xml", "/pufa/zhichuang/podcast.xml", "/meiyou/podcast.xml"])
def test_only_programmes_of_recordings_have_a_feed(site, client, path):
    make_programme("paper", "普法之窗", slug="zhichuang")
    assert client.get(path).status_code == 404


def test_programme_of_one_site_is_nothing_on_another(two_sites, client_of):
    with enter_site(two_sites.a):
        make_episode(make_programme(slug="fzzx"), "本区的一期")
    assert client_of(two_sites.b).get("/pufa/fzzx/podcast.xml").status_code == 404
    with enter_site(two_sites.b):
        make_episode(make_programme(slug="fzzx"), "本县的一期")
    assert [entry.title for entry in feedparser.parse(fetch(client_of(two_sites.b))).entries] == ["本县的一期"]


def test_film_is_a_podcast_too(site, client):
    make_episode(make_programme("tv", "普法天地", slug="fzzx"))
    (entry,) = feedparser.parse(fetch(client)).entries
    assert entry.enclosures[0].type == "video/mp4"


def test_number_of_queries_does_not_grow(site, programme):
    make_episode(programme, "一期")

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            make_feed(ProgrammePage.objects.get(pk=programme.pk)).writeString("utf-8")
        return len(queries)

    count()  # where the site stands is kept by the process
    few = count()
    for number in range(2, 8):
        make_episode(programme, f"第{number}期", number)
    assert count() == few


def test_feed_goes_with_a_new_episode_and_with_a_replaced_file(site, programme, episodes):
    from django.core.wsgi import get_wsgi_application

    from delivery.cache.keys import PageKey
    from delivery.cache.rendering import render

    key = PageKey("http", "kongtong.sfj.localhost", "/pufa/fzzx/podcast.xml", "", "")
    with connection_kept():
        made = render(get_wsgi_application(), key)
    assert (made.status, made.obstacle) == (200, "")
    with enter_site(site):
        with purged() as tags, transaction.atomic():
            make_episode(programme, "新的一期", 9)
        assert made.tags & tags
        with purged() as tags, transaction.atomic():
            episodes[0].media.save()
        assert made.tags & tags
