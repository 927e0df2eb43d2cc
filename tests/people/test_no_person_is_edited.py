"""Wagtail's own ways to edit persons do not exist on a site: no screen, no bulk action, no field."""

import pytest
from django.urls import get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from accounts.models import User
from tests.factories import make_member


@pytest.fixture
def admin_client(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "site_admin", "kt-admin"))


def names_in(namespace):
    def walk(resolver, inside):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, inside or pattern.namespace == namespace)
            elif inside:
                yield pattern.name

    return set(walk(get_resolver(), False))


def test_user_screens_are_ours_alone():
    expected = {"index", "index_results", "add", "edit", "delete", "sessions", "invitations", "withdraw"}
    assert names_in("wagtailusers_users") == expected


def test_role_screens_are_ours_alone():
    assert names_in("wagtailusers_groups") == {"index"}


@pytest.mark.parametrize("screen", ["copy", "inspect", "history", "history-results", "usage", "reorder"])
def test_other_screen_about_a_person_is_not_found(two_sites, admin_client, screen):
    member = make_member(two_sites.a, "editor", "kt-editor")
    assert admin_client.get(f"/admin/users/{screen}/{member.pk}/").status_code == 404


@pytest.mark.parametrize("action", ["assign_role", "delete", "set_active_state"])
def test_bulk_action_on_persons_is_not_found(two_sites, admin_client, action):
    member = make_member(two_sites.a, "editor", "kt-editor")
    address = f"/admin/bulk/accounts/user/{action}/?id={member.pk}"
    form = {"role": "1", "mark_as_active": "False"}
    assert admin_client.get(address).status_code == 404
    assert admin_client.post(address, form).status_code == 404
    assert User.objects.get(pk=member.pk).is_active


def test_no_bulk_action_knows_persons_memberships_or_groups():
    for app, model in (("accounts", "user"), ("site_core", "membership"), ("auth", "group")):
        assert not list(bulk_action_registry.get_bulk_actions_for_model(app, model)), model


def test_user_listing_offers_no_bulk_action_and_no_export(admin_client):
    page = admin_client.get("/admin/users/").content.decode()
    assert "bulk-action" not in page
    assert "export=" not in page


def test_nobody_on_a_site_holds_a_permission_on_persons(two_sites):
    from django.contrib.auth.models import Permission

    from tenants.current import enter_site

    with enter_site(two_sites.a):
        held = Permission.objects.filter(group__isnull=False, content_type__model__in=["user", "group", "apitoken"])
        assert not held.exists()
