"""The list of sites: groups, filters, and a number of queries that does not grow with them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from site_core.console_selectors import find_site_url, group_sites, list_sites
from tenants.actions import change_state
from tenants.models import Host, Organisation

URL = "/admin/console/sites/"


def names_in(response):
    """Names of the sites on the page, in order."""
    return [site.name for group in response.context["groups"] for site in group["table"].data]


def test_sites_stand_by_county_with_the_citys_own_first(db):
    groups = {group.label: [site.schema_name for site in group.sites] for group in group_sites(list_sites())}
    assert list(groups) == ["市级", "静宁县司法局及所属", "崆峒区司法局及所属", "未设上级单位"]
    assert groups["市级"] == ["city", "notary", "aid"]
    assert groups["崆峒区司法局及所属"] == ["kongtong", "liuhu"]
    assert groups["静宁县司法局及所属"] == ["jingning"]
    assert groups["未设上级单位"] == ["lawfirm"]


def test_list_shows_kind_state_host_and_parent(admin):
    page = admin.get(URL).content.decode()
    row = page[page.index("柳湖司法所") :].split("</tr>")[0]
    assert "司法所" in row
    assert "正式运行" in row
    assert 'href="http://liuhu.kongtong.sfj.localhost/"' in row
    assert "崆峒区司法局" in row


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=law_office", ["某甲律师事务所"]),
        ("state=suspended", ["静宁县司法局"]),
        ("kind=county_bureau&state=live", ["平凉市崆峒区司法局"]),
        ("q=柳湖", ["柳湖司法所"]),
        ("q=notary.localhost", ["平凉市公证处"]),
        ("q=jingning", ["静宁县司法局"]),
        ("q=nothing-like-it", []),
    ],
)
def test_list_is_narrowed_by_kind_state_and_text(admin, two_sites, query, names):
    change_state(two_sites.b, "suspended", notice="维护")
    assert names_in(admin.get(f"{URL}?{query}")) == names
    assert names_in(admin.get(f"{URL}-results/?{query}")) == names


def make_rows(count):
    """Organisations with hosts, without schemas: enough for the list."""
    parent = Organisation.objects.get(schema_name="kongtong")
    for number in range(count):
        fields = {"name": f"第 {number} 司法所", "short_name": f"{number} 所", "kind": "judicial_station"}
        site = Organisation.objects.create(schema_name=f"extra{number}", parent=parent, **fields)
        Host.objects.bulk_create([Host(tenant=site, domain=f"extra{number}.kongtong.sfj.localhost", is_primary=True)])


def test_list_reads_all_sites_with_one_query(db, django_assert_num_queries):
    make_rows(30)
    with django_assert_num_queries(1):
        groups = group_sites(list_sites())
        assert all(find_site_url(site) for group in groups for site in group.sites)
    assert sum(len(group.sites) for group in groups) == 37


def test_queries_of_the_list_do_not_grow_with_the_sites(admin):
    admin.get(URL)
    with CaptureQueriesContext(connection) as few:
        admin.get(URL)
    make_rows(60)
    with CaptureQueriesContext(connection) as many:
        admin.get(URL)
    about_sites = [query["sql"] for query in many if "tenants_" in query["sql"]]
    assert len(many) <= len(few)
    assert len(about_sites) <= 6


def test_site_without_a_host_is_shown_without_a_link(admin):
    Organisation.objects.create(schema_name="bare", name="无域名的所", short_name="某所", kind="judicial_station")
    assert "（未设）" in admin.get(f"{URL}?q=bare").content.decode()
    assert "（未设域名）" in admin.get(f"{URL}bare/").content.decode()
