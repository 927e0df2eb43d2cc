"""Caches hold nothing of one site for another (leaks L1 to L5): each test fills them on one site and reads on the other."""

from django.conf import settings
from django.core.cache import caches
from django.template import Context, Template
from django.test import RequestFactory
from wagtail.contrib.redirects.tmp_storages import CacheStorage
from wagtail.coreutils import get_locales_display_names, make_wagtail_template_fragment_key
from wagtail.models import Locale, Page, Site

from accounts.requests import RequestOrigin, keep_for_request, reset_origin, set_origin
from site_core.models import HomePage, SiteRendition
from tenants import caching
from tenants.checks import check_cache_keys
from tenants.current import enter_site
from tests.isolation.marked_site import add_image

SAME_ID = 7777


def test_entry_of_one_site_is_none_of_another_in_any_cache(two_sites):
    for alias in settings.CACHES:
        with enter_site(two_sites.a):
            caches[alias].set("key", "of a")
        with enter_site(two_sites.b):
            assert caches[alias].get("key") is None, alias
        assert caches[alias].get("key") is None, alias


def test_clearing_by_key_on_one_site_leaves_the_other_its_entry(two_sites):
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            caches["default"].set("key", site.schema_name)
    with enter_site(two_sites.a):
        caches["default"].delete("key")
    with enter_site(two_sites.b):
        assert caches["default"].get("key") == "jingning"


def test_every_alias_makes_its_keys_by_site_and_the_check_would_notice(settings):
    assert all(cache.key_func is caching.make_key for cache in (caches[alias] for alias in settings.CACHES))
    assert not check_cache_keys()
    settings.CACHES = {**settings.CACHES, "new": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert [error.id for error in check_cache_keys()] == ["tenants.E001"]


def test_key_gives_back_what_it_was_made_of(two_sites):
    with enter_site(two_sites.a):
        assert caching.reverse_key(caching.make_key("a:b", "p", 1)) == "a:b"


def test_root_paths_are_those_of_the_site_that_asks(two_sites):
    def root_urls():
        return [path.root_url for path in Site.get_site_root_paths()]

    with enter_site(two_sites.a):
        assert root_urls() == ["http://kongtong.sfj.localhost"]
        assert HomePage.objects.get().full_url == "http://kongtong.sfj.localhost/"
    with enter_site(two_sites.b):
        assert root_urls() == ["http://jingning.sfj.localhost"]
        assert HomePage.objects.get().full_url == "http://jingning.sfj.localhost/"


def test_names_of_locales_are_those_of_the_site_that_asks(two_sites):
    with enter_site(two_sites.a):
        other = Locale.objects.create(language_code="bo")
        assert other.pk in get_locales_display_names()
    with enter_site(two_sites.b):
        assert other.pk not in get_locales_display_names()


def test_rendition_in_the_cache_is_none_of_the_same_picture_elsewhere(two_sites):
    keys = []
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            image = add_image("同一张", "same.png", pk=SAME_ID)
            rendition = image.get_rendition("width-40")
            SiteRendition.objects.filter(pk=rendition.pk).update(file=f"images/{site.schema_name}.png")
            keys.append(rendition.get_cache_key())
            caches["renditions"].delete(keys[-1])
            assert image.get_rendition("width-40").file.name == f"images/{site.schema_name}.png"
    assert keys[0] == keys[1], "the test needs the same key on both"


def test_fragment_of_a_page_is_none_of_the_page_with_the_same_id(two_sites):
    template = Template("{% load wagtail_cache %}{% wagtailpagecache 600 'part' %}{{ words }}{% endwagtailpagecache %}")
    keys, shown = set(), []
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            page = Page(pk=SAME_ID, url_path="/site-home/same/")
            request = RequestFactory().get("/", HTTP_HOST=f"{site.schema_name}.sfj.localhost")
            keys.add(make_wagtail_template_fragment_key("part", page, Site.objects.get()))
            shown.append(template.render(Context({"page": page, "request": request, "words": site.name})))
    assert len(keys) == 1, "the test needs the same key on both"
    assert shown == [two_sites.a.name, two_sites.b.name]


def test_file_of_a_redirect_import_is_not_found_on_another_site(two_sites):
    with enter_site(two_sites.a):
        storage = CacheStorage("upload")
        storage.save("old,new")
        assert CacheStorage(storage.name).read() == "old,new"
    with enter_site(two_sites.b):
        assert CacheStorage(storage.name).read() is None


def test_what_is_kept_for_a_request_says_nothing_about_another_site_that_it_enters(two_sites):
    token = set_origin(RequestOrigin())
    try:
        for site in (two_sites.a, two_sites.b, two_sites.a):
            with enter_site(site):
                assert keep_for_request("places", lambda site=site: site.schema_name) == site.schema_name
    finally:
        reset_origin(token)
