"""The centre's way into a site: one link, once, for a minute, with the rights of the role, and nothing left behind."""

import re
import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from accounts.actions import EntryRefused, create_entry_link, deactivate_person, grant_role, revoke_role
from accounts.models import EntryLink, User
from site_core.models import Membership, Session
from tenants.actions import change_state
from tenants.current import enter_site
from tests.factories import make_central, make_member


@pytest.fixture
def centre(db):
    return make_central("platform_admin", "the-centre")


@pytest.fixture
def link_to(two_sites, city, centre):
    """`link_to(site)`: path of a fresh entry link, made in the city's console."""

    def path(site=None, role="platform_admin", user=None):
        with enter_site(city):
            url = create_entry_link(acting_user=user or centre, site=site or two_sites.a, role=role)
        return urlsplit(url).path

    return path


def memberships(user, site):
    with enter_site(site):
        return {row.group.name: row.until for row in Membership.objects.filter(user=user).select_related("group")}


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_link_leads_to_the_sites_own_host_and_opens_its_admin(two_sites, city, centre, client_of):
    with enter_site(city):
        url = create_entry_link(acting_user=centre, site=two_sites.a, role="platform_admin")
    assert url.startswith("http://kongtong.sfj.localhost/admin/enter/")
    client = client_of(two_sites.a)
    response = client.get(urlsplit(url).path)
    assert response.headers["Location"] == "/admin/"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert is_in(client)


@pytest.mark.parametrize(
    ("role", "group"), [("platform_admin", "site_admin"), ("central_editor", "editor"), ("auditor", "auditor")]
)
def test_role_gives_its_group_for_eight_hours(two_sites, client_of, link_to, role, group):
    person = make_central(role, "somebody-central")
    client_of(two_sites.a).get(link_to(role=role, user=person))
    ((name, until),) = memberships(person, two_sites.a).items()
    assert name == group
    assert timedelta(hours=7, minutes=59) < until - timezone.now() <= timedelta(hours=8)
    assert memberships(person, two_sites.b) == {}


def test_entry_stands_in_both_ledgers(two_sites, centre, client_of, link_to, ledger):
    client_of(two_sites.a).get(link_to())
    for chain in ("platform", "kongtong"):
        (made,), (entered,) = ledger(chain, "visit.link_created"), ledger(chain, "visit.entered")
        assert made.actor_id == entered.actor_id == centre.pk
        assert entered.object_name == two_sites.a.name
        assert entered.detail == {"role": "platform_admin"}
    assert ledger("kongtong", "account.login")


def assert_refused(client, path):
    response = client.get(path)
    assert response.status_code == 403
    assert "链接无效或已过期" in response.content.decode()
    assert not is_in(client)


def test_link_works_once(two_sites, client_of, link_to, ledger):
    path = link_to()
    client_of(two_sites.a).get(path)
    assert_refused(client_of(two_sites.a), path)
    assert len(ledger("kongtong", "visit.refused")) == 1


def test_link_is_nothing_on_another_site_and_stays_good_for_its_own(two_sites, client_of, link_to):
    path = link_to()
    assert_refused(client_of(two_sites.b), path)
    client = client_of(two_sites.a)
    client.get(path)
    assert is_in(client)


def test_expired_link_is_refused(two_sites, client_of, link_to):
    path = link_to()
    EntryLink.objects.update(expires_at=timezone.now())
    assert_refused(client_of(two_sites.a), path)


def test_link_lasts_as_the_settings_say(two_sites, link_to, settings):
    link_to()
    left = EntryLink.objects.get().expires_at - timezone.now()
    assert timedelta(seconds=55) < left <= timedelta(seconds=settings.ENTRY_LINK_SECONDS)


def test_forged_link_is_refused(two_sites, client_of, link_to):
    path = link_to()
    assert_refused(client_of(two_sites.a), path[:-2] + "x/")
    assert_refused(client_of(two_sites.a), f"/admin/enter/{EntryLink.objects.get().digest}/")


def test_all_refusals_look_alike(two_sites, client_of, link_to):
    used, expired, foreign = link_to(), link_to(), link_to(two_sites.b)
    client_of(two_sites.a).get(used)
    EntryLink.objects.filter(used_at=None, schema_name="kongtong").update(expires_at=timezone.now())
    client = client_of(two_sites.a)
    answers = {client.get(path).content.decode() for path in (used, expired, foreign, "/admin/enter/forged/")}
    assert len({re.sub(r"[A-Za-z0-9]{64}", "", answer) for answer in answers}) == 1


def test_token_is_kept_as_a_digest_alone(link_to):
    token = link_to().split("/")[3]
    assert EntryLink.objects.get().digest != token
    assert token not in str(EntryLink.objects.values().get())


def test_link_of_a_closed_account_is_refused(two_sites, centre, client_of, link_to):
    make_central("platform_admin", "another")
    path = link_to()
    deactivate_person(centre, acting_user=None)
    assert_refused(client_of(two_sites.a), path)


def test_link_for_a_role_that_was_lost_is_refused(two_sites, client_of, link_to):
    person = make_central("central_editor", "central-editor")
    path = link_to(role="central_editor", user=person)
    revoke_role(person, "central_editor", acting_user=None)
    assert_refused(client_of(two_sites.a), path)


def test_nobody_makes_a_link_for_a_role_not_held(two_sites, city, centre):
    editor = make_member(two_sites.a, "site_admin", "kt-admin")
    for user, role in ((editor, "platform_admin"), (centre, "auditor"), (centre, "site_admin"), (centre, "")):
        with enter_site(city), pytest.raises(EntryRefused):
            create_entry_link(acting_user=user, site=two_sites.b, role=role)


@pytest.mark.parametrize(("state", "notice"), [("suspended", "维护"), ("archived", "")])
def test_site_that_lets_nobody_in_gives_no_link(two_sites, city, centre, state, notice):
    site = change_state(two_sites.a, state, notice=notice)
    with enter_site(city), pytest.raises(EntryRefused):
        create_entry_link(acting_user=centre, site=site, role="platform_admin")


def test_logout_ends_the_visit_and_its_membership(two_sites, centre, client_of, link_to, ledger):
    client = client_of(two_sites.a)
    client.get(link_to())
    client.post("/admin/logout/")
    assert memberships(centre, two_sites.a) == {}
    assert not is_in(client)
    assert len(ledger("kongtong", "visit.ended")) == 1


def test_visit_is_over_after_its_time(two_sites, centre, client_of, link_to):
    client = client_of(two_sites.a)
    client.get(link_to())
    with enter_site(two_sites.a):
        Membership.objects.filter(user=centre).update(until=timezone.now())
    assert not is_in(client)
    assert memberships(centre, two_sites.a) == {}
    with enter_site(two_sites.a):
        assert not Session.objects.filter(user_id=centre.pk).exists()


def test_visit_is_over_when_the_role_is_lost(two_sites, client_of, link_to, ledger):
    person = make_central("central_editor", "central-editor")
    client = client_of(two_sites.a)
    client.get(link_to(role="central_editor", user=person))
    assert is_in(client)
    revoke_role(person, "central_editor", acting_user=None)
    assert not is_in(client)
    assert memberships(person, two_sites.a) == {}


def test_visit_is_over_when_the_account_is_closed(two_sites, centre, client_of, link_to):
    make_central("platform_admin", "another")
    client = client_of(two_sites.a)
    client.get(link_to())
    deactivate_person(centre, acting_user=None)
    assert not is_in(client)


def test_lasting_membership_of_the_same_group_is_never_touched(two_sites, client_of, link_to):
    person = make_member(two_sites.a, "editor", "kt-editor")
    grant_role(person, "central_editor", acting_user=None)
    client = client_of(two_sites.a)
    client.get(link_to(role="central_editor", user=person))
    assert memberships(person, two_sites.a) == {"editor": None}
    client.post("/admin/logout/")
    assert memberships(person, two_sites.a) == {"editor": None}


def test_lent_rights_go_from_other_sessions_too_and_the_own_ones_stay(two_sites, signed_in, client_of, link_to):
    person = make_member(two_sites.a, "editor", "kt-editor")
    grant_role(person, "platform_admin", acting_user=None)
    own = signed_in(two_sites.a, person)
    client_of(two_sites.a).get(link_to(user=person))
    assert own.get("/admin/users/").status_code == 200
    with enter_site(two_sites.a):
        Membership.objects.visiting().update(until=timezone.now())
    assert own.get("/admin/users/").status_code == 302
    assert is_in(own)
    assert memberships(person, two_sites.a) == {"editor": None}


def test_password_opens_no_site_where_the_person_only_visits(two_sites, centre, client_of, link_to):
    from tests.factories import PASSWORD

    client_of(two_sites.a).get(link_to())
    form = {"username": "the-centre", "password": PASSWORD}
    assert client_of(two_sites.a).post("/admin/login/", form).status_code == 200


def test_second_visit_prolongs_the_first(two_sites, centre, client_of, link_to):
    client_of(two_sites.a).get(link_to())
    with enter_site(two_sites.a):
        Membership.objects.filter(user=centre).update(until=timezone.now() + timedelta(minutes=1))
    client_of(two_sites.a).get(link_to())
    assert memberships(centre, two_sites.a)["site_admin"] > timezone.now() + timedelta(hours=7)


def test_auditor_sees_no_editing_screen(two_sites, client_of, link_to):
    person = make_central("auditor", "the-auditor")
    client = client_of(two_sites.a)
    client.get(link_to(role="auditor", user=person))
    assert is_in(client)
    assert client.get("/admin/users/").status_code == 302
    assert client.get("/admin/images/add/").status_code == 302


def test_old_links_are_cleared_away(link_to):
    link_to()
    EntryLink.objects.update(expires_at=timezone.now() - timedelta(days=2))
    link_to()
    assert EntryLink.objects.count() == 1


def test_two_requests_with_one_link_let_one_in(cluster_db):
    from accounts.actions import redeem_entry_link
    from tenants.models import Organisation

    centre = make_central("platform_admin", "the-centre")
    site = Organisation.objects.get(schema_name="kongtong")
    token = urlsplit(create_entry_link(acting_user=centre, site=site, role="platform_admin")).path.split("/")[3]
    start, answers = threading.Barrier(2), []

    def enter():
        start.wait()
        try:
            with enter_site("kongtong"):
                redeem_entry_link(token)
            answers.append("in")
        except EntryRefused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["in", "refused"]


def test_person_with_a_given_password_sets_an_own_one_first(two_sites, centre, client_of, link_to):
    User.objects.filter(pk=centre.pk).update(must_change_password=True)
    client = client_of(two_sites.a)
    client.get(link_to())
    assert client.get("/admin/").headers["Location"] == "/admin/first-password/"


def test_group_of_each_visiting_role_is_there_on_every_site(two_sites):
    from site_core.roles import VISITING_GROUP

    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            names = set(Group.objects.values_list("name", flat=True))
        assert set(VISITING_GROUP.values()) <= names
