"""The admin's search finds what stands in the site's own tables (L10 to L13); it keeps no index that sites could share."""

import pytest
from django.conf import settings
from wagtail.models import Page
from wagtail.search.backends import get_search_backend, get_search_backends

from site_core.models import SiteDocument, SiteImage
from tenants.current import enter_site
from tests.factories import make_article, make_member
from tests.isolation.marked_site import add_image


def test_every_search_backend_looks_into_the_tables_of_the_site():
    """An index that all sites share needs the site in names, ids, queries and rebuilding: a back end of our own."""
    backends = {type(backend).__module__ for backend in get_search_backends()}
    assert backends == {"search.admin_backend"}
    assert set(settings.WAGTAILSEARCH_BACKENDS) == {"default"}


def test_search_finds_nothing_of_another_site(two_sites):
    make_article(two_sites.a, "独一无二的公告")
    with enter_site(two_sites.a):
        add_image("独一无二的图", "only.png")
    backend = get_search_backend()
    for site, number in ((two_sites.a, 1), (two_sites.b, 0)):
        with enter_site(site):
            assert len(backend.search("独一无二", Page)) == number
            assert len(backend.search("独一无二", SiteImage)) == number
            assert len(backend.search("独一无二", SiteDocument)) == 0


@pytest.mark.parametrize("path", ["/admin/pages/search/", "/admin/images/", "/admin/choose-page/search/"])
def test_search_of_the_admin_finds_nothing_of_another_site(two_sites, signed_in, path):
    make_article(two_sites.a, "独一无二的公告")
    with enter_site(two_sites.a):
        add_image("独一无二的图", "only.png")
    admins = {site: signed_in(site, make_member(site, "site_admin")) for site in (two_sites.a, two_sites.b)}
    found = {
        site: "独一无二的" in client.get(path, {"q": "独一无二"}).content.decode() for site, client in admins.items()
    }
    assert found == {two_sites.a: True, two_sites.b: False}
