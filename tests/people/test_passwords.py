"""Passwords of one's own: the first one, a forgotten one, a new one; and what ends with the old one."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail

from accounts.models import User
from accounts.tokens import reset_tokens
from site_core.models import Membership
from tenants.current import enter_site
from tests.factories import PASSWORD, make_central, make_member, make_person

NEW_PASSWORD = "Ganz-Neu-2024"
BOTH = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}


def join(user, site, group="editor"):
    with enter_site(site):
        Membership.objects.create(user=user, group=Group.objects.get(name=group))


@pytest.fixture
def member(two_sites):
    return make_member(two_sites.a, "editor", "kt-editor")


@pytest.fixture
def must_change(member):
    User.objects.filter(pk=member.pk).update(must_change_password=True)
    return member


class TestFirstPassword:
    def test_every_screen_leads_to_the_form_first(self, two_sites, must_change, signed_in):
        client = signed_in(two_sites.a, must_change)
        for address in ("/admin/", "/admin/pages/", "/admin/account/", "/admin/users/"):
            assert client.get(address).headers["Location"] == "/admin/first-password/", address
        assert client.get("/admin/first-password/").status_code == 200
        assert client.get("/admin/jsi18n/").status_code == 200

    def test_signing_out_is_possible(self, two_sites, must_change, signed_in):
        client = signed_in(two_sites.a, must_change)
        assert client.post("/admin/logout/").headers["Location"] == "/admin/login/"

    def test_new_password_opens_the_admin(self, two_sites, must_change, signed_in, ledger):
        client = signed_in(two_sites.a, must_change)
        assert client.post("/admin/first-password/", BOTH).headers["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200
        user = User.objects.get(pk=must_change.pk)
        assert user.check_password(NEW_PASSWORD)
        assert user.password_changed_at
        assert len(ledger("kongtong", "account.password_changed")) == 1
        assert len(ledger("platform", "account.password_changed")) == 1

    @pytest.mark.parametrize(
        ("password", "message"),
        [(PASSWORD, "不能与原密码相同"), ("onlysmallletters", "至少三类"), ("kt-editor-A", "登录名")],
    )
    def test_password_that_breaks_a_rule_is_refused(self, two_sites, must_change, signed_in, password, message):
        client = signed_in(two_sites.a, must_change)
        response = client.post("/admin/first-password/", {"new_password1": password, "new_password2": password})
        assert response.status_code == 200
        assert message in response.content.decode()
        assert User.objects.get(pk=must_change.pk).must_change_password

    def test_who_has_an_own_password_needs_it_to_change_it(self, two_sites, member, signed_in):
        client = signed_in(two_sites.a, member)
        assert client.post("/admin/first-password/", BOTH).headers["Location"] == "/admin/account/"
        assert User.objects.get(pk=member.pk).check_password(PASSWORD)

    def test_visitor_is_sent_to_the_login(self, two_sites, client_of):
        response = client_of(two_sites.a).get("/admin/first-password/")
        assert response.headers["Location"].startswith("/admin/login/")


def ask(client, email):
    return client.post("/admin/password_reset/", {"email": email})


@pytest.fixture
def reset_link(two_sites, client_of, run_mails, link_in):
    """`reset_link(user)`: the path of the link that 崆峒区's site mails to the person."""

    def path(user):
        ask(client_of(two_sites.a), user.email)
        return link_in(run_mails()[0])[1]

    return path


def open_form(client, path):
    """Follow the link; the address of the form behind it, '' where there is none."""
    response = client.get(path, follow=True)
    return response.request["PATH_INFO"] if "new_password1" in response.content.decode() else ""


class TestForgottenPassword:
    def test_link_leads_to_this_sites_own_host(self, two_sites, client_of, member, run_mails, link_in):
        ask(client_of(two_sites.a), member.email.upper())
        (message,) = run_mails()
        assert link_in(message)[0] == "http://kongtong.sfj.localhost"
        assert message.to == [member.email]
        assert "kt-editor" in message.body

    def test_answer_is_the_same_for_known_unknown_and_other_sites_people(self, two_sites, client_of, member):
        elsewhere = make_member(two_sites.b, "editor", "jn-editor")
        client, pages = client_of(two_sites.a), []
        for email in (member.email, "nobody@example.com", elsewhere.email):
            response = client.post("/admin/password_reset/", {"email": email}, follow=True)
            pages.append(re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode()))
        assert len(set(pages)) == 1

    def test_asking_takes_the_same_queries_for_known_and_unknown(self, two_sites, client_of, member):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client, shapes = client_of(two_sites.a), []
        ask(client, "warm@example.com")
        for email in (member.email, "nobody@example.com"):
            with CaptureQueriesContext(connection) as queries:
                ask(client, email)
            shapes.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
        assert shapes[0] == shapes[1]

    def test_nothing_is_mailed_to_who_has_no_place_here(self, two_sites, client_of, run_mails):
        elsewhere, closed = make_member(two_sites.b, "editor", "jn-editor"), make_member(two_sites.a, "editor")
        User.objects.filter(pk=closed.pk).update(is_active=False)
        central = make_central("platform_admin", "the-centre")
        for person in (elsewhere, closed, central, make_person("no-member")):
            ask(client_of(two_sites.a), person.email)
        ask(client_of(two_sites.a), "nobody@example.com")
        assert run_mails() == []

    def test_platform_people_get_theirs_on_the_city_site(self, two_sites, city, client_of, run_mails, link_in):
        ask(client_of(city), make_central("auditor", "the-auditor").email)
        assert link_in(run_mails()[0])[0] == "http://sfj.localhost"

    def test_new_password_works_and_all_sessions_on_all_sites_are_over(
        self, two_sites, client_of, member, signed_in, reset_link, ledger
    ):
        join(member, two_sites.b)
        here, there = signed_in(two_sites.a, member), signed_in(two_sites.b, member)
        client = client_of(two_sites.a)
        response = client.post(open_form(client, reset_link(member)), BOTH)
        assert response.headers["Location"] == "/admin/password_reset/complete/"
        assert here.get("/admin/").status_code == 302
        assert there.get("/admin/").status_code == 302
        signed_in(two_sites.b, member, NEW_PASSWORD)
        assert ledger("kongtong", "account.password_reset_requested")[0].detail == {"email": member.email}
        assert ledger("kongtong", "account.password_changed")[0].actor_id == member.pk

    def test_link_of_one_site_is_nothing_on_another(self, two_sites, client_of, member, reset_link):
        """The person belongs to both sites: only the token's salt stands between them (L23)."""
        join(member, two_sites.b)
        path = reset_link(member)
        assert not open_form(client_of(two_sites.b), path)
        assert open_form(client_of(two_sites.a), path)

    def test_link_works_once(self, two_sites, client_of, member, reset_link):
        path, client = reset_link(member), client_of(two_sites.a)
        client.post(open_form(client, path), BOTH)
        assert not open_form(client_of(two_sites.a), path)

    def test_link_is_worth_nothing_once_the_person_has_left(self, two_sites, client_of, member, reset_link):
        path = reset_link(member)
        with enter_site(two_sites.a):
            Membership.objects.filter(user=member).delete()
        assert not open_form(client_of(two_sites.a), path)

    def test_link_expires(self, two_sites, client_of, member, reset_link, settings):
        path = reset_link(member)
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert not open_form(client_of(two_sites.a), path)

    def test_link_with_another_persons_id_is_forged(self, two_sites, client_of, member, reset_link):
        from django.utils.encoding import force_bytes
        from django.utils.http import urlsafe_base64_encode

        other = make_member(two_sites.a, "site_admin", "kt-admin")
        uid = [urlsafe_base64_encode(force_bytes(person.pk)) for person in (member, other)]
        forged = reset_link(member).replace(f"/{uid[0]}/", f"/{uid[1]}/")
        assert not open_form(client_of(two_sites.a), forged)

    def test_old_password_is_refused_as_the_new_one(self, two_sites, client_of, member, reset_link):
        client = client_of(two_sites.a)
        same = {"new_password1": PASSWORD, "new_password2": PASSWORD}
        response = client.post(open_form(client, reset_link(member)), same)
        assert "不能与原密码相同" in response.content.decode()

    def test_request_that_waits_already_is_not_queued_twice(self, two_sites, client_of, member, run_mails):
        for _ in range(3):
            assert ask(client_of(two_sites.a), member.email).status_code == 302
        assert len(run_mails()) == 1

    def test_tokens_differ_by_site(self, two_sites, member):
        with enter_site(two_sites.a):
            token = reset_tokens.make_token(member)
            assert reset_tokens.check_token(member, token)
        with enter_site(two_sites.b):
            assert not reset_tokens.check_token(member, token)


def account_form(user, **changes):
    return {
        "name-last_name": user.last_name,
        "name-first_name": user.first_name,
        "email-email": user.email,
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
        "notifications-submitted_notifications": "on",
        **changes,
    }


class TestAccountScreen:
    def test_has_no_pictures_languages_or_time_zones(self, two_sites, member, signed_in):
        page = signed_in(two_sites.a, member).get("/admin/account/").content.decode()
        names = set(re.findall(r'name="([a-z_]+-[a-z_0-9]+)"', page))
        assert {"name-last_name", "email-email", "password-new_password1"} <= names
        assert not [name for name in names if name.startswith(("avatar", "locale"))]

    def test_name_is_changed_and_stands_in_the_ledger(self, two_sites, member, signed_in, ledger):
        client = signed_in(two_sites.a, member)
        form = account_form(member, **{"name-last_name": "王", "name-first_name": "五"})
        assert client.post("/admin/account/", form).status_code == 302
        assert str(User.objects.get(pk=member.pk)) == "王五"
        assert ledger("kongtong", "account.name_changed")[0].detail == {"from": "张某", "to": "王五"}

    def test_fields_that_nobody_offers_change_nothing(self, two_sites, member, signed_in):
        client = signed_in(two_sites.a, member)
        extra = {"is_superuser": "on", "name-username": "other", "name-is_superuser": "on", "username": "other"}
        client.post("/admin/account/", account_form(member, **extra))
        user = User.objects.get(pk=member.pk)
        assert (user.username, user.is_superuser) == (member.username, False)

    def test_uploaded_picture_is_ignored(self, two_sites, member, signed_in):
        from django.core.files.uploadedfile import SimpleUploadedFile
        from wagtail.users.models import UserProfile

        client = signed_in(two_sites.a, member)
        client.post("/admin/account/", account_form(member, **{"avatar-avatar": SimpleUploadedFile("a.png", b"x")}))
        with enter_site(two_sites.a):
            assert not UserProfile.objects.get(user=member).avatar

    def test_password_needs_the_old_one(self, two_sites, member, signed_in):
        client = signed_in(two_sites.a, member)
        new = {"password-new_password1": NEW_PASSWORD, "password-new_password2": NEW_PASSWORD}
        assert client.post("/admin/account/", account_form(member, **new)).status_code == 200
        wrong = {**new, "password-old_password": "wrong-password"}
        assert client.post("/admin/account/", account_form(member, **wrong)).status_code == 200
        assert User.objects.get(pk=member.pk).check_password(PASSWORD)

    def test_new_password_keeps_this_session_and_ends_the_others(self, two_sites, member, signed_in, ledger):
        client, other = signed_in(two_sites.a, member), signed_in(two_sites.a, member)
        new = {
            "password-old_password": PASSWORD,
            "password-new_password1": NEW_PASSWORD,
            "password-new_password2": NEW_PASSWORD,
        }
        assert client.post("/admin/account/", account_form(member, **new)).status_code == 302
        assert client.get("/admin/").status_code == 200
        assert other.get("/admin/").status_code == 302
        assert len(ledger("kongtong", "account.password_changed")) == 1

    def test_new_address_counts_only_when_its_reader_confirms(
        self, two_sites, member, signed_in, run_mails, link_in, ledger
    ):
        client = signed_in(two_sites.a, member)
        client.post("/admin/account/", account_form(member, **{"email-email": "New@Example.com"}))
        assert User.objects.get(pk=member.pk).email == member.email
        confirmation, notice = run_mails()
        assert (confirmation.to, notice.to) == (["new@example.com"], [member.email])
        host, path = link_in(confirmation)
        assert host == "http://kongtong.sfj.localhost"
        assert "确认更改" in client.get(path).content.decode()
        assert User.objects.get(pk=member.pk).email == member.email
        client.post(path)
        assert User.objects.get(pk=member.pk).email == "new@example.com"
        entry = ledger("kongtong", "account.email_changed")[0]
        assert entry.detail == {"from": member.email, "to": "new@example.com"}
        assert client.get("/admin/").status_code == 200

    def test_answer_does_not_tell_whether_the_address_is_taken(self, two_sites, member, signed_in):
        taken = make_member(two_sites.b, "editor", "jn-editor").email
        client, pages = signed_in(two_sites.a, member), []
        for email in (taken, "free@example.com"):
            response = client.post("/admin/account/", account_form(member, **{"email-email": email}), follow=True)
            page = re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode())
            pages.append(page.replace(email, "@"))
        assert pages[0] == pages[1]

    def test_address_of_another_person_stays_theirs(self, two_sites, member, signed_in, run_mails, link_in):
        other = make_member(two_sites.b, "editor", "jn-editor")
        client = signed_in(two_sites.a, member)
        client.post("/admin/account/", account_form(member, **{"email-email": other.email}))
        path = link_in(run_mails()[0])[1]
        assert "已属于另一个账号" in client.post(path, follow=True).content.decode()
        assert User.objects.get(pk=member.pk).email == member.email

    def test_confirmation_is_for_its_person_and_its_site_alone(self, two_sites, member, signed_in, run_mails, link_in):
        join(member, two_sites.b)
        other = make_member(two_sites.a, "editor", "other-editor")
        signed_in(two_sites.a, member).post("/admin/account/", account_form(member, **{"email-email": "n@example.com"}))
        path = link_in(run_mails()[0])[1]
        for client in (signed_in(two_sites.a, other), signed_in(two_sites.b, member)):
            assert "链接无效或已过期" in client.get(path).content.decode()
            client.post(path)
        assert not User.objects.filter(email="n@example.com").exists()

    def test_mails_go_nowhere_else(self, two_sites, member, signed_in, run_mails):
        client = signed_in(two_sites.a, member)
        client.post("/admin/account/", account_form(member))
        run_mails()
        assert mail.outbox == []


def test_session_hash_depends_on_site_password_and_deactivation(two_sites, member):
    from django.utils import timezone

    def hashes():
        for site in (two_sites.a, two_sites.b):
            with enter_site(site):
                yield member.get_session_auth_hash()

    seen = set(hashes())
    member.set_password(NEW_PASSWORD)
    seen |= set(hashes())
    member.deactivated_at = timezone.now() - timedelta(days=1)
    assert len(seen | set(hashes())) == 6
