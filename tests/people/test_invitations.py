"""Invitations: the same whoever is invited, by a link that works once, for the invited one, on one site."""

import re
import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from accounts.actions import deactivate_person
from accounts.models import User
from accounts.tokens import new_token
from site_core.member_actions import InvitationRefused, accept_invitation, invite
from site_core.models import Invitation, Membership
from tenants.current import enter_site
from tests.factories import PASSWORD, make_member, make_person

NEW = "new.person@example.com"
REGISTRATION = {
    "username": "new-person",
    "last_name": "李",
    "first_name": "某",
    "password1": "Ganz-Neu-2024",
    "password2": "Ganz-Neu-2024",
}


@pytest.fixture
def admin_client(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "site_admin", "kt-admin"))


@pytest.fixture
def invite_by_form(admin_client):
    def post(email, *roles):
        return admin_client.post("/admin/users/new/", {"email": email, "roles": roles or ["editor"]}, follow=True)

    return post


@pytest.fixture
def invited(invite_by_form, run_mails, link_in):
    """`invited(email)`: the path of the link that was mailed."""

    def path(email=NEW, *roles):
        invite_by_form(email, *roles)
        return link_in(run_mails()[-1])[1]

    return path


def roles_of(email, site):
    with enter_site(site):
        return sorted(Membership.objects.filter(user__email=email).values_list("group__name", flat=True))


def plain(response, email):
    return re.sub(r"[A-Za-z0-9]{64}|invitations/\d+|\d\d:\d\d", "", response.content.decode()).replace(email, "@")


def test_answer_and_listing_are_the_same_with_and_without_an_account(two_sites, invite_by_form, admin_client):
    known = make_member(two_sites.b, "editor", "jn-editor").email
    pages = []
    for email in (known, NEW):
        answer = plain(invite_by_form(email), email)
        listing = plain(admin_client.get("/admin/users/invitations/"), email)
        pages.append((answer, listing))
        with enter_site(two_sites.a):
            Invitation.objects.all().delete()
    assert pages[0] == pages[1]


def test_asking_takes_the_same_queries_with_and_without_an_account(two_sites, admin_client, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    known = make_member(two_sites.b, "editor", "jn-editor").email
    shapes = []
    admin_client.post("/admin/users/new/", {"email": "warm@example.com", "roles": ["editor"]})
    for email in (known, NEW):
        with CaptureQueriesContext(connection) as queries:
            admin_client.post("/admin/users/new/", {"email": email, "roles": ["editor"]})
        shapes.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
    assert shapes[0] == shapes[1]
    assert not any("accounts_user" in sql and "email" in sql.partition("WHERE")[2] for sql in shapes[0])


def test_mail_is_the_same_with_and_without_an_account(two_sites, invite_by_form, run_mails):
    known = make_member(two_sites.b, "editor", "jn-editor").email
    invite_by_form(known)
    invite_by_form(NEW)
    first, second = run_mails()
    assert first.subject == second.subject
    assert re.sub(r"/invitation/\S+", "", first.body) == re.sub(r"/invitation/\S+", "", second.body)
    assert (first.to, second.to) == ([known], [NEW])


def test_mail_names_the_site_and_links_to_its_own_host(two_sites, invite_by_form, run_mails, link_in):
    invite_by_form(NEW)
    message = run_mails()[0]
    assert "崆峒区司法局" in message.subject
    assert link_in(message)[0] == "http://kongtong.sfj.localhost"


def test_token_stands_in_the_mail_alone(two_sites, invited):
    token = invited().split("/")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE %s", [f"%{token}%"])
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM kongtong.site_core_invitation WHERE digest = %s", [token])
        assert cursor.fetchone()[0] == 0


def test_newcomer_makes_an_account_and_is_a_member_at_once(two_sites, invited, client_of, ledger):
    path, client = invited(NEW, "editor", "reviewer_1"), client_of(two_sites.a)
    page = client.get(path)
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert client.post(path, REGISTRATION).headers["Location"] == "/admin/"
    user = User.objects.get(username="new-person")
    assert (user.email, str(user), user.must_change_password) == (NEW, "李某", False)
    assert roles_of(NEW, two_sites.a) == ["editor", "reviewer_1"]
    assert roles_of(NEW, two_sites.b) == []
    assert client.get("/admin/").status_code == 200
    assert ledger("kongtong", "member.invited")[0].detail["email"] == NEW
    assert ledger("kongtong", "member.invitation_accepted")[0].actor_id == user.pk
    assert ledger("platform", "account.created")[0].object_id == str(user.pk)


def test_account_holder_signs_in_to_accept(two_sites, invited, client_of):
    person = make_member(two_sites.b, "editor", "jn-editor")
    path, client = invited(person.email, "reviewer_2"), client_of(two_sites.a)
    assert "请登录以接受邀请" in client.get(path).content.decode()
    form = {"username": "JN-Editor", "password": PASSWORD}
    assert client.post(path, form).headers["Location"] == "/admin/"
    assert roles_of(person.email, two_sites.a) == ["reviewer_2"]
    assert roles_of(person.email, two_sites.b) == ["editor"]
    assert client.get("/admin/").status_code == 200


def test_signed_in_member_accepts_further_roles_with_one_button(two_sites, invited, signed_in):
    member = make_member(two_sites.a, "editor", "kt-editor")
    path, client = invited(member.email, "reviewer_1"), signed_in(two_sites.a, member)
    assert "接受邀请</button>" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert roles_of(member.email, two_sites.a) == ["editor", "reviewer_1"]


def test_another_signed_in_member_cannot_accept(two_sites, invited, signed_in):
    member = make_member(two_sites.a, "editor", "kt-editor")
    path, client = invited(NEW, "site_admin"), signed_in(two_sites.a, member)
    assert "不是发给当前登录的账号" in client.get(path).content.decode()
    assert client.post(path, REGISTRATION).status_code == 200
    assert roles_of(member.email, two_sites.a) == ["editor"]
    assert not User.objects.filter(username="new-person").exists()


def test_account_with_another_address_cannot_accept(two_sites, invited, client_of):
    holder, other = make_person("the-holder"), make_person("somebody-else")
    path = invited(holder.email)
    response = client_of(two_sites.a).post(path, {"username": other.username, "password": PASSWORD})
    assert "登录名或密码不正确" in response.content.decode()
    assert roles_of(other.email, two_sites.a) == roles_of(holder.email, two_sites.a) == []


def test_other_member_of_the_site_cannot_accept_by_signing_in(two_sites, invited, client_of):
    holder, member = make_person("the-holder"), make_member(two_sites.a, "editor", "kt-editor")
    path = invited(holder.email, "site_admin")
    response = client_of(two_sites.a).post(path, {"username": member.username, "password": PASSWORD})
    assert "登录名或密码不正确" in response.content.decode()
    assert roles_of(member.email, two_sites.a) == ["editor"]


def test_guessing_passwords_on_the_invitation_leads_to_a_lock_out(two_sites, invited, client_of):
    holder = make_person("the-holder")
    path, client = invited(holder.email), client_of(two_sites.a)
    statuses = [client.post(path, {"username": "the-holder", "password": "wrong"}).status_code for _ in range(5)]
    assert statuses[-1] == 429


def test_right_password_of_another_account_counts_as_a_failure(two_sites, invited, client_of):
    holder, other = make_person("the-holder"), make_person("somebody-else")
    path, client = invited(holder.email), client_of(two_sites.a)
    form = {"username": other.username, "password": PASSWORD}
    assert [client.post(path, form).status_code for _ in range(5)][-1] == 429


def test_closed_account_does_not_come_back_by_invitation(two_sites, invited, client_of):
    holder = make_person("the-holder")
    deactivate_person(holder, acting_user=None)
    response = client_of(two_sites.a).post(invited(holder.email), {"username": "the-holder", "password": PASSWORD})
    assert response.status_code == 200
    assert roles_of(holder.email, two_sites.a) == []


def test_link_works_once(two_sites, invited, client_of):
    path = invited()
    client_of(two_sites.a).post(path, REGISTRATION)
    assert client_of(two_sites.a).get(path).status_code == 404
    again = {**REGISTRATION, "username": "second-person"}
    assert client_of(two_sites.a).post(path, again).status_code == 404
    assert not User.objects.filter(username="second-person").exists()


def test_link_of_one_site_is_nothing_on_another(two_sites, invited, client_of):
    path = invited()
    assert client_of(two_sites.b).get(path).status_code == 404
    assert client_of(two_sites.b).post(path, REGISTRATION).status_code == 404
    assert not User.objects.filter(username="new-person").exists()


def test_expired_link_is_refused(two_sites, invited, client_of):
    path = invited()
    with enter_site(two_sites.a):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client_of(two_sites.a).post(path, REGISTRATION).status_code == 404


def test_withdrawn_link_is_refused(two_sites, invited, admin_client, client_of, ledger):
    path = invited()
    with enter_site(two_sites.a):
        number = Invitation.objects.get().pk
    assert admin_client.get(f"/admin/users/invitations/{number}/withdraw/").status_code == 405
    assert admin_client.post(f"/admin/users/invitations/{number}/withdraw/").status_code == 302
    assert client_of(two_sites.a).get(path).status_code == 404
    assert admin_client.post(f"/admin/users/invitations/{number}/withdraw/").status_code == 404
    assert ledger("kongtong", "member.invitation_withdrawn")[0].detail == {"email": NEW}


def test_invitation_of_another_site_is_not_withdrawn(two_sites, admin_client):
    with enter_site(two_sites.b):
        number = invite(NEW, ["editor"], acting_user=None).pk
    assert admin_client.post(f"/admin/users/invitations/{number}/withdraw/").status_code == 404
    assert NEW not in admin_client.get("/admin/users/invitations/").content.decode()


def test_second_open_invitation_to_the_same_address_is_refused(two_sites, invite_by_form):
    invite_by_form(NEW)
    assert "已有一份未接受的邀请" in invite_by_form(NEW.upper()).content.decode()


@pytest.mark.parametrize("role", ["auditor", "moderators", ""])
def test_role_that_a_site_does_not_give_is_refused(two_sites, admin_client, role):
    admin_client.post("/admin/users/new/", {"email": NEW, "roles": [role]})
    with enter_site(two_sites.a):
        assert not Invitation.objects.exists()
        with pytest.raises(InvitationRefused):
            invite(NEW, [role] if role else [], acting_user=None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"username": "Not Allowed"}, "登录名为 3 至 30 位"),
        ({"username": "taken-name"}, "已存在"),
        ({"password2": "Something-else-1"}, "两个密码不一致"),
        ({"password1": "short-1A", "password2": "short-1A"}, "errorlist"),
        ({"password1": "onlysmallletters", "password2": "onlysmallletters"}, "至少三类"),
        ({"last_name": ""}, "errorlist"),
    ],
)
def test_registration_that_breaks_a_rule_says_so_and_keeps_the_link(two_sites, invited, client_of, change, message):
    make_person("taken-name")
    path, client = invited(), client_of(two_sites.a)
    response = client.post(path, {**REGISTRATION, **change})
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert client.post(path, REGISTRATION).status_code == 302


def test_fields_that_nobody_offers_are_ignored_at_registration(two_sites, invited, client_of):
    extra = {"email": "other@example.com", "is_superuser": "on", "roles": "site_admin"}
    client_of(two_sites.a).post(invited(), {**REGISTRATION, **extra})
    user = User.objects.get(username="new-person")
    assert (user.email, user.is_superuser) == (NEW, False)
    assert roles_of(NEW, two_sites.a) == ["editor"]


def known_token(email):
    """An open invitation on the current site; returns its token, which else stands in the mail alone."""
    token, digest = new_token()
    invitation = invite(email, ["editor"], acting_user=None)
    Invitation.objects.filter(pk=invitation.pk).update(digest=digest)
    return token


def test_action_refuses_everybody_but_the_invited_one(two_sites):
    holder, other, closed = (make_person(name) for name in ("the-holder", "somebody-else", "closed-one"))
    with enter_site(two_sites.a):
        with pytest.raises(InvitationRefused):
            accept_invitation(known_token(holder.email), other)
        token = known_token(closed.email)
        with pytest.raises(InvitationRefused):
            accept_invitation(token, deactivate_person(closed, acting_user=None))
        assert not Membership.objects.exists()


def test_action_refuses_an_invitation_that_is_over(two_sites):
    holder = make_person("the-holder")
    with enter_site(two_sites.a):
        token = known_token(holder.email)
        Invitation.objects.update(expires_at=timezone.now())
        with pytest.raises(InvitationRefused):
            accept_invitation(token, holder)
        Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1), accepted_at=timezone.now())
        with pytest.raises(InvitationRefused):
            accept_invitation(token, holder)
        assert not Membership.objects.exists()


def test_visit_of_the_centre_becomes_lasting_by_invitation(two_sites):
    person = make_person("from-the-centre")
    with enter_site(two_sites.a):
        group = Group.objects.get(name="editor")
        Membership.objects.create(user=person, group=group, until=timezone.now() + timedelta(hours=1))
        accept_invitation(known_token(person.email), person)
        assert Membership.objects.get(user=person).until is None


def test_editor_invites_nobody(two_sites, signed_in):
    client = signed_in(two_sites.a, make_member(two_sites.a, "editor", "kt-editor"))
    assert client.post("/admin/users/new/", {"email": NEW, "roles": ["site_admin"]}).headers["Location"] == "/admin/"
    with enter_site(two_sites.a):
        assert not Invitation.objects.exists()


def test_job_that_runs_again_leaves_one_good_link(two_sites, invite_by_form, run_mails, client_of, link_in):
    from site_core.member_mail import send_invitation

    invite_by_form(NEW)
    first = link_in(run_mails()[0])[1]
    with enter_site(two_sites.a):
        send_invitation(invitation_id=Invitation.objects.get().pk)
    from django.core import mail

    second = link_in(mail.outbox[-1])[1]
    assert client_of(two_sites.a).get(first).status_code == 404
    assert client_of(two_sites.a).get(second).status_code == 200


def test_two_requests_with_one_token_make_one_membership(cluster_db):
    """Both hold the token at the same time; the row's lock lets one of them in."""
    person = make_person("the-holder")
    with enter_site("kongtong"):
        token = known_token(person.email)
    start, answers = threading.Barrier(2), []

    def accept():
        start.wait()
        try:
            with enter_site("kongtong"):
                accept_invitation(token, User.objects.get(pk=person.pk))
            answers.append("in")
        except InvitationRefused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["in", "refused"]
