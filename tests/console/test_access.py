"""Who finds the console, where, and what each role may do there."""

import pytest
from django.urls import reverse

from accounts.models import Role
from site_core import console
from site_core.console import PanelRefused, list_panels, register_panel
from tests.factories import make_central, make_member

SCREENS = (
    "/admin/console/",
    "/admin/console/sites/",
    "/admin/console/sites/-results/",
    "/admin/console/sites/kongtong/",
)
LEDGER_SCREENS = (
    "/admin/console/ledger/",
    "/admin/console/ledger/results/",
    "/admin/console/ledger/download/",
    "/admin/console/ledger/kongtong/1/",
)
POSTS = (
    "/admin/console/sites/-new/",
    "/admin/console/sites/jingning/details/",
    "/admin/console/sites/jingning/hosts/",
    "/admin/console/sites/jingning/state/",
)


@pytest.mark.parametrize("url", SCREENS + LEDGER_SCREENS + POSTS)
def test_console_does_not_exist_on_other_sites_for_anybody(two_sites, client_of, signed_in, url):
    """Not for the site's own administrator, nor for the platform's, nor for strangers."""
    visitor = make_member(two_sites.a, "site_admin")
    visitor.platform_roles.create(role="platform_admin")
    for client in (client_of(two_sites.a), signed_in(two_sites.a, visitor)):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


@pytest.mark.parametrize("url", SCREENS + LEDGER_SCREENS + POSTS)
def test_strangers_are_sent_to_the_login_of_the_citys_site(city, client_of, url):
    response = client_of(city).get(url)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/?next=")


@pytest.mark.parametrize("url", SCREENS + LEDGER_SCREENS + POSTS)
def test_members_of_the_citys_site_without_a_platform_role_find_nothing(city, signed_in, url):
    client = signed_in(city, make_member(city, "site_admin"))
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("url", SCREENS)
def test_every_platform_role_sees_the_sites(city, signed_in, role, url):
    assert signed_in(city, make_central(role)).get(url).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("platform_admin", 200), ("auditor", 200), ("central_editor", 404)])
@pytest.mark.parametrize("url", LEDGER_SCREENS)
def test_ledger_of_all_is_for_administrators_and_auditors(city, signed_in, role, status, url):
    assert signed_in(city, make_central(role)).get(url).status_code == status


@pytest.mark.parametrize("role", ["central_editor", "auditor"])
def test_who_may_only_look_finds_no_forms(city, signed_in, role):
    client = signed_in(city, make_central(role))
    page = client.get("/admin/console/sites/jingning/").content.decode()
    assert "保存网站信息" not in page
    assert "添加域名" not in page
    assert "更改状态" not in page
    assert "新建网站" not in client.get("/admin/console/sites/").content.decode()
    assert client.get("/admin/console/sites/-new/").status_code == 404


@pytest.mark.parametrize("role", ["central_editor", "auditor"])
@pytest.mark.parametrize(
    ("screen", "data"),
    [
        ("details", {"details-name": "别的名字", "details-short_name": "别的"}),
        ("hosts", {"action": "add", "host": "other.jingning.sfj.localhost"}),
        ("state", {"state-state": "suspended", "state-notice": "x"}),
    ],
)
def test_who_may_only_look_changes_nothing(city, two_sites, signed_in, role, screen, data):
    response = signed_in(city, make_central(role)).post(f"/admin/console/sites/jingning/{screen}/", data)
    assert response.headers["Location"] == "/admin/"
    two_sites.b.refresh_from_db()
    assert (two_sites.b.name, two_sites.b.state) == ("静宁县司法局", "live")
    assert two_sites.b.domains.count() == 1


def test_unknown_site_is_not_found(admin):
    assert admin.get("/admin/console/sites/nowhere/").status_code == 404
    assert admin.post("/admin/console/sites/nowhere/state/").status_code == 404


def test_menu_shows_the_console_to_platform_roles_on_the_citys_site_only(city, two_sites, admin, signed_in):
    link = f'"{reverse("site_core_console")}"'
    assert link in admin.get("/admin/").content.decode()
    assert link not in signed_in(city, make_member(city, "site_admin")).get("/admin/").content.decode()
    both = make_member(two_sites.a, "site_admin")
    both.platform_roles.create(role="platform_admin")
    assert link not in signed_in(two_sites.a, both).get("/admin/").content.decode()


def test_first_page_links_the_panels_of_ones_roles(admin, central_editor):
    assert "/admin/console/ledger/" in admin.get("/admin/console/").content.decode()
    page = central_editor.get("/admin/console/").content.decode()
    assert "/admin/console/sites/" in page
    assert "/admin/console/ledger/" not in page


@pytest.fixture
def panels(monkeypatch):
    monkeypatch.setattr(console, "_panels", {})


def test_panels_come_in_order_and_by_role(panels, db):
    register_panel(key="late", label="乙", url_name="site_core_console", order=20)
    register_panel(key="early", label="甲", url_name="site_core_console", order=10, roles={"auditor"})
    assert [panel.key for panel in list_panels(make_central("auditor"))] == ["early", "late"]
    assert [panel.key for panel in list_panels(make_central("central_editor"))] == ["late"]


def test_second_panel_of_a_key_is_refused(panels):
    register_panel(key="sites", label="甲", url_name="site_core_console")
    with pytest.raises(PanelRefused, match="sites"):
        register_panel(key="sites", label="乙", url_name="site_core_console")


@pytest.mark.parametrize("roles", [set(), {"editor"}, {"platform_admin", "nobody"}])
def test_panel_for_roles_that_do_not_exist_is_refused(panels, roles):
    with pytest.raises(PanelRefused, match="roles"):
        register_panel(key="x", label="甲", url_name="site_core_console", roles=roles)
