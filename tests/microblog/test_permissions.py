"""Each role finds its own screens of the microblog, and no others."""

import pytest

from microblog.models import Account, ComposeRule, Delivery
from tenants.current import enter_site
from tests.factories import make_member
from tests.microblog.admin_scene import ADMIN, account_form
from tests.microblog.samples import ScriptedAdapter, make_account, make_post, use_adapter

SCREENS = {
    "write/": {"site_admin", "editor"},
    "outbox/": {"site_admin", "editor", "reviewer_1", "reviewer_2", "reviewer_3"},
    "outbox/{delivery}/": {"site_admin", "editor", "reviewer_1", "reviewer_2", "reviewer_3"},
    "accounts/": {"site_admin"},
    "accounts/new/?platform=weibo": {"site_admin"},
    "accounts/{account}/": {"site_admin"},
    "rules/": {"site_admin"},
    "rules/new/": {"site_admin"},
    "rules/{rule}/": {"site_admin"},
    "rules/{rule}/delete/": {"site_admin"},
    "statistics/": {"site_admin", "editor"},
    "statistics/posts.svg": {"site_admin", "editor"},
    "statistics/download/": {"site_admin", "editor"},
}
DEEDS = [
    "accounts/{account}/",
    "accounts/{account}/secrets/",
    "accounts/{account}/signing-secret/",
    "accounts/{account}/state/",
    "accounts/{account}/disconnect/",
    "accounts/{account}/resume/",
    "accounts/{account}/check/",
    "accounts/{account}/connect/",
    "rules/{rule}/",
    "rules/{rule}/delete/",
]
ROLES = ("site_admin", "editor", "reviewer_1", "reviewer_2", "reviewer_3", "auditor")
MENU = {
    "micro-write": {"site_admin", "editor"},
    "micro-outbox": {"site_admin", "editor", "reviewer_1", "reviewer_2", "reviewer_3"},
    "micro-accounts": {"site_admin"},
    "micro-rules": {"site_admin"},
    "micro-statistics": {"site_admin", "editor"},
}


@pytest.fixture
def things(two_sites, monkeypatch):
    """Ids of an account, a delivery and a rule of 崆峒区's site."""
    use_adapter(monkeypatch, ScriptedAdapter())
    account = make_account(two_sites.a)
    make_post(two_sites.a, accounts=[account])
    with enter_site(two_sites.a):
        rule = ComposeRule.objects.create(name="公告")
        return {"account": account.pk, "delivery": Delivery.objects.get().pk, "rule": rule.pk}


@pytest.mark.parametrize("role", ROLES)
def test_screens_are_there_for_whom_they_are(two_sites, signed_in, things, role):
    client = signed_in(two_sites.a, make_member(two_sites.a, role))
    for screen, roles in SCREENS.items():
        status = client.get(ADMIN + screen.format(**things)).status_code
        assert (status < 400) == (role in roles), (screen, status)
    menu = client.get("/admin/").content.decode()
    shown = {name for name in MENU if f'"name": "{name}"' in menu}
    assert shown == {name for name, roles in MENU.items() if role in roles}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "site_admin"])
def test_what_only_administrators_do_does_not_exist_for_others(two_sites, signed_in, things, role):
    client = signed_in(two_sites.a, make_member(two_sites.a, role))
    for deed in DEEDS:
        answer = client.post(ADMIN + deed.format(**things), account_form(name="改名", state="closing"))
        assert answer.status_code == 404, deed
    with enter_site(two_sites.a):
        assert (Account.objects.get().name, Account.objects.get().state) == ("崆峒说法", "live")
        assert ComposeRule.objects.exists()


def test_strangers_are_sent_to_the_login(two_sites, client_of, signed_in, things):
    other = signed_in(two_sites.a, make_member(two_sites.b, "site_admin"))
    for client in (client_of(two_sites.a), other):
        for screen in SCREENS:
            assert client.get(ADMIN + screen.format(**things)).status_code in (302, 403)


@pytest.mark.parametrize("role", ["reviewer_1", "auditor"])
def test_who_does_not_write_measures_nothing(two_sites, signed_in, things, role):
    client = signed_in(two_sites.a, make_member(two_sites.a, role))
    assert client.post(f"{ADMIN}measure/", {"text": "x"}).status_code == 404
