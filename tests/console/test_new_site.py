"""A new site from the console: made inside a request of the city's site, which goes on whatever comes of it."""

import pytest
from django.db import connection

from accounts.ledger import record
from accounts.models import LedgerEntry
from site_core.console_forms import NewSiteForm
from site_core.models import ColumnPage, HomePage
from tenants import provisioning
from tenants.current import enter_site, find_current_site
from tenants.models import Organisation
from tenants.provisioning import SiteUnsound
from tests.factories import make_central

URL = "/admin/console/sites/-new/"


@pytest.fixture
def order(db):
    """What a judicial station below 崆峒区 needs."""
    return {
        "schema_name": "baimiao",
        "name": "白庙司法所",
        "short_name": "白庙所",
        "kind": "judicial_station",
        "parent": Organisation.objects.get(schema_name="kongtong").pk,
        "host": "baimiao.kongtong.sfj.localhost",
        "region_code": "620802",
        "state": "trial",
        "contact_phone": "0933-1234567",
    }


def schema_exists(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [name])
        return cursor.fetchone()[0]


def test_site_is_made_and_shown(admin, order):
    response = admin.post(URL, order, follow=True)
    assert response.redirect_chain == [("/admin/console/sites/baimiao/", 302)]
    page = response.content.decode()
    assert "已建立“白庙司法所”" in page
    assert "http://baimiao.kongtong.sfj.localhost" in page
    site = Organisation.objects.get(schema_name="baimiao")
    assert (site.parent.schema_name, site.state, site.region_code) == ("kongtong", "trial", "620802")
    assert site.contact_phone == "0933-1234567"


def test_new_site_answers_and_the_city_is_as_it_was(admin, order, city, client_of):
    with enter_site(city):
        before = HomePage.objects.get().title, ColumnPage.objects.count()
    admin.post(URL, order)
    assert "白庙司法所" in client_of(Organisation.objects.get(schema_name="baimiao")).get("/").content.decode()
    assert "平凉市司法局" in client_of(city).get("/").content.decode()
    with enter_site(city):
        assert (HomePage.objects.get().title, ColumnPage.objects.count()) == before
    with enter_site("baimiao"):
        assert HomePage.objects.get().title == "白庙司法所"


def test_making_stands_in_both_chains_with_the_person(admin, order):
    admin.post(URL, order)
    for chain in ("platform", "baimiao"):
        entry = LedgerEntry.objects.get(chain=chain, action="site.create", object_name="白庙司法所")
        assert entry.actor_name == "张某"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"schema_name": ""}, "schema_name", ""),
        ({"schema_name": "kongtong"}, "schema_name", ""),
        ({"schema_name": "public"}, "", "保留"),
        ({"schema_name": "golden"}, "", "保留"),
        ({"schema_name": "Bad-Name"}, "schema_name", "小写字母"),
        ({"schema_name": "1st"}, "schema_name", "小写字母"),
        ({"name": ""}, "name", ""),
        ({"kind": "bank"}, "kind", ""),
        ({"kind": "city_bureau", "host": "sfj2.gov.cn", "parent": ""}, "", "只有一个市司法局"),
        ({"kind": "law_office", "host": "law.gov.cn", "parent": ""}, "host", "律师事务所不是党政机关"),
        ({"kind": "notary_office", "host": "gz.com"}, "host", "第五条"),
        ({"parent": ""}, "host", "子域名"),
        ({"parent": "999999"}, "parent", ""),
        ({"host": "jingning.sfj.localhost"}, "host", "子域名"),
        ({"host": "liuhu.kongtong.sfj.localhost"}, "host", "已被占用"),
        ({"host": "192.0.2.7"}, "host", "IP 地址"),
        ({"host": "http://baimiao.kongtong.sfj.localhost/"}, "host", "不是有效的域名"),
        ({"region_code": "62"}, "region_code", "6 位数字"),
        ({"site_id_code": "12"}, "site_id_code", "10 位"),
        ({"state": "archived"}, "state", ""),
        ({"contact_email": "nobody"}, "contact_email", ""),
    ],
)
def test_site_is_refused_at_the_form_and_nothing_is_left(admin, order, errors_of, change, field, words):
    sites = Organisation.objects.count()
    response = admin.post(URL, order | change)
    assert words in errors_of(response)[field]
    assert "0933-1234567" in response.content.decode()
    assert Organisation.objects.count() == sites
    assert not schema_exists("baimiao")


def test_schema_left_over_by_something_else_is_refused(admin, order, errors_of):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA baimiao")
    assert "模式名“baimiao”已被占用" in errors_of(admin.post(URL, order))[""]


def fail_late(site):
    """After schema, hosts and pages are there, in the midst of the new site's schema."""
    with enter_site(site):
        assert HomePage.objects.exists()
        raise SiteUnsound("for the test")


def test_failure_takes_back_itself_alone(admin, order, errors_of, monkeypatch, city):
    """What the request had written before stays, and the form is rendered in the city's schema."""
    create = NewSiteForm.create

    def record_and_create(form, acting_user):
        record("test.before", chain="city")
        return create(form, acting_user)

    monkeypatch.setattr(NewSiteForm, "create", record_and_create)
    monkeypatch.setattr(provisioning, "_verify", fail_late)
    response = admin.post(URL, order)
    assert "未通过核对" in errors_of(response)[""]
    assert response.context["organisation"].schema_name == "city"
    assert LedgerEntry.objects.filter(chain="city", action="test.before").exists()
    assert not LedgerEntry.objects.filter(chain__in=["platform", "baimiao"], object_name="白庙司法所").exists()
    assert not schema_exists("baimiao")
    assert admin.get("/admin/console/sites/").status_code == 200


def search_path():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


def test_request_is_back_in_the_citys_schema_after_making_and_after_failing(admin, order, monkeypatch):
    seen = []
    create = NewSiteForm.create

    def look_after(form, acting_user):
        try:
            return create(form, acting_user)
        finally:
            seen.append((find_current_site().schema_name, search_path()))

    monkeypatch.setattr(NewSiteForm, "create", look_after)
    admin.post(URL, order)
    with monkeypatch.context() as failing:
        failing.setattr(provisioning, "_verify", fail_late)
        admin.post(URL, order | {"schema_name": "xuefeng", "host": "xuefeng.kongtong.sfj.localhost"})
    admin.post(URL, order | {"host": "192.0.2.7"})
    assert {(schema, path.replace('"', "").replace(" ", "")) for schema, path in seen} == {("city", "city,public")}
    assert len(seen) == 3


def test_site_is_made_in_the_transaction_of_a_real_request(
    cluster_db, signed_in, client_of, monkeypatch, order_of_cluster
):
    """Nothing of the test's own around it: the request begins the transaction, and commits it or does not."""
    city = Organisation.objects.get(schema_name="city")
    admin = signed_in(city, make_central())
    failing = order_of_cluster | {"schema_name": "xuefeng", "host": "xuefeng.kongtong.sfj.localhost"}
    with monkeypatch.context() as patch:
        patch.setattr(provisioning, "_verify", fail_late)
        assert "未通过核对" in admin.post(URL, failing).content.decode()
    assert not schema_exists("xuefeng")
    assert admin.post(URL, order_of_cluster).status_code == 302
    connection.close()
    assert schema_exists("baimiao")
    assert "白庙司法所" in client_of(Organisation.objects.get(schema_name="baimiao")).get("/").content.decode()
    assert admin.post(URL, failing).status_code == 302


@pytest.fixture
def order_of_cluster(cluster_db):
    """The same order, of a parent in the test's own database."""
    return {
        "schema_name": "baimiao",
        "name": "白庙司法所",
        "short_name": "白庙所",
        "kind": "judicial_station",
        "parent": Organisation.objects.get(schema_name="kongtong").pk,
        "host": "baimiao.kongtong.sfj.localhost",
        "state": "live",
    }
