import pytest

from tenants.hosts import HostClaim, HostRefused, check_host, normalise_host

ALLOWED = [
    ("city_bureau", "sfj.pingliang.gov.cn", ""),
    ("city_bureau", "sfj.localhost", ""),
    ("county_bureau", "kongtong.sfj.localhost", "sfj.localhost"),
    ("judicial_station", "liuhu.kongtong.sfj.localhost", "kongtong.sfj.localhost"),
    ("legal_aid_centre", "aid.sfj.localhost", "sfj.localhost"),
    ("legal_aid_centre", "plflyz.cn", ""),
    ("notary_office", "city.notary.localhost", "sfj.localhost"),
    ("notary_office", normalise_host("平凉公证.公益"), ""),
    ("law_office", "example-law.com", ""),
]
REFUSED = [
    ("city_bureau", "sfj.example.com", "", "第五条"),
    ("county_bureau", "kongtong.gov.cn", "sfj.localhost", "子域名"),
    ("county_bureau", "sfj.localhost", "sfj.localhost", "子域名"),
    ("judicial_station", "liuhu.sfj.localhost", "kongtong.sfj.localhost", "子域名"),
    ("law_office", "law.pingliang.gov.cn", "", "律师事务所不是党政机关"),
    ("law_office", normalise_host("律师.政务"), "", "律师事务所不是党政机关"),
    ("law_office", "law.sfj.localhost", "", "律师事务所不是党政机关"),
    ("notary_office", "gz.sfj.localhost", "sfj.localhost", "事业单位"),
    ("notary_office", "gongzheng.com", "", "第五条"),
    ("legal_aid_centre", "aid.gov.cn", "sfj.localhost", "事业单位"),
]


@pytest.mark.parametrize(("kind", "host", "parent"), ALLOWED)
def test_host_is_allowed_for_the_kind(kind, host, parent):
    check_host(HostClaim(kind, host, parent))


@pytest.mark.parametrize(("kind", "host", "parent", "rule"), REFUSED)
def test_host_is_refused_with_its_rule(kind, host, parent, rule):
    with pytest.raises(HostRefused, match=rule):
        check_host(HostClaim(kind, host, parent))


def test_suffix_must_be_whole_labels():
    with pytest.raises(HostRefused):
        check_host(HostClaim("city_bureau", "evilgov.cn", ""))


@pytest.mark.parametrize(
    "raw", ["", "localhost", "a b.cn", "-a.cn", "a..cn", "http://a.cn", "a.cn:80", "a" * 64 + ".cn", "_x.cn"]
)
def test_bad_host_names_are_refused(raw):
    with pytest.raises(HostRefused, match="不是有效的域名"):
        normalise_host(raw)


@pytest.mark.parametrize("raw", ["127.0.0.1", "[::1]", "::1"])
def test_addresses_are_refused(raw):
    with pytest.raises(HostRefused, match="IP"):
        normalise_host(raw)


def test_host_is_normalised():
    assert normalise_host(" SFJ.Localhost. ") == "sfj.localhost"
    assert (
        normalise_host("司法局.政务")
        == "xn--" + "司法局".encode("punycode").decode() + "." + "xn--" + "政务".encode("punycode").decode()
    )
