"""Links that lead away: a notice before them, junk refused, nobody sent anywhere unseen."""

import pytest
from wagtail.models import Site

from site_core.leaving import leave_url, read_destination, rewrite_links
from site_core.models import SiteDetails
from tenants.current import enter_site


@pytest.mark.parametrize(
    "junk",
    ["", "javascript:alert(1)", "//evil.example", "ftp://a.example/", "http://", "http://1.2.3.4/", "http://[::1]/",
     "https://user:pw@evil.example/", "https://a.example/\\..", "data:text/html,x", "https://a b/", "x" * 2000],
)  # fmt: skip
def test_junk_is_no_destination(two_sites, client_of, junk):
    assert read_destination(junk) is None
    answer = client_of(two_sites.a).get("/leave/", {"to": junk})
    assert answer.status_code == 400
    assert "请求有误" in answer.content.decode()


def test_notice_names_the_host_and_goes_on_by_a_plain_link(two_sites, client_of):
    answer = client_of(two_sites.a).get("/leave/", {"to": "https://www.example.com/a?b=1&c=2"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<b>www.example.com</b>" in page
    assert 'href="https://www.example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow"' in page
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "url",
    ["https://www.gov.cn/", "http://sft.gansu.gov.cn/x", "http://kongtong.sfj.localhost/", "/tzgg/", "mailto:a@b.c"],
)
def test_government_the_cluster_and_our_own_pages_need_no_notice(in_kongtong, url):
    assert leave_url(url) == url


def test_look_alike_of_a_government_host_gets_the_notice(in_kongtong):
    assert leave_url("https://gov.cn.evil.example/").startswith("/leave/?to=")
    assert leave_url("https://evilgov.cn/").startswith("/leave/?to=")


def test_host_that_a_site_trusts_is_trusted_there_alone(two_sites):
    with enter_site(two_sites.a):
        SiteDetails.objects.create(site=Site.objects.get(), trusted_hosts="www.example.org\n")
        assert leave_url("https://www.example.org/") == "https://www.example.org/"
    with enter_site(two_sites.b):
        assert leave_url("https://www.example.org/").startswith("/leave/")


def test_links_within_html_are_rewritten_with_few_queries(in_kongtong, django_assert_max_num_queries):
    html = (
        "".join(f'<a href="https://h{n}.example/?a=1&amp;b=2">x</a>' for n in range(20))
        + '<a href="https://www.gov.cn/">y</a>'
    )
    with django_assert_max_num_queries(3):
        rewritten = rewrite_links(html)
    assert rewritten.count("/leave/?to=https%3A%2F%2Fh") == 20
    assert "a%3D1%26b%3D2" in rewritten
    assert 'href="https://www.gov.cn/"' in rewritten
