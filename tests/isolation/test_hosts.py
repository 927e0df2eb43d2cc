"""From the host to the site, and to no other: unknown, second, disguised and closed hosts; links of mails (L20, L22)."""

import re

import pytest
from django.core import mail
from django.test import RequestFactory
from django.test.client import ClientHandler
from wagtail.admin.mail import send_notification
from wagtail.admin.utils import get_admin_base_url
from wagtail.models import Comment, Page, PageSubscription, Site

from site_core.member_mail import send_password_reset
from site_core.models import HomePage
from tenants.actions import add_host, change_state
from tenants.current import enter_site, root_url
from tenants.models import Host, Organisation
from tests.factories import make_article, make_member

KONGTONG, JINGNING = "kongtong.sfj.localhost", "jingning.sfj.localhost"
ADDRESSES = (
    "/",
    "/tzgg/",
    "/admin/",
    "/admin/login/",
    "/api/v3/pages/",
    "/tzgg/feed.xml",
    "/documents/1/x.pdf",
    "/invitation/x/",
)


@pytest.fixture
def ask():
    """`ask(path, **META)`: the answer of Django's handler to exactly that environment."""
    handler = ClientHandler()
    handler.load_middleware()

    def answer(path="/", method="GET", **meta):
        environ = RequestFactory().generic(method, "/").environ | {"SERVER_NAME": KONGTONG}
        environ["PATH_INFO"], _, environ["QUERY_STRING"] = path.partition("?")
        environ.pop("HTTP_HOST", None)
        response = handler(environ | {key: value for key, value in meta.items() if value is not None})
        response.text_shown = f"{response.content.decode()}{dict(response.headers)}"
        return response

    return answer


def names_of_sites():
    rows = Organisation.objects.values_list("name", "short_name", "schema_name")
    return {name for row in rows for name in row} | set(Host.objects.values_list("domain", flat=True))


def named_in(response):
    return sorted(name for name in names_of_sites() if name in response.text_shown)


UNKNOWN = [
    "nobody.sfj.localhost", "localhost", "127.0.0.1", "127.0.0.1:8000", "[::1]", "", " ", ".", "public", "kongtong", "golden",
    f"{KONGTONG}.evil.example", f"evil-{KONGTONG}", f"x.{KONGTONG}", f"{KONGTONG}:80:80", f"{KONGTONG}:x", f"{KONGTONG}@evil.example",
    f"evil.example@{KONGTONG}", f"{KONGTONG}/", f"{KONGTONG}/../", f"{KONGTONG},{JINGNING}", f"{KONGTONG} {JINGNING}",
    f"{KONGTONG}\x00", f"{KONGTONG}%00", f"*.{KONGTONG}", "*", "%", "_", f"{KONGTONG}' OR '1'='1", "http://" + KONGTONG, "a" * 300 + ".cn",
]  # fmt: skip


@pytest.mark.parametrize("host", UNKNOWN)
def test_unknown_host_gets_a_404_that_names_no_site(two_sites, ask, host):
    for path in ADDRESSES:
        response = ask(path, HTTP_HOST=host)
        assert response.status_code == 404
        assert named_in(response) == []
        assert not response.cookies


def test_request_without_a_host_gets_a_404_whatever_the_server_is_called(two_sites, ask):
    response = ask(HTTP_HOST=None, SERVER_NAME=KONGTONG)
    assert (response.status_code, named_in(response)) == (404, [])


@pytest.mark.parametrize(
    "host", [KONGTONG, f"{KONGTONG}:8123", f"{KONGTONG}.", KONGTONG.upper(), f"{KONGTONG.title()}.:80"]
)
def test_own_host_is_known_in_each_of_its_spellings(two_sites, ask, host):
    response = ask(HTTP_HOST=host)
    assert response.status_code == 200
    assert "崆峒" in response.text_shown
    assert "静宁" not in response.text_shown


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_X_FORWARDED_SERVER", "HTTP_X_ORIGINAL_HOST", "HTTP_X_HTTP_HOST_OVERRIDE",
    ],
)  # fmt: skip
@pytest.mark.parametrize("proxies", [[], ["127.0.0.1"]])
def test_no_header_but_host_chooses_the_site(two_sites, ask, settings, header, proxies):
    settings.ALLOWED_PROXIES = proxies
    response = ask(HTTP_HOST=JINGNING, **{header: KONGTONG})
    assert response.status_code == 200
    assert "静宁" in response.text_shown
    assert not re.search("崆峒|kongtong", response.text_shown)
    unknown = ask(HTTP_HOST="nobody.sfj.localhost", **{header: KONGTONG})
    assert (unknown.status_code, named_in(unknown)) == (404, [])


def test_forwarded_header_of_rfc_7239_is_not_read(two_sites, ask):
    response = ask(HTTP_HOST=JINGNING, HTTP_FORWARDED=f"host={KONGTONG};proto=https")
    assert "崆峒" not in response.text_shown


def test_health_and_nothing_else_is_answered_on_any_host(two_sites, ask):
    response = ask("/healthz", HTTP_HOST="nobody.sfj.localhost")
    assert (response.status_code, named_in(response)) == (200, [])


@pytest.fixture
def second_host(two_sites):
    return add_host(two_sites.a, "second.sfj.localhost").domain


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/tzgg/?page=2&q=%E6%B3%95", "/admin/", "/api/v3/pages/?x=1", "//evil.example/"])
def test_second_host_leads_to_the_primary_one_and_shows_nothing(two_sites, second_host, ask, method, path):
    response = ask(path, method, HTTP_HOST=f"{second_host}:8000")
    assert response.status_code == 301
    assert response.headers["Location"].startswith(f"http://{KONGTONG}/")
    assert "静宁" not in response.text_shown
    assert response.content == b""
    if not path.startswith("//"):
        assert response.headers["Location"] == f"http://{KONGTONG}{path}"


def test_second_host_of_a_suspended_site_shows_nothing_either(two_sites, second_host, ask):
    change_state(two_sites.a, "suspended", notice="检修")
    assert ask(HTTP_HOST=second_host).status_code == 301


def test_suspended_site_says_so_everywhere_and_names_itself_alone(two_sites, ask):
    article = make_article(two_sites.a, "看不见的", slug="unseen")
    change_state(two_sites.a, "suspended", notice="系统检修至明日")
    for path in (*ADDRESSES, f"/tzgg/{article.slug}/"):
        for method in ("GET", "POST"):
            response = ask(path, method, HTTP_HOST=KONGTONG)
            assert response.status_code == 503
            assert "系统检修至明日" in response.text_shown
            assert "看不见的" not in response.text_shown
            assert named_in(response) == ["崆峒区司法局", "平凉市崆峒区司法局"]
    assert ask(HTTP_HOST=JINGNING).status_code == 200


def test_site_on_trial_is_kept_out_of_search_engines_and_the_other_is_not(two_sites, ask):
    Organisation.objects.filter(pk=two_sites.a.pk).update(state="trial")
    assert ask(HTTP_HOST=KONGTONG).headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in ask(HTTP_HOST=JINGNING).headers


def test_archived_site_is_read_and_nothing_more(two_sites, ask):
    change_state(two_sites.a, "archived")
    assert ask(HTTP_HOST=KONGTONG).status_code == 200
    for path, method in (("/admin/", "GET"), ("/admin/login/", "GET"), ("/tzgg/", "POST"), ("/api/v3/pages/", "POST")):
        assert ask(path, method, HTTP_HOST=KONGTONG).status_code == 403
    assert ask("/admin/login/", HTTP_HOST=JINGNING).status_code == 200


def test_row_of_wagtail_s_own_that_names_another_host_changes_nothing(two_sites, ask):
    """Which site it is, is decided by the table of hosts; Wagtail's row cannot lead elsewhere, and is the default."""
    with enter_site(two_sites.b):
        Site.objects.update(hostname=KONGTONG)
        assert HomePage.objects.get().full_url == f"http://{JINGNING}/"
    response = ask(HTTP_HOST=JINGNING)
    assert response.status_code == 200
    assert not re.search("崆峒|kongtong", response.text_shown)


def test_links_of_the_admin_are_those_of_the_site_and_none_outside(two_sites):
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            assert f"{get_admin_base_url()}" == root_url() == f"http://{site.schema_name}.sfj.localhost"
            assert HomePage.objects.get().full_url == f"{root_url()}/"
            assert Site.objects.get().root_url == root_url()
    assert str(get_admin_base_url()) == ""


def hosts_in(message):
    return set(re.findall(r"https?://([^/\s\"<:]+)", message.body + str(getattr(message, "alternatives", ""))))


def test_mail_of_wagtail_s_own_leads_to_the_site_that_sends_it(two_sites):
    for site in (two_sites.a, two_sites.b):
        member = make_member(site, "editor")
        article = make_article(site, "请看")
        with enter_site(site):
            page = Page.objects.get(pk=article.pk).specific
            comment = Comment.objects.create(page=page, user=member, text="批注", contentpath="title")
            PageSubscription.objects.create(page=page, user=member, comment_notifications=True)
            context = {
                "page": page, "editor": member, "new_comments": [comment], "resolved_comments": [], "deleted_comments": [],
                "replied_comments": [], "settings": {},
            }  # fmt: skip
            mail.outbox.clear()
            send_notification([member], "updated_comments", context)
        assert [hosts_in(message) for message in mail.outbox] == [{f"{site.schema_name}.sfj.localhost"}]


def test_mail_leads_to_the_site_whatever_host_the_request_claimed(two_sites):
    member = make_member(two_sites.b, "editor")
    with enter_site(two_sites.b):
        send_password_reset(email=member.email)
    assert [hosts_in(message) for message in mail.outbox] == [{JINGNING}]
    assert "崆峒" not in mail.outbox[0].subject + mail.outbox[0].body
