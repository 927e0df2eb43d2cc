"""`create_person` and `invite`: everything or nothing, and a password that is shown once."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from accounts.permissions import list_platform_roles
from site_core.models import Invitation, Membership
from tenants.current import enter_site
from tests.factories import make_person


def create(*arguments):
    out = StringIO()
    call_command("create_person", "new-person", "--email", "new@example.com", *arguments, stdout=out)
    return out.getvalue()


def test_person_gets_roles_and_memberships(two_sites):
    create("--role", "central_editor", "--member", "kongtong:editor", "--member", "jingning:site_admin")
    user = User.objects.get(username="new-person")
    assert list_platform_roles(user) == {"central_editor"}
    for site, group in ((two_sites.a, "editor"), (two_sites.b, "site_admin")):
        with enter_site(site):
            assert Membership.objects.get(user=user).group.name == group


def test_random_password_is_shown_once_and_must_be_changed(db):
    result = json.loads(create("--json"))
    user = User.objects.get(username="new-person")
    assert user.check_password(result["password"])
    assert user.must_change_password


def test_password_of_the_environment_is_taken_and_not_shown(db, monkeypatch):
    monkeypatch.setenv("PERSON_PASSWORD", "Ganz-Neu-2024")
    assert "Ganz-Neu-2024" not in create()
    assert User.objects.get(username="new-person").check_password("Ganz-Neu-2024")


def test_weak_password_is_refused_but_for_the_demo(db, monkeypatch, settings):
    monkeypatch.setenv("PERSON_PASSWORD", "weak")
    with pytest.raises(CommandError):
        create()
    create("--demo")
    assert not User.objects.get(username="new-person").must_change_password


def test_demo_account_is_refused_elsewhere(db, settings):
    settings.CLUSTER_DEMO = False
    with pytest.raises(CommandError):
        create("--demo")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--member", "kongtong:no_such_role"],
        ["--member", "no_such_site:editor"],
        ["--member", "kongtong"],
        ["--role", "platform_admin", "--role", "auditor"],
    ],
)
def test_what_does_not_fit_leaves_no_account(two_sites, arguments):
    with pytest.raises(CommandError):
        create(*arguments)
    assert not User.objects.filter(username="new-person").exists()


def test_name_that_is_there_is_refused_or_left_alone(db):
    make_person("new-person")
    with pytest.raises(CommandError):
        create()
    assert json.loads(create("--if-missing", "--json")) == {"username": "new-person", "created": False}


def test_invitation_is_mailed_to_the_first_administrator(two_sites, run_mails, link_in):
    call_command("invite", "kongtong", "first@example.com", "--role", "site_admin", stdout=StringIO())
    (message,) = run_mails()
    assert message.to == ["first@example.com"]
    assert link_in(message)[0] == "http://kongtong.sfj.localhost"
    with enter_site(two_sites.b):
        assert not Invitation.objects.exists()


@pytest.mark.parametrize(("site", "email"), [("no_such_site", "a@example.com"), ("kongtong", "no address")])
def test_invitation_that_does_not_fit_is_refused(two_sites, site, email):
    with pytest.raises(CommandError):
        call_command("invite", site, email, "--role", "editor", stdout=StringIO())
