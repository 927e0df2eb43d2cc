"""Accounts and platform roles: who may change them, which duties stay apart, and what stands in the ledger."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import actions
from accounts.actions import RoleRefused
from accounts.models import PlatformRole, User
from accounts.permissions import list_platform_roles
from site_core.models import Membership
from tenants.current import enter_site
from tests.factories import PASSWORD, make_central, make_member, make_person

STRONG = "Ganz-Neu-2024"
NEWCOMER: dict[str, Any] = {"username": "new-person", "email": "New@Example.com", "password": STRONG, "last_name": "李"}


@pytest.fixture
def administrator(db):
    return make_central("platform_admin", "the-administrator")


def test_person_is_made_with_a_password_to_change(administrator, ledger):
    user = actions.create_person(acting_user=administrator, **NEWCOMER)
    assert (user.email, user.must_change_password, user.is_active) == ("new@example.com", True, True)
    assert user.check_password(STRONG)
    entry = ledger("platform", "account.created")[0]
    assert (entry.actor_id, entry.object_id) == (administrator.pk, str(user.pk))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "A b"}, "username"),
        ({"username": "taken-name"}, "username"),
        ({"email": "no address"}, "email"),
        ({"email": "Taken-Name@example.invalid"}, "email"),
        ({"password": "onlysmallletters"}, "password"),
        ({"password": "new-person-1A"}, "password"),
    ],
)
def test_person_that_breaks_a_rule_is_refused_at_the_field(administrator, change, field):
    make_person("taken-name")
    with pytest.raises(ValidationError) as refused:
        actions.create_person(acting_user=administrator, **{**NEWCOMER, **change})
    assert list(refused.value.error_dict) == [field]
    assert not User.objects.filter(username="new-person").exists()


def test_login_name_is_taken_in_any_case(administrator):
    actions.create_person(acting_user=administrator, **NEWCOMER)
    other = {**NEWCOMER, "username": "NEW-Person", "email": "other@example.com"}
    with pytest.raises(ValidationError):
        actions.create_person(acting_user=administrator, **other)


WRITES = {
    "create_person": lambda user, acting: actions.create_person(acting_user=acting, **NEWCOMER),
    "deactivate_person": lambda user, acting: actions.deactivate_person(user, acting_user=acting),
    "reactivate_person": lambda user, acting: actions.reactivate_person(user, acting_user=acting),
    "grant_role": lambda user, acting: actions.grant_role(user, "platform_admin", acting_user=acting),
    "revoke_role": lambda user, acting: actions.revoke_role(user, "platform_admin", acting_user=acting),
    "change_name": lambda user, acting: actions.change_name(user, last_name="a", first_name="b", acting_user=acting),
    "change_email": lambda user, acting: actions.change_email(user, "x@example.com", acting_user=acting),
    "change_password": lambda user, acting: actions.change_password(user, STRONG, acting_user=acting),
    "reset_password": lambda user, acting: actions.reset_password(user, acting_user=acting),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("role", ["auditor", "central_editor", "site_admin"])
def test_write_is_refused_to_everybody_but_administrators(two_sites, write, role):
    acting = make_member(two_sites.a, role, "somebody") if role == "site_admin" else make_central(role, "somebody")
    person = make_person("the-person")
    with pytest.raises(PermissionDenied):
        WRITES[write](person, acting)
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_not_even_an_administrator_chooses_anothers_password(administrator):
    with pytest.raises(PermissionDenied):
        actions.change_password(make_person("the-person"), STRONG, acting_user=administrator)


@pytest.mark.parametrize(("first", "second"), [("platform_admin", "auditor"), ("auditor", "platform_admin")])
def test_administration_and_audit_are_never_one_persons(administrator, first, second):
    person = make_person("the-person")
    actions.grant_role(person, first, acting_user=administrator)
    with pytest.raises(RoleRefused, match="职责分离"):
        actions.grant_role(person, second, acting_user=administrator)
    assert list_platform_roles(User.objects.get(pk=person.pk)) == {first}


def test_central_editor_may_be_combined(administrator):
    person = make_person("the-person")
    for role in ("central_editor", "auditor"):
        actions.grant_role(person, role, acting_user=administrator)
    assert list_platform_roles(User.objects.get(pk=person.pk)) == {"central_editor", "auditor"}


def test_role_that_does_not_exist_is_refused(administrator):
    with pytest.raises(RoleRefused):
        actions.grant_role(make_person("the-person"), "superuser", acting_user=administrator)


def test_role_is_granted_and_revoked_once_in_the_ledger(administrator, ledger):
    person = make_person("the-person")
    for _ in range(2):
        actions.grant_role(person, "auditor", acting_user=administrator)
    for _ in range(2):
        actions.revoke_role(person, "auditor", acting_user=administrator)
    assert [entry.detail for entry in ledger("platform", "account.role_granted")] == [{"role": "auditor"}]
    assert [entry.detail for entry in ledger("platform", "account.role_revoked")] == [{"role": "auditor"}]
    assert not PlatformRole.objects.filter(user=person).exists()


def test_last_administrator_stays(administrator):
    with pytest.raises(RoleRefused):
        actions.deactivate_person(administrator, acting_user=None)
    with pytest.raises(RoleRefused):
        actions.revoke_role(administrator, "platform_admin", acting_user=None)


def test_closed_administrator_does_not_count_as_another_one(administrator):
    closed = make_central("platform_admin", "closed-one")
    actions.deactivate_person(closed, acting_user=administrator)
    with pytest.raises(RoleRefused):
        actions.revoke_role(administrator, "platform_admin", acting_user=None)


def test_nobody_closes_or_demotes_oneself(administrator):
    make_central("platform_admin", "another-one")
    with pytest.raises(RoleRefused):
        actions.deactivate_person(administrator, acting_user=administrator)
    with pytest.raises(RoleRefused):
        actions.revoke_role(administrator, "platform_admin", acting_user=administrator)


def test_closed_account_keeps_memberships_and_gets_no_role(two_sites, administrator):
    person = make_member(two_sites.a, "editor")
    actions.deactivate_person(person, acting_user=administrator)
    with pytest.raises(RoleRefused):
        actions.grant_role(person, "auditor", acting_user=administrator)
    with enter_site(two_sites.a):
        assert Membership.objects.filter(user=person).exists()
        assert not User.objects.get(pk=person.pk).has_perm("wagtailadmin.access_admin")


def test_administrator_resets_a_password_that_must_be_changed(administrator, ledger):
    person = make_person("the-person")
    password = actions.reset_password(person, acting_user=administrator)
    person = User.objects.get(pk=person.pk)
    assert person.check_password(password)
    assert person.must_change_password
    assert password not in str(ledger("platform", "account.password_reset")[0].detail)


def test_random_password_keeps_the_rules():
    from django.contrib.auth.password_validation import validate_password

    passwords = {actions.random_password() for _ in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        validate_password(password)


def test_address_is_one_persons_whatever_its_case(db):
    make_person("the-person")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="other-person", email="THE-PERSON@example.invalid")


def test_no_row_is_a_superuser(db):
    person = make_person("the-person")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_superuser=True)


def test_membership_is_added_on_one_site_alone(two_sites, ledger):
    person = make_person("the-person")
    actions.add_membership(person, two_sites.a, ["editor", "reviewer_1"], acting_user=None)
    with enter_site(two_sites.a):
        assert set(Membership.objects.values_list("group__name", flat=True)) == {"editor", "reviewer_1"}
    with enter_site(two_sites.b):
        assert not Membership.objects.exists()
    assert ledger("kongtong", "member.added")[0].detail == {"roles": ["editor", "reviewer_1"]}


@pytest.mark.parametrize("roles", [[], ["no_such_role"], ["editor", "no_such_role"]])
def test_membership_in_a_group_that_is_not_there_is_refused_whole(two_sites, roles):
    person = make_person("the-person")
    with pytest.raises(RoleRefused):
        actions.add_membership(person, two_sites.a, roles, acting_user=None)
    with enter_site(two_sites.a):
        assert not Membership.objects.filter(user=person).exists()
