"""What the centre changes about a site, and what each form refuses, at its field and with the rule."""

import pytest

from accounts.models import EntryLink, LedgerEntry
from tenants.actions import add_host, change_state
from tenants.kinds import SiteState
from tenants.models import Host, Organisation
from tests.factories import make_central

URL = "/admin/console/sites/kongtong/"
DETAILS = {"details-name": "平凉市崆峒区司法局", "details-short_name": "崆峒区司法局"}


def hosts_of(site):
    return {host.domain: host.is_primary for host in Host.objects.filter(tenant=site)}


def actions_in(chain):
    return list(LedgerEntry.objects.filter(chain=chain).order_by("-position").values_list("action", "actor_name")[:1])


def test_details_are_changed_and_written_down_with_the_person(admin, two_sites):
    data = DETAILS | {"details-short_name": "崆峒司法", "details-contact_phone": "0933-1234567"}
    response = admin.post(f"{URL}details/", data, follow=True)
    assert "已保存网站信息" in response.content.decode()
    two_sites.a.refresh_from_db()
    assert (two_sites.a.short_name, two_sites.a.contact_phone) == ("崆峒司法", "0933-1234567")
    assert actions_in("kongtong") == actions_in("platform") == [("site.details", "张某")]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", ""),
        ("region_code", "62", "6 位数字"),
        ("site_id_code", "12", "10 位"),
        ("contact_email", "nobody", ""),
        ("contact_phone", "1" * 51, ""),
    ],
)
def test_details_are_refused_at_the_field(admin, two_sites, errors_of, field, value, words):
    response = admin.post(f"{URL}details/", DETAILS | {f"details-{field}": value})
    assert words in errors_of(response)[field]
    two_sites.a.refresh_from_db()
    assert two_sites.a.name == "平凉市崆峒区司法局"


def test_refused_name_leaves_the_title_of_the_screen_as_the_site_is(admin):
    response = admin.post(f"{URL}details/", DETAILS | {"details-name": "假名", "details-region_code": "62"})
    assert response.context["site"].name == "平凉市崆峒区司法局"
    assert response.context["header_title"] == "平凉市崆峒区司法局"


def test_host_is_added_made_primary_and_removed(admin, two_sites):
    new, old = "kt.sfj.localhost", "kongtong.sfj.localhost"
    admin.post(f"{URL}hosts/", {"action": "add", "host": " KT.sfj.localhost. "})
    assert hosts_of(two_sites.a) == {old: True, new: False}
    admin.post(f"{URL}hosts/", {"action": "primary", "host": new})
    assert hosts_of(two_sites.a) == {old: False, new: True}
    admin.post(f"{URL}hosts/", {"action": "remove", "host": old})
    assert hosts_of(two_sites.a) == {new: True}
    assert actions_in("kongtong") == [("site.host", "张某")]


def test_host_is_added_as_the_primary_one(admin, two_sites):
    admin.post(f"{URL}hosts/", {"action": "add", "host": "kt.sfj.localhost", "primary": "on"})
    assert hosts_of(two_sites.a)["kt.sfj.localhost"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"action": "add", "host": ""}, ""),
        ({"action": "add", "host": "not a host"}, "不是有效的域名"),
        ({"action": "add", "host": "192.0.2.1"}, "国办发〔2017〕47号"),
        ({"action": "add", "host": "kongtong.example.com"}, "第五条"),
        ({"action": "add", "host": "kongtong.gov.cn"}, "子域名"),
        ({"action": "add", "host": "jingning.sfj.localhost"}, "已被占用"),
        ({"action": "primary", "host": "jingning.sfj.localhost"}, "不是“崆峒区司法局”的域名"),
        ({"action": "remove", "host": "jingning.sfj.localhost"}, "不是“崆峒区司法局”的域名"),
        ({"action": "remove", "host": "kongtong.sfj.localhost"}, "是主域名"),
    ],
)
def test_host_is_refused_at_the_field_with_the_rule(admin, two_sites, errors_of, data, words):
    before = hosts_of(two_sites.a), hosts_of(two_sites.b)
    assert words in errors_of(admin.post(f"{URL}hosts/", data))["host"]
    assert (hosts_of(two_sites.a), hosts_of(two_sites.b)) == before


def test_unknown_action_on_hosts_is_refused(admin, two_sites):
    assert admin.post(f"{URL}hosts/", {"action": "steal", "host": "x.sfj.localhost"}).status_code == 200
    assert len(hosts_of(two_sites.a)) == 1


def test_government_host_is_refused_to_a_law_office(admin, errors_of):
    response = admin.post("/admin/console/sites/lawfirm/hosts/", {"action": "add", "host": "law.gov.cn"})
    assert "律师事务所不是党政机关" in errors_of(response)["host"]


def test_site_is_suspended_with_its_notice(admin, two_sites, client_of):
    admin.post(f"{URL}state/", {"state-state": "suspended", "state-notice": "系统维护"})
    two_sites.a.refresh_from_db()
    assert (two_sites.a.state, two_sites.a.state_notice) == (SiteState.SUSPENDED, "系统维护")
    assert "系统维护" in client_of(two_sites.a).get("/").content.decode()
    assert actions_in("platform") == [("site.state", "张某")]


def test_site_is_archived_when_its_short_name_is_typed(admin, two_sites):
    admin.post(f"{URL}state/", {"state-state": "archived", "state-confirmation": " 崆峒区司法局 "})
    two_sites.a.refresh_from_db()
    assert two_sites.a.state == SiteState.ARCHIVED
    assert actions_in("platform") == [("site.archive", "张某")]


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({}, "state", ""),
        ({"state-state": "trial"}, "state", "不能改为“试运行”"),
        ({"state-state": "live"}, "state", ""),
        ({"state-state": "suspended", "state-notice": "  "}, "notice", "须填写"),
        ({"state-state": "suspended", "state-notice": "长" * 501}, "notice", ""),
        ({"state-state": "archived"}, "confirmation", "不一致"),
        ({"state-state": "archived", "state-confirmation": "静宁县司法局"}, "confirmation", "不一致"),
    ],
)
def test_change_of_state_is_refused_at_the_field(admin, two_sites, errors_of, data, field, words):
    assert words in errors_of(admin.post(f"{URL}state/", data))[field]
    two_sites.a.refresh_from_db()
    assert two_sites.a.state == SiteState.LIVE


def test_archived_site_stays_archived(admin, two_sites, errors_of):
    change_state(two_sites.a, "archived")
    assert "已归档，只供查阅" in admin.get(URL).content.decode()
    admin.post(f"{URL}state/", {"state-state": "live"})
    two_sites.a.refresh_from_db()
    assert two_sites.a.state == SiteState.ARCHIVED


@pytest.mark.parametrize("state", ["suspended", "archived"])
def test_citys_site_which_carries_the_console_is_not_closed_from_it(admin, city, errors_of, state):
    data = {"state-state": state, "state-notice": "x", "state-confirmation": city.short_name}
    response = admin.post("/admin/console/sites/city/state/", data)
    assert "承载本控制台" in errors_of(response)["state"]
    city.refresh_from_db()
    assert city.state == SiteState.LIVE


def test_new_primary_host_of_the_city_is_where_the_console_goes_on(admin, city, client_of):
    add_host(city, "www.sfj.localhost")
    response = admin.post("/admin/console/sites/city/hosts/", {"action": "primary", "host": "www.sfj.localhost"})
    assert (
        admin.get(response.headers["Location"]).headers["Location"]
        == "http://www.sfj.localhost/admin/console/sites/city/"
    )


def test_one_button_for_each_platform_role_that_is_held(city, signed_in):
    person = make_central("platform_admin")
    person.platform_roles.create(role="central_editor")
    page = signed_in(city, person).get(URL).content.decode()
    assert "以平台管理员身份进入" in page
    assert "以中心编辑身份进入" in page
    assert "以审计员身份进入" not in page


@pytest.mark.parametrize("role", ["platform_admin", "central_editor", "auditor"])
def test_each_role_gets_into_the_sites_admin_by_its_link(city, two_sites, signed_in, client_of, role):
    response = signed_in(city, make_central(role)).post(f"{URL}enter/", {"role": role})
    address, _, path = response.headers["Location"].partition("/admin/")
    assert address == "http://kongtong.sfj.localhost"
    visitor = client_of(two_sites.a)
    visitor.get(f"/admin/{path}")
    assert "崆峒区司法局" in visitor.get("/admin/").content.decode()


def test_role_that_is_not_held_opens_nothing(auditor):
    response = auditor.post(f"{URL}enter/", {"role": "platform_admin"}, follow=True)
    assert "您没有这个平台角色" in response.content.decode()
    assert not EntryLink.objects.exists()


def test_closed_site_is_not_entered(admin, two_sites):
    change_state(two_sites.a, "suspended", notice="维护")
    assert "不能进入后台" in admin.get(URL).content.decode()
    response = admin.post(f"{URL}enter/", {"role": "platform_admin"}, follow=True)
    assert "不能进入后台" in response.content.decode()
    assert not EntryLink.objects.exists()


def test_forms_need_their_token(city, signed_in, two_sites):
    client = signed_in(city, make_central())
    client.handler.enforce_csrf_checks = True
    assert client.post(f"{URL}details/", DETAILS | {"details-name": "假名"}).status_code == 403
    assert Organisation.objects.get(schema_name="kongtong").name == "平凉市崆峒区司法局"
