"""Signing in on a site: who may, what the others learn, lock-out, and what stands in the ledger."""

import re

import pytest
from django.test import override_settings

from accounts.actions import deactivate_person
from site_core.models import Membership, Session
from tenants.current import enter_site
from tests.factories import PASSWORD, make_central, make_member, make_person


def login(client, username, password=PASSWORD):
    return client.post("/admin/login/", {"username": username, "password": password})


def test_member_gets_into_the_admin_with_the_name_in_any_case(two_sites, client_of):
    make_member(two_sites.a, "editor", "zhang.san")
    client = client_of(two_sites.a)
    assert login(client, "  ZHANG.San ").headers["Location"] == "/admin/"
    assert "崆峒区司法局" in client.get("/admin/").content.decode()


def answers_to(client, attempts):
    """Answers without what differs in every answer: token, and the name that was typed."""
    responses = [(username, login(client, username, password)) for username, password in attempts]
    return [(response.status_code, without_tokens(response).replace(username, "")) for username, response in responses]


def without_tokens(response):
    return re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode())


def test_wrong_password_unknown_name_closed_account_and_member_elsewhere_get_one_answer(two_sites, client_of):
    make_member(two_sites.a, "editor", "member.here")
    make_member(two_sites.b, "site_admin", "member.elsewhere")
    closed = make_member(two_sites.a, "editor", "closed.here")
    deactivate_person(closed, acting_user=None)
    make_person("nobody.anywhere")
    attempts = [
        ("member.here", "wrong-password"),
        ("unknown.name", PASSWORD),
        ("member.elsewhere", PASSWORD),
        ("closed.here", PASSWORD),
        ("nobody.anywhere", PASSWORD),
    ]
    answers = answers_to(client_of(two_sites.a), attempts)
    assert {status for status, _ in answers} == {200}
    assert len({page for _, page in answers}) == 1


def test_member_elsewhere_is_locked_out_as_for_a_wrong_password(two_sites, client_of):
    make_member(two_sites.b, "editor", "member.elsewhere")
    client = client_of(two_sites.a)
    statuses = [login(client, "member.elsewhere").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_lock_out_holds_for_the_right_password_and_any_spelling_of_the_name(two_sites, client_of):
    make_member(two_sites.a, "editor", "zhang.san")
    client = client_of(two_sites.a)
    spellings = ["zhang.san", "Zhang.San", "ZHANG.SAN", " zhang.san", "zhang.saN"]
    statuses = [login(client, name, "wrong-password").status_code for name in spellings]
    assert statuses[-1] == 429
    response = login(client, "zhang.san")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "登录失败次数过多" in response.content.decode()


def test_lock_out_on_one_site_holds_on_another(two_sites, client_of):
    user = make_member(two_sites.a, "editor", "zhang.san")
    with enter_site(two_sites.b):
        from django.contrib.auth.models import Group

        Membership.objects.create(user=user, group=Group.objects.get(name="editor"))
    for _ in range(5):
        login(client_of(two_sites.a), "zhang.san", "wrong-password")
    assert login(client_of(two_sites.b), "zhang.san").status_code == 429


def test_lock_out_of_unknown_name_looks_the_same(two_sites, client_of):
    make_member(two_sites.a, "editor", "zhang.san")
    client = client_of(two_sites.a)
    known = [login(client, "zhang.san", "wrong-password") for _ in range(5)][-1]
    unknown = [login(client, "no.body", "wrong-password") for _ in range(5)][-1]
    assert known.status_code == unknown.status_code
    assert without_tokens(known) == without_tokens(unknown)


def test_platform_role_opens_the_city_alone(two_sites, city, client_of):
    make_central("platform_admin", "centre")
    assert login(client_of(city), "centre").status_code == 302
    assert login(client_of(two_sites.a), "centre").status_code == 200


def test_session_of_one_site_is_nothing_on_another(two_sites, client_of, signed_in):
    user = make_member(two_sites.a, "editor", "zhang.san")
    with enter_site(two_sites.b):
        from django.contrib.auth.models import Group

        Membership.objects.create(user=user, group=Group.objects.get(name="editor"))
    client = signed_in(two_sites.a, user)
    other = client_of(two_sites.b)
    other.cookies = client.cookies
    assert other.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_login_failure_and_logout_stand_in_the_ledger_of_the_site_alone(two_sites, client_of, ledger):
    user = make_member(two_sites.a, "editor", "zhang.san")
    client = client_of(two_sites.a)
    login(client, "zhang.san", "wrong-password")
    login(client, "zhang.san")
    client.post("/admin/logout/")
    failed = ledger("kongtong", "account.login_failed")
    assert [entry.detail for entry in failed] == [{"username": "zhang.san"}]
    assert failed[0].actor_id is None
    assert failed[0].address == "127.0.0.1"
    assert [entry.actor_id for entry in ledger("kongtong", "account.login")] == [user.pk]
    assert [entry.actor_id for entry in ledger("kongtong", "account.logout")] == [user.pk]
    assert not ledger("jingning", "account.login")
    assert not ledger("platform", "account.login")


def test_lock_out_stands_in_the_ledger_with_the_name_that_was_tried(two_sites, client_of, ledger):
    client = client_of(two_sites.a)
    for _ in range(5):
        login(client, "no.body", "wrong-password")
    assert [entry.detail["username"] for entry in ledger("kongtong", "account.locked_out")] == ["no.body"]


def test_session_keeps_address_and_browser_for_its_owner(two_sites, client_of):
    user = make_member(two_sites.a, "editor", "zhang.san")
    client = client_of(two_sites.a)
    client.defaults["HTTP_USER_AGENT"] = "Firefox/140"
    login(client, "zhang.san")
    with enter_site(two_sites.a):
        session = Session.objects.get(user_id=user.pk)
    assert (session.address, session.browser) == ("127.0.0.1", "Firefox/140")


def test_last_login_is_noted_for_the_site_where_it_happened(two_sites, signed_in):
    from django.contrib.auth.models import Group

    user = make_member(two_sites.a, "editor", "zhang.san")
    with enter_site(two_sites.b):
        Membership.objects.create(user=user, group=Group.objects.get(name="editor"))
    signed_in(two_sites.a, user)
    with enter_site(two_sites.a):
        assert Membership.objects.get(user=user).last_login_at
    with enter_site(two_sites.b):
        assert Membership.objects.get(user=user).last_login_at is None


def test_idle_session_ends(two_sites, signed_in, ledger):
    client = signed_in(two_sites.a, make_member(two_sites.a, "editor"))
    assert client.get("/admin/").status_code == 200
    with override_settings(SESSION_IDLE_SECONDS=-1):
        assert client.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 302
    assert ledger("kongtong", "account.logout")[0].address == "127.0.0.1"


def test_session_ends_when_the_account_is_closed_and_does_not_come_back(two_sites, signed_in):
    from accounts.actions import reactivate_person

    user = make_member(two_sites.a, "editor")
    client = signed_in(two_sites.a, user)
    untouched = signed_in(two_sites.a, user)
    deactivate_person(user, acting_user=None)
    assert client.get("/admin/").status_code == 302
    reactivate_person(user, acting_user=None)
    assert client.get("/admin/").status_code == 302
    assert untouched.get("/admin/").status_code == 302


@pytest.mark.parametrize("address", ["/", "/admin/"])
def test_session_ends_when_the_last_membership_is_gone(two_sites, signed_in, address):
    user = make_member(two_sites.a, "editor")
    client = signed_in(two_sites.a, user)
    with enter_site(two_sites.a):
        Membership.objects.filter(user=user).delete()
    client.get(address)
    with enter_site(two_sites.a):
        assert not Session.objects.filter(user_id=user.pk).exists()


def test_login_page_names_the_site_and_no_other(two_sites, client_of):
    page = client_of(two_sites.a).get("/admin/login/").content.decode()
    assert "崆峒区司法局后台" in page
    assert "静宁" not in page
    assert "remember" not in page
    assert "Wagtail</title>" not in page


def test_login_sends_nobody_to_another_host(two_sites, client_of):
    make_member(two_sites.a, "editor", "zhang.san")
    form = {"username": "zhang.san", "password": PASSWORD, "next": "https://jingning.sfj.localhost/"}
    assert client_of(two_sites.a).post("/admin/login/", form).headers["Location"] == "/admin/"
