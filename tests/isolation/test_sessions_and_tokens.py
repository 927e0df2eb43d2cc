"""What opens one site opens no other: sessions, cookies, unlocked pages, tokens, what a clone might bring (L18, L19, L23).

Links of mails, invitations and the centre's entry are tried on another site in tests/people.
"""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import ProgrammingError, connection, transaction
from wagtail.models import APIToken, PageViewRestriction

from accounts.tokens import EmailChange, find_email_change, reset_tokens, sign_email_change
from site_core.models import Membership
from site_core.sessions import SessionStore
from tenants.checks import check_cookies
from tenants.current import NoCurrentSite, enter_site
from tenants.schema_copy import NEVER_COPIED
from tests.factories import PASSWORD, make_article, make_member


@pytest.fixture
def both(two_sites):
    """A person with the same role on both sites."""
    user = make_member(two_sites.a, "site_admin", "on-both")
    with enter_site(two_sites.b):
        Membership.objects.create(user=user, group=Group.objects.get(name="site_admin"))
    return user


def copy_rows(table):
    """What a careless clone would do."""
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO jingning."{table}" OVERRIDING SYSTEM VALUE SELECT * FROM kongtong."{table}"')


def cookie_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_session_that_was_copied_into_another_site_opens_nothing_there(two_sites, both, signed_in, client_of):
    here, there = signed_in(two_sites.a, both), client_of(two_sites.b)
    copy_rows("site_core_session")
    there.cookies[settings.SESSION_COOKIE_NAME] = cookie_of(here)
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_copied_session_is_empty_where_it_was_not_made(two_sites, both, signed_in):
    key = cookie_of(signed_in(two_sites.a, both))
    copy_rows("site_core_session")
    with enter_site(two_sites.a):
        assert SessionStore(key).load()["_auth_user_id"] == str(both.pk)
    with enter_site(two_sites.b):
        assert SessionStore(key).load() == {}


def test_session_holds_nothing_outside_of_a_site(two_sites, both, signed_in):
    key = cookie_of(signed_in(two_sites.a, both))
    with pytest.raises(ProgrammingError), transaction.atomic():
        SessionStore(key).load()
    with pytest.raises(NoCurrentSite):
        SessionStore(key).create_model_instance({})


def test_person_of_a_session_is_bound_to_its_site_as_well(two_sites, both):
    hashes = set()
    for site in (two_sites.a, two_sites.b):
        with enter_site(site):
            hashes.add(both.get_session_auth_hash())
    assert len({*hashes, both.get_session_auth_hash()}) == 3


def test_cookies_name_no_domain_so_that_no_other_host_gets_them(two_sites, both, client_of):
    response = client_of(two_sites.a).post("/admin/login/", {"username": both.username, "password": PASSWORD})
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= set(response.cookies)
    for cookie in response.cookies.values():
        assert cookie["domain"] == ""
        assert cookie["samesite"] == "Lax"
    assert response.cookies[settings.SESSION_COOKIE_NAME]["httponly"]


def test_setting_that_would_share_cookies_stops_the_start(settings):
    assert not check_cookies()
    settings.SESSION_COOKIE_DOMAIN = settings.CSRF_COOKIE_DOMAIN = ".sfj.localhost"
    assert [error.id for error in check_cookies()] == ["tenants.E002"] * 2


@pytest.fixture
def locked_pages(two_sites):
    """A page behind a password on each site, under one id of the restriction."""
    for site in (two_sites.a, two_sites.b):
        page = make_article(site, "密页", slug="locked", text=f"密文 {site.schema_name}")
        with enter_site(site):
            PageViewRestriction.objects.create(pk=3, page=page, restriction_type="password", password=PASSWORD)
    return "/tzgg/locked/"


def unlock(client, path):
    page = client.get(path).context["action_url"]
    return client.post(page, {"password": PASSWORD, "return_url": path})


def test_page_that_was_unlocked_on_one_site_is_locked_on_another(two_sites, locked_pages, client_of):
    here, there = client_of(two_sites.a), client_of(two_sites.b)
    assert unlock(here, locked_pages).status_code == 302
    assert "密文 kongtong" in here.get(locked_pages).content.decode()
    copy_rows("site_core_session")
    there.cookies[settings.SESSION_COOKIE_NAME] = cookie_of(here)
    assert "密文" not in there.get(locked_pages).content.decode()
    assert unlock(there, locked_pages).status_code == 302
    assert "密文 jingning" in there.get(locked_pages).content.decode()


def whoami(client, token):
    return client.get("/api/v3/whoami/", headers={"Authorization": f"Bearer {token}"})


def test_api_token_of_one_site_is_nobody_on_another(two_sites, both, client_of):
    with enter_site(two_sites.a):
        _, token = APIToken.create_token(user=both, name="x")
    assert whoami(client_of(two_sites.a), token).status_code == 200
    assert whoami(client_of(two_sites.b), token).status_code == 401


def test_api_tokens_stand_in_the_site_and_are_left_out_of_every_copy():
    assert {"wagtailcore_apitoken", "site_core_session", "site_core_membership", "site_core_invitation"} <= NEVER_COPIED


def test_signed_words_are_bound_to_the_site(two_sites, both):
    change = EmailChange(both.pk, both.email, "new@example.invalid")
    with enter_site(two_sites.a):
        reset, email = reset_tokens.make_token(both), sign_email_change(change)
        assert reset_tokens.check_token(both, reset)
        assert find_email_change(email) == change
    with enter_site(two_sites.b):
        assert not reset_tokens.check_token(both, reset)
        assert find_email_change(email) is None
    with pytest.raises(NoCurrentSite):
        reset_tokens.check_token(both, reset)


# What a new site is copied from: the ground under it, and nobody's work, rights or secrets.
GROUND = {"auth_permission", "django_migrations", "wagtailcore_collection", "wagtailcore_locale", "wagtailcore_page"}


def test_golden_schema_holds_nothing_but_the_ground(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'golden'::regnamespace AND relkind = 'r'")
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM golden.\"{table}\")" for table in tables)
        )
        assert {row[0] for row in cursor.fetchall()} == GROUND
