"""Where other parts of the product meet the stream: search, site maps, review, the catalogue, the static mirror."""

import pytest
from django.db import transaction

from delivery.mirror import tasks
from delivery.mirror.folder import MirrorFolder
from microblog.models import MicroPicture, StreamPage
from review.content_hash import hash_revision
from search.models import CatalogueEntry
from site_core.locks import rollout
from site_core.models import ColumnPage
from site_core.site_map_selectors import list_addresses
from tenants import jobs
from tenants.models import Organisation
from tests.delivery.mirror_scene import Scene
from tests.factories import make_article, path_of
from tests.microblog.samples import make_post
from tests.microblog.test_stream import open_page
from tests.site_core.page_samples import make_file, make_picture


def test_post_is_found_by_search_under_its_own_type(two_sites, client_of):
    make_article(two_sites.a, "赶集说法的预告")
    make_post(two_sites.a, "赶集说法讲的是羊卖了钱没给。", topic_word="赶集说法")
    client = client_of(two_sites.a)
    found = client.get("/api/search/?q=赶集说法&scope=site").json()
    assert {"value": "micro", "label": "微博", "count": 1} in found["facets"]["type"]
    (post,) = client.get("/api/search/?q=赶集说法&scope=site&type=micro").json()["results"]
    assert (post["title"], post["type"], post["column"]) == ("赶集说法讲的是羊卖了钱没给。", "micro", "微博")
    page = open_page(client, "/search/?q=赶集说法&scope=site&type=micro")
    assert "微博" in page.select_one(".hit").get_text()


def test_stream_and_posts_stand_in_the_site_map_of_robots(in_kongtong):
    post = make_post(in_kongtong)
    paths = {each.path for each in list_addresses(0, 5000)}
    assert {"/micro/", post.get_url()} <= paths


def test_stream_stands_on_the_site_map_once_there_is_something_to_read(two_sites, client_of):
    client = client_of(two_sites.a)
    make_post(two_sites.a, "草稿一条。", draft=True)
    assert not open_page(client, "/site-map/").select('a[href^="/micro/"]')
    make_post(two_sites.a, "一条。")
    links = [each["href"] for each in open_page(client, "/site-map/").select('a[href^="/micro/"]')]
    assert links == ["/micro/", "/micro/feed.xml"]


def test_what_is_approved_includes_pictures_and_the_film_behind_its_id(in_kongtong):
    post = make_post(in_kongtong, draft=True)
    before = hash_revision(post.latest_revision)
    with transaction.atomic():
        post.pictures.add(MicroPicture(image=make_picture("图", (60, 40))))
        with_picture = post.save_revision()
    assert hash_revision(with_picture) != before
    image = post.pictures.first().image
    first = hash_revision(with_picture)
    image.file_hash = "0" * 40
    image.save()
    assert hash_revision(with_picture) != first
    film = make_file("片子", "film.mp4", b"mp4")
    filmed = make_post(in_kongtong, "片子。", video=film, draft=True).latest_revision
    first = hash_revision(filmed)
    film.file_hash = "0" * 40
    film.save()
    assert hash_revision(filmed) != first


def test_renaming_the_stream_renames_it_in_search(in_kongtong):
    make_post(in_kongtong)
    with rollout():
        stream = StreamPage.objects.get()
        stream.title = "政务微博"
        stream.save_revision().publish()
    entry = CatalogueEntry.objects.get(site=in_kongtong, page_type="micro")
    assert (entry.column_title, entry.column_key, entry.column_path) == ("政务微博", "micro", "/micro/")
    assert not ColumnPage.objects.filter(slug="micro").exists()


@pytest.fixture
def mirrored(db, tmp_path, settings, monkeypatch):
    for module in (tasks, jobs):  # it would end the test's transaction
        monkeypatch.setattr(module, "close_old_connections", lambda: None)
    settings.MIRROR_ROOT = str(tmp_path / "mirrors")
    site, other = (Organisation.objects.get(schema_name=name) for name in ("liuhu", "aid"))
    return Scene(site, other, MirrorFolder(tmp_path / "mirrors" / site.schema_name))


def test_mirror_holds_stream_posts_and_feeds_and_follows_them(mirrored):
    first = path_of(mirrored.site, make_post(mirrored.site, "先发的一条。"))
    mirrored.make()
    assert {"micro/index.html", "micro/feed.xml", "micro/feed.json", f"{first[1:]}index.html"} <= mirrored.files()
    second = path_of(mirrored.site, make_post(mirrored.site, "后发的一条。"))
    mirrored.feed()
    assert f"{second[1:]}index.html" in mirrored.files()
    for path in ("/micro/", "/micro/feed.xml", "/micro/feed.json"):
        assert "后发的一条。" in mirrored.file(path).read_text(), path
