"""Sessions: seen and ended by their owner and by the site's administrators, never by their key."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied

from accounts.models import User
from site_core.member_actions import end_sessions
from site_core.member_selectors import describe_browser, handle_of
from site_core.models import Membership, Session
from tenants.current import enter_site
from tests.factories import make_member


@pytest.fixture
def member(two_sites):
    return make_member(two_sites.a, "editor", "kt-editor")


def handle_of_client(client):
    return handle_of(client.cookies["sessionid"].value)


def test_list_shows_ones_own_sessions_on_this_site(two_sites, member, signed_in):
    with enter_site(two_sites.b):
        Membership.objects.create(user=member, group=Group.objects.get(name="editor"))
    client, other = signed_in(two_sites.a, member), signed_in(two_sites.a, member)
    elsewhere = signed_in(two_sites.b, member)
    somebody = signed_in(two_sites.a, make_member(two_sites.a, "editor", "other-editor"))
    page = client.get("/admin/account/sessions/").content.decode()
    assert page.count("当前会话") == 1
    assert handle_of_client(other) in page
    assert handle_of_client(elsewhere) not in page
    assert handle_of_client(somebody) not in page


def test_page_never_tells_a_session_key(two_sites, member, signed_in):
    client, other = signed_in(two_sites.a, member), signed_in(two_sites.a, member)
    page = client.get("/admin/account/sessions/").content.decode()
    for each in (client, other):
        assert each.cookies["sessionid"].value not in page


def test_one_session_is_ended_and_stands_in_the_ledger(two_sites, member, signed_in, ledger):
    client, other, third = (signed_in(two_sites.a, member) for _ in range(3))
    client.post("/admin/account/sessions/", {"handle": handle_of_client(other)})
    assert other.get("/admin/").status_code == 302
    assert third.get("/admin/").status_code == 200
    assert client.get("/admin/").status_code == 200
    assert ledger("kongtong", "session.ended")[0].detail == {"sessions": 1}


def test_all_others_are_ended_at_once(two_sites, member, signed_in):
    client, other, third = (signed_in(two_sites.a, member) for _ in range(3))
    client.post("/admin/account/sessions/")
    assert other.get("/admin/").status_code == third.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_session_of_somebody_else_is_not_ended(two_sites, member, signed_in):
    somebody = signed_in(two_sites.a, make_member(two_sites.a, "editor", "other-editor"))
    client = signed_in(two_sites.a, member)
    client.post("/admin/account/sessions/", {"handle": handle_of_client(somebody)})
    client.post("/admin/account/sessions/")
    assert somebody.get("/admin/").status_code == 200


def test_administrator_ends_the_sessions_of_a_member_here_alone(two_sites, member, signed_in):
    with enter_site(two_sites.b):
        Membership.objects.create(user=member, group=Group.objects.get(name="editor"))
    here, there = signed_in(two_sites.a, member), signed_in(two_sites.b, member)
    admin = signed_in(two_sites.a, make_member(two_sites.a, "site_admin", "kt-admin"))
    address = f"/admin/users/sessions/{member.pk}/"
    page = admin.get(address).content.decode()
    assert handle_of_client(here) in page
    assert handle_of_client(there) not in page
    admin.post(address, {"handle": handle_of_client(here)})
    assert here.get("/admin/").status_code == 302
    assert there.get("/admin/").status_code == 200


def test_action_refuses_whoever_has_no_say(two_sites, member):
    editor = make_member(two_sites.a, "editor", "other-editor")
    stranger = make_member(two_sites.b, "editor", "jn-editor")
    admin = make_member(two_sites.a, "site_admin", "kt-admin")
    with enter_site(two_sites.a):
        with pytest.raises(PermissionDenied):
            end_sessions(member, acting_user=User.objects.get(pk=editor.pk))
        with pytest.raises(PermissionDenied):
            end_sessions(stranger, acting_user=User.objects.get(pk=admin.pk))


def test_begin_of_a_session_survives_later_requests(two_sites, member, signed_in):
    client = signed_in(two_sites.a, member)
    with enter_site(two_sites.a):
        began = Session.objects.get(user_id=member.pk).created_at
    client.get("/admin/account/sessions/")
    client.post("/admin/account/sessions/")
    with enter_site(two_sites.a):
        assert Session.objects.get(user_id=member.pk).created_at == began


def test_account_screen_leads_to_the_sessions(two_sites, member, signed_in):
    assert "/admin/account/sessions/" in signed_in(two_sites.a, member).get("/admin/account/").content.decode()


def test_nobody_sees_sessions_without_signing_in(two_sites, client_of):
    assert client_of(two_sites.a).get("/admin/account/sessions/").status_code == 302


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge，Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox，Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "微信，iPhone"),
        ("curl/8.0", "其他浏览器"),
        ("", "其他浏览器"),
    ],
)
def test_browser_is_named_in_words(header, words):
    assert describe_browser(header) == words
