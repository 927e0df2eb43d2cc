"""Pages for what went wrong stand in the site's own dress, and the last of them asks no database."""

import pytest

from site_core.error_views import server_error
from tenants.current import enter_site


def test_broken_page_is_dressed_without_a_query(two_sites, rf, django_assert_num_queries):
    with enter_site(two_sites.a), django_assert_num_queries(0):
        answer = server_error(rf.get("/"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert '<link rel="stylesheet" href="/theme/' in page
    assert "平凉市崆峒区司法局" in page


def test_broken_page_outside_of_every_site_names_none(db, rf):
    page = server_error(rf.get("/")).content.decode()
    assert "司法局" not in page
    assert "12348" in page


@pytest.mark.parametrize("path", ["/no-such-page/", "/leave/?to=javascript:x"])
def test_errors_show_the_site_s_dress_and_ways_on(two_sites, client_of, path):
    page = client_of(two_sites.a).get(path).content.decode()
    assert 'data-theme="county"' in page
    assert 'href="/"' in page
    assert "jingning" not in page
