"""The member screens: they list and edit memberships of this site, and nothing of a person."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from site_core.member_actions import MemberRefused, change_roles, remove_member
from site_core.models import Membership, Session
from tenants.current import enter_site
from tests.factories import make_central, make_member, make_person


@pytest.fixture
def admin(two_sites):
    return make_member(two_sites.a, "site_admin", "kt-admin")


@pytest.fixture
def admin_client(two_sites, admin, signed_in):
    return signed_in(two_sites.a, admin)


def roles_of(user, site):
    with enter_site(site):
        return sorted(Membership.objects.filter(user=user).values_list("group__name", flat=True))


def join(user, site, group, **fields):
    with enter_site(site):
        Membership.objects.create(user=user, group=Group.objects.get(name=group), **fields)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_list_shows_members_of_this_site_alone(two_sites, admin_client):
    make_member(two_sites.a, "editor", "kt-editor")
    make_member(two_sites.b, "editor", "jn-editor")
    make_person("no-member")
    text = text_of(admin_client.get("/admin/users/"))
    assert "kt-editor" in text
    assert "编辑" in text
    assert "jn-editor" not in text
    assert "no-member" not in text


def test_list_marks_people_of_the_centre_and_hides_their_address(two_sites, admin_client):
    centre = make_central("central_editor", "the-centre")
    until = timezone.now() + timedelta(hours=1)
    join(centre, two_sites.a, "editor", until=until)
    page = admin_client.get("/admin/users/")
    assert "中心人员（临时" in text_of(page)
    assert centre.email not in page.content.decode()
    assert f"/admin/users/edit/{centre.pk}/" not in page.content.decode()


@pytest.mark.parametrize("query", ["jn-editor", "jn-editor@example.invalid", "李四"])
def test_search_finds_nobody_of_another_site(two_sites, admin_client, query):
    stranger = make_member(two_sites.b, "editor", "jn-editor")
    User.objects.filter(pk=stranger.pk).update(last_name="李", first_name="四")
    assert "jn-editor" not in text_of(admin_client.get("/admin/users/results/", {"q": query})).replace(query, "")


def test_search_finds_a_member_by_whole_name(two_sites, admin_client):
    member = make_member(two_sites.a, "editor", "kt-editor")
    User.objects.filter(pk=member.pk).update(last_name="李", first_name="四")
    assert "kt-editor" in text_of(admin_client.get("/admin/users/results/", {"q": "李四"}))


def test_filter_by_role_shows_those_who_have_it(two_sites, admin_client):
    make_member(two_sites.a, "editor", "kt-editor")
    text = text_of(admin_client.get("/admin/users/results/", {"role": "editor"}))
    assert "kt-editor" in text
    assert "kt-admin" not in text


def test_list_takes_as_many_queries_for_many_as_for_few(two_sites, admin_client, django_assert_max_num_queries):
    for number in range(12):
        make_member(two_sites.a, "editor", f"kt-editor-{number}")
    admin_client.get("/admin/users/")
    with django_assert_max_num_queries(22):
        admin_client.get("/admin/users/")


@pytest.mark.parametrize("screen", ["edit", "delete", "sessions"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_person_who_is_no_member_here_is_not_found(two_sites, admin_client, screen, method):
    stranger = make_member(two_sites.b, "editor", "jn-editor")
    form = {"roles": ["site_admin"]}
    assert getattr(admin_client, method)(f"/admin/users/{screen}/{stranger.pk}/", form).status_code == 404
    assert getattr(admin_client, method)(f"/admin/users/{screen}/999999/", form).status_code == 404
    assert roles_of(stranger, two_sites.a) == []
    assert roles_of(stranger, two_sites.b) == ["editor"]


def test_visitor_of_the_centre_is_not_edited(two_sites, admin_client):
    centre = make_central("central_editor", "the-centre")
    join(centre, two_sites.a, "editor", until=timezone.now() + timedelta(hours=1))
    assert admin_client.get(f"/admin/users/edit/{centre.pk}/").status_code == 404


def test_roles_are_changed_here_alone(two_sites, admin_client, ledger):
    member = make_member(two_sites.a, "editor", "kt-editor")
    join(member, two_sites.b, "editor")
    form = {"roles": ["reviewer_1", "reviewer_2"]}
    assert admin_client.post(f"/admin/users/edit/{member.pk}/", form).status_code == 302
    assert roles_of(member, two_sites.a) == ["reviewer_1", "reviewer_2"]
    assert roles_of(member, two_sites.b) == ["editor"]
    entry = ledger("kongtong", "member.roles_changed")[0]
    assert entry.detail == {"from": ["editor"], "to": ["reviewer_1", "reviewer_2"]}


PERSONAL_FIELDS = {
    "username": "taken-over",
    "email": "evil@example.com",
    "first_name": "改",
    "last_name": "名",
    "password1": "Evil-Password-1",
    "password2": "Evil-Password-1",
    "is_active": "",
    "is_superuser": "on",
    "groups": "1",
}


def test_role_form_has_no_field_of_the_person(two_sites, admin_client):
    member = make_member(two_sites.a, "editor", "kt-editor")
    page = admin_client.get(f"/admin/users/edit/{member.pk}/").content.decode()
    names = set(re.findall(r'name="([^"]+)"', page.partition('id="w-editor-form"')[2]))
    assert names <= {"csrfmiddlewaretoken", "roles"}


def test_fields_of_the_person_that_are_sent_along_change_nothing(two_sites, admin_client):
    member = make_member(two_sites.a, "editor", "kt-editor")
    before = User.objects.filter(pk=member.pk).values().get()
    admin_client.post(f"/admin/users/edit/{member.pk}/", {"roles": ["editor"], **PERSONAL_FIELDS})
    assert User.objects.filter(pk=member.pk).values().get() == before


def test_group_that_a_site_may_not_give_is_refused(two_sites, admin_client):
    member = make_member(two_sites.a, "editor", "kt-editor")
    assert admin_client.post(f"/admin/users/edit/{member.pk}/", {"roles": ["auditor"]}).status_code == 200
    assert roles_of(member, two_sites.a) == ["editor"]


def test_member_without_any_role_is_refused(two_sites, admin_client):
    member = make_member(two_sites.a, "editor", "kt-editor")
    response = admin_client.post(f"/admin/users/edit/{member.pk}/", {})
    assert "请至少选择一个角色" in response.content.decode()
    assert roles_of(member, two_sites.a) == ["editor"]


def test_administrator_keeps_the_own_role(two_sites, admin, admin_client):
    response = admin_client.post(f"/admin/users/edit/{admin.pk}/", {"roles": ["editor"]})
    assert "不能取消自己的网站管理员角色" in response.content.decode()
    assert roles_of(admin, two_sites.a) == ["site_admin"]


def test_administrator_cannot_remove_oneself(two_sites, admin, admin_client):
    response = admin_client.post(f"/admin/users/delete/{admin.pk}/", follow=True)
    assert "不能把自己移出本站" in response.content.decode()
    assert roles_of(admin, two_sites.a) == ["site_admin"]


def test_removed_member_keeps_account_and_other_sites_but_no_session_here(two_sites, admin_client, signed_in, ledger):
    member = make_member(two_sites.a, "editor", "kt-editor")
    join(member, two_sites.b, "editor")
    here, there = signed_in(two_sites.a, member), signed_in(two_sites.b, member)
    assert admin_client.post(f"/admin/users/delete/{member.pk}/").status_code == 302
    assert roles_of(member, two_sites.a) == []
    assert roles_of(member, two_sites.b) == ["editor"]
    with enter_site(two_sites.a):
        assert not Session.objects.filter(user_id=member.pk).exists()
    assert here.get("/admin/").status_code == 302
    assert there.get("/admin/").status_code == 200
    assert User.objects.get(pk=member.pk).is_active
    assert ledger("kongtong", "member.removed")[0].object_id == str(member.pk)


def test_editor_sees_no_member_screen(two_sites, signed_in):
    editor = make_member(two_sites.a, "editor", "kt-editor")
    client = signed_in(two_sites.a, editor)
    addresses = ["", "new/", "invitations/", f"edit/{editor.pk}/", f"delete/{editor.pk}/", f"sessions/{editor.pk}/"]
    for address in addresses:
        assert client.get(f"/admin/users/{address}").headers.get("Location") == "/admin/", address
    assert client.get("/admin/groups/").headers.get("Location") == "/admin/"
    assert "/admin/users/" not in client.get("/admin/").content.decode()


def test_administrator_of_one_site_has_no_say_on_another(two_sites, admin):
    member = make_member(two_sites.b, "editor", "jn-editor")
    with enter_site(two_sites.b):
        person = User.objects.get(pk=admin.pk)
        with pytest.raises(PermissionDenied):
            change_roles(member, ["site_admin"], acting_user=person)
        with pytest.raises(PermissionDenied):
            remove_member(member, acting_user=person)


def test_actions_refuse_who_is_no_member(two_sites, admin):
    stranger = make_member(two_sites.b, "editor", "jn-editor")
    with enter_site(two_sites.a):
        with pytest.raises(MemberRefused):
            change_roles(stranger, ["editor"], acting_user=admin)
        with pytest.raises(MemberRefused):
            remove_member(stranger, acting_user=admin)


@pytest.mark.parametrize("roles", [["auditor"], ["editor", "auditor"], ["no_such_role"], []])
def test_action_refuses_roles_that_a_site_does_not_give(two_sites, admin, roles):
    member = make_member(two_sites.a, "editor", "kt-editor")
    with enter_site(two_sites.a), pytest.raises(MemberRefused):
        change_roles(member, roles, acting_user=admin)
    assert roles_of(member, two_sites.a) == ["editor"]


def test_roles_are_listed_with_their_rights_and_not_edited(admin_client):
    text = text_of(admin_client.get("/admin/groups/"))
    assert "网站管理员" in text
    assert "管理网站成员" in text
    for address in ("new/", "edit/1/", "delete/1/", "history/1/", "usage/1/", "results/"):
        assert admin_client.get(f"/admin/groups/{address}").status_code == 404, address


def test_settings_menu_leads_to_members_and_roles(admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert "/admin/users/" in page
    assert "/admin/groups/" in page
