import pytest

from tenants.actions import (
    StateRefused,
    add_host,
    change_details,
    change_state,
    make_host_primary,
    remove_host,
)
from tenants.current import current_site, enter_site, root_url
from tenants.hosts import HostRefused
from tenants.models import Host, Organisation
from tenants.selectors import find_primary_host, list_site_rows


def test_actions_work_from_inside_another_site(two_sites, city):
    with enter_site(city):
        change_state(two_sites.a, "suspended", notice="维护")
        change_details(two_sites.a, {"contact_phone": "0933-0000000"})
        assert current_site() == city
    site = Organisation.objects.get(schema_name="kongtong")
    assert (site.state, site.contact_phone) == ("suspended", "0933-0000000")


def test_suspending_needs_a_notice(two_sites):
    with pytest.raises(StateRefused, match="说明"):
        change_state(two_sites.a, "suspended")


def test_archived_site_stays_archived(two_sites):
    change_state(two_sites.a, "archived")
    with pytest.raises(StateRefused, match="已归档"):
        change_state(two_sites.a, "live")


def test_host_of_another_site_is_refused(two_sites):
    with pytest.raises(HostRefused, match="已被占用"):
        add_host(two_sites.a, "jingning.sfj.localhost")


def test_new_primary_host_is_followed_by_links_and_wagtails_site_row(two_sites):
    from wagtail.models import Site

    add_host(two_sites.a, "new.sfj.localhost")
    make_host_primary(two_sites.a, "new.sfj.localhost")
    assert find_primary_host(two_sites.a) == "new.sfj.localhost"
    assert Host.objects.filter(tenant=two_sites.a, is_primary=True).count() == 1
    with enter_site("kongtong"):
        assert Site.objects.get().hostname == "new.sfj.localhost"
        assert root_url() == "http://new.sfj.localhost"


def test_old_host_redirects_with_path_and_query(two_sites, client_of):
    client = client_of(two_sites.a)
    add_host(two_sites.a, "new.sfj.localhost")
    make_host_primary(two_sites.a, "new.sfj.localhost")
    response = client.get("/tzgg/?page=2")
    assert response.status_code == 301
    assert response.url == "http://new.sfj.localhost/tzgg/?page=2"


def test_primary_host_cannot_be_removed(two_sites):
    with pytest.raises(HostRefused, match="主域名"):
        remove_host(two_sites.a, "kongtong.sfj.localhost")


def test_host_of_another_site_cannot_be_removed(two_sites):
    with pytest.raises(HostRefused, match="不是"):
        remove_host(two_sites.a, "jingning.sfj.localhost")


def test_sites_are_listed_with_host_and_parent(two_sites):
    rows = {row["schema"]: row for row in list_site_rows()}
    assert rows["kongtong"]["primary_host"] == "kongtong.sfj.localhost"
    assert rows["kongtong"]["parent"] == "city"
    assert rows["city"]["parent"] is None
