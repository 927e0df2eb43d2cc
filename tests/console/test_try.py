import pytest, re
from tests.factories import *
from accounts.models import *
from tenants.provisioning import create_site

def test_try(two_sites, city, signed_in, client_of):
    admin = make_central("platform_admin", "central-x")
    c = signed_in(city, admin)
    for url in ["/admin/", "/admin/console/", "/admin/console/sites/", "/admin/console/sites/?kind=county_bureau", "/admin/console/sites/-results/?q=kong","/admin/console/sites/kongtong/", "/admin/console/sites/-new/", "/admin/console/ledger/", "/admin/console/ledger/?chain=kongtong", "/admin/console/ledger/kongtong/1/", "/admin/console/ledger/download/?chain=kongtong"]:
        r = c.get(url)
        print(url, r.status_code, len(r.content))
        open("/tmp/out_%s.html" % re.sub(r"\W+", "_", url), "wb").write(r.content)
    r = c.post("/admin/console/ledger/verify/kongtong/", follow=True)
    print(r.redirect_chain, re.findall(r"校验无误|发现问题", r.content.decode()))
    print(c.get("/admin/console/ledger/download/?chain=kongtong").content.decode()[:1500])
    a = signed_in(two_sites.a, make_member(two_sites.a, "site_admin"))
    for url in ["/admin/ledger/", "/admin/ledger/1/", "/admin/ledger/download/", "/admin/console/"]:
        r = a.get(url); print(url, r.status_code, len(r.content))
    print(client_of(two_sites.a).get("/admin/console/").status_code, client_of(city).get("/admin/console/").status_code)
    r = c.post("/admin/console/sites/-new/", {"schema_name": "newone", "name":"新所", "short_name":"新所", "kind":"judicial_station","parent": two_sites.a.pk, "host":"newone.kongtong.sfj.localhost", "state":"trial"})
    print(r.status_code, r.headers.get("Location"), re.findall(r'error-message[^<]*<[^>]*>[^<]*', r.content.decode()))
