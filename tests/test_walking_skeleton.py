"""The thinnest path through all layers."""

from site_core.models import ColumnPage, HomePage
from tenants.current import enter_site


def test_home_page_is_served_on_its_host(two_sites, client_of):
    response = client_of(two_sites.a).get("/")
    assert response.status_code == 200
    assert "崆峒区司法局" in response.content.decode()


def test_sites_have_columns(two_sites):
    with enter_site(two_sites.a):
        assert HomePage.objects.count() == 1
        assert ColumnPage.objects.filter(node_key="tzgg").exists()
