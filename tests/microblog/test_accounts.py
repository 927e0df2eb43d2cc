"""The registry of accounts: who keeps it, what becomes of secrets, what the centre sees."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import LedgerEntry
from microblog.actions import AccountRefused, change_state, connect_account
from microblog.cluster.models import AccountStanding
from microblog.models import Account, Connection, Delivery
from microblog.outbox.sending import work_off
from microblog.outcomes import Unauthorised
from site_core.dispatching import Dispatch
from tenants.current import enter_site
from tests.factories import make_central, make_member
from tests.microblog.admin_scene import ADMIN, account_form, list_messages, text_of
from tests.microblog.fakes.running import Steering, running
from tests.microblog.samples import ScriptedAdapter, make_account, make_post, use_adapter

ACCOUNTS, CONSOLE = f"{ADMIN}accounts/", "/admin/console/accounts/"
SECRET = "s3cr3t-of-the-app"


@pytest.fixture
def platform(monkeypatch):
    return use_adapter(monkeypatch, ScriptedAdapter())


@pytest.fixture
def admin(two_sites):
    return make_member(two_sites.a, "site_admin")


@pytest.fixture
def client(two_sites, signed_in, admin):
    return signed_in(two_sites.a, admin)


def address(account, part=""):
    return f"{ACCOUNTS}{account.pk}/{part}"


def standing_of(site, account):
    return AccountStanding.objects.get(site=site, account_id=account.pk)


def test_registered_account_is_on_the_list_and_known_to_the_centre(two_sites, client):
    answer = client.post(f"{ACCOUNTS}new/?platform=weibo", account_form(), follow=True)
    with enter_site(two_sites.a):
        account = Account.objects.get()
    assert answer.redirect_chain[-1][0] == address(account)
    assert (account.platform, account.state, account.filing_number) == ("weibo", "opening", "甘新备〔2026〕1号")
    assert standing_of(two_sites.a, account).name == "崆峒说法"
    assert "崆峒说法" in text_of(client.get(ACCOUNTS))


def test_form_offers_what_its_platform_knows(client):
    weibo = client.get(f"{ACCOUNTS}new/?platform=weibo").content.decode()
    mastodon = client.get(f"{ACCOUNTS}new/?platform=mastodon").content.decode()
    assert 'name="safe_domain"' in weibo
    assert 'name="base_url"' not in weibo
    assert 'name="base_url"' in mastodon
    assert 'name="may_publish"' not in mastodon
    assert client.get(f"{ACCOUNTS}new/?platform=myspace").status_code == 404


def test_what_is_wrong_stands_at_the_field(two_sites, client):
    answer = client.post(f"{ACCOUNTS}new/?platform=webhook", account_form(filing_number=""))
    assert set(answer.context["form"].errors) == {"base_url"}
    answer = client.post(
        f"{ACCOUNTS}new/?platform=webhook", account_form(filing_number="", base_url="https://a.example")
    )
    assert answer.context["form"].errors["filing_number"] == ["填写了备案日期，请同时填写备案号。"]
    with enter_site(two_sites.a):
        assert not Account.objects.exists()


def test_change_goes_to_the_ledger_and_to_the_centre(two_sites, client):
    account = make_account(two_sites.a, platform="wechat", base_url="")
    client.post(address(account), account_form(name="崆峒普法", filing_number="", filed_on=""))
    assert standing_of(two_sites.a, account).name == "崆峒普法"
    entry = LedgerEntry.objects.get(chain="kongtong", action="microblog.account_changed")
    assert (entry.detail["from"]["name"], entry.detail["to"]["name"]) == ("崆峒说法", "崆峒普法")


def test_secret_goes_in_and_never_comes_out(two_sites, client, caplog):
    account = make_account(two_sites.a, platform="wechat", base_url="")
    with caplog.at_level(logging.DEBUG):
        answer = client.post(address(account, "secrets/"), {"app_id": "wx1", "app_secret": SECRET}, follow=True)
        client.post(address(account, "secrets/"), {"app_id": "x" * 501, "app_secret": SECRET})
    answers = [answer, client.get(address(account)), client.get(ACCOUNTS), client.get("/admin/ledger/")]
    answers.append(client.post(address(account, "secrets/"), {"app_id": "x" * 501, "app_secret": SECRET}))
    assert "请查看标出的问题" in text_of(answers[-1])
    assert all(SECRET not in each.content.decode() for each in answers)
    assert SECRET not in caplog.text
    assert SECRET not in str(list(LedgerEntry.objects.values_list("detail", flat=True)))
    with enter_site(two_sites.a):
        connection = Connection.objects.get()
    assert connection.read_secrets() == {"app_id": "wx1", "app_secret": SECRET}
    assert connection.connected_at is not None
    assert "已连接" in text_of(answers[1])


def test_secret_is_not_in_the_database_as_it_is(two_sites, client):
    account = make_account(two_sites.a, platform="wechat", base_url="")
    client.post(address(account, "secrets/"), {"app_id": "wx1", "app_secret": SECRET})
    from tenants.connection import connection

    with enter_site(two_sites.a), connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM microblog_connection")
        assert SECRET not in cursor.fetchone()[0]


def test_empty_secret_keeps_what_was_stored(two_sites, client):
    account = make_account(two_sites.a, platform="wechat", base_url="", secrets={"app_id": "wx1", "app_secret": SECRET})
    client.post(address(account, "secrets/"), {"app_id": "wx2", "app_secret": ""})
    with enter_site(two_sites.a):
        assert Connection.objects.get().read_secrets() == {"app_id": "wx2", "app_secret": SECRET}


def test_token_of_another_secret_is_forgotten_with_it(two_sites, client):
    held = {"client_id": "1", "client_secret": "old", "access_token": "t"}
    account = make_account(two_sites.a, platform="weibo", base_url="", secrets=held)
    client.post(address(account, "secrets/"), {"client_secret": "new"})
    with enter_site(two_sites.a):
        assert Connection.objects.get().read_secrets() == {"client_id": "1", "client_secret": "new"}


def test_signing_secret_is_shown_once(two_sites, client):
    account = make_account(two_sites.a)
    answer = client.post(address(account, "signing-secret/"))
    with enter_site(two_sites.a):
        secret = Connection.objects.get().read_secrets()["signing_secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in client.get(address(account)).content.decode()
    assert secret not in str(list(LedgerEntry.objects.values_list("detail", flat=True)))
    client.post(address(account, "signing-secret/"))
    with enter_site(two_sites.a):
        assert Connection.objects.get().read_secrets()["signing_secret"] != secret


def test_disconnected_account_has_no_secrets_and_sends_nothing(two_sites, platform, client):
    account = make_account(two_sites.a, secrets={"signing_secret": SECRET})
    client.post(address(account, "disconnect/"))
    with enter_site(two_sites.a):
        assert Connection.objects.get().read_secrets() == {}
        make_post(two_sites.a, accounts=[account])
        work_off(account.pk)
        assert Delivery.objects.get().state == Dispatch.QUEUED
    assert platform.asked == []
    assert standing_of(two_sites.a, account).problem == "auth"


def test_what_waited_goes_out_when_the_account_is_connected_again(
    two_sites, platform, client, django_capture_on_commit_callbacks
):
    account = make_account(two_sites.a)
    platform.answers.append(Unauthorised("21327", "授权已过期"))
    with enter_site(two_sites.a):
        make_post(two_sites.a, accounts=[account])
        work_off(account.pk)
        assert standing_of(two_sites.a, account).problem == "auth"
        jobs = count_turns()
    client.post(address(account, "signing-secret/"))
    with enter_site(two_sites.a):
        assert count_turns() == jobs + 1
        work_off(account.pk)
        assert Delivery.objects.get().state == Dispatch.SENT
    found = standing_of(two_sites.a, account)
    assert found.problem == ""
    assert found.last_post_at is not None


def count_turns() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.procrastinate_jobs WHERE task_name LIKE '%take_turn'")
        return cursor.fetchone()[0]


def test_changed_settings_lift_a_fault_of_settings_and_no_other(two_sites, client):
    account = make_account(two_sites.a, base_url="https://a.example")
    for problem, left in (("config", ""), ("auth", "auth")):
        with enter_site(two_sites.a):
            Connection.objects.update(problem=problem)
        client.post(address(account), account_form(base_url=f"https://{problem}.example"))
        with enter_site(two_sites.a):
            assert Connection.objects.get().problem == left
        assert standing_of(two_sites.a, account).problem == left


def test_life_of_an_account_has_its_order(two_sites, client, admin):
    account = make_account(two_sites.a, live=False)
    for state in ("live", "closing", "closed", "opening"):
        client.post(address(account, "state/"), {"state": state})
        assert standing_of(two_sites.a, account).state == state
    answer = client.post(address(account, "state/"), {"state": "closing"}, follow=True)
    assert list_messages(answer)[-1] == "“开设中”的帐号不能改为“注销中”。"
    assert client.post(address(account, "state/"), {"state": "nonsense"}).status_code == 404


def test_closed_account_keeps_no_secret_and_nothing_that_waits(two_sites, platform, client, admin):
    account = make_account(two_sites.a, live=False, secrets={"signing_secret": SECRET})
    with enter_site(two_sites.a):
        make_post(two_sites.a, accounts=[account])
    client.post(address(account, "state/"), {"state": "closed"})
    with enter_site(two_sites.a):
        assert Delivery.objects.get().state == Dispatch.WITHDRAWN
        assert Connection.objects.get().read_secrets() == {}
        with pytest.raises(AccountRefused):
            connect_account(Account.objects.get(), {"signing_secret": "x"}, acting_user=admin)


def test_account_with_something_unknown_is_not_closed(two_sites, platform, admin):
    account = make_account(two_sites.a)
    with enter_site(two_sites.a):
        make_post(two_sites.a, accounts=[account])
        Account.objects.update(state="closing")
        Delivery.objects.update(state=Dispatch.UNKNOWN)
        with pytest.raises(AccountRefused, match="1 条"):
            change_state(account, "closed", acting_user=admin)


def test_account_of_another_site_does_not_exist(two_sites, client):
    foreign = make_account(two_sites.b, "静宁说法")
    for part in ("", "secrets/", "state/", "disconnect/", "connect/", "check/", "signing-secret/", "resume/"):
        assert client.post(address(foreign, part), {"state": "closing"}).status_code == 404
    assert "静宁说法" not in text_of(client.get(ACCOUNTS))
    with enter_site(two_sites.b):
        assert Account.objects.get().state == "live"


@pytest.fixture
def accounts_of_two(two_sites, signed_in):
    """One well on 崆峒区's site, one silent and not filed on 静宁县's."""
    for site, name, filing in ((two_sites.a, "崆峒说法", "备1号"), (two_sites.b, "静宁说法", "")):
        client = signed_in(site, make_member(site, "site_admin", f"{site.schema_name}-boss"))
        client.post(f"{ACCOUNTS}new/?platform=weibo", account_form(name=name, filing_number=filing, filed_on=""))
    AccountStanding.objects.filter(name="静宁说法").update(
        state="live", last_post_at=timezone.now() - timedelta(days=20)
    )


def test_centre_sees_all_accounts_and_what_is_wrong(city, signed_in, accounts_of_two):
    client = signed_in(city, make_central())
    screen = text_of(client.get(CONSOLE))
    assert "崆峒说法" in screen
    assert "已 20 天未更新" in screen
    assert "尚未备案" in screen
    for query, seen in (
        ("alarm=filing", "静宁说法"),
        ("alarm=silent_long", "静宁说法"),
        ("platform=weibo", "崆峒说法"),
    ):
        assert seen in text_of(client.get(f"{CONSOLE}?{query}"))
    assert "崆峒说法" not in text_of(client.get(f"{CONSOLE}results/?alarm=silent"))
    table = client.get(f"{CONSOLE}download/").content.decode("utf-8-sig")
    assert "静宁说法" in table
    assert "20" in table


def test_console_is_the_citys(two_sites, city, signed_in, accounts_of_two):
    assert signed_in(two_sites.a, make_member(two_sites.a, "site_admin")).get(CONSOLE).status_code == 404
    assert signed_in(city, make_member(city, "site_admin")).get(CONSOLE).status_code == 404


def test_administrators_see_their_own_alarms_on_the_dashboard(two_sites, signed_in, accounts_of_two):
    client = signed_in(two_sites.b, make_member(two_sites.b, "site_admin"))
    screen = text_of(client.get("/admin/"))
    assert "已 20 天未更新" in screen
    assert "崆峒说法" not in screen
    editor = signed_in(two_sites.b, make_member(two_sites.b, "editor"))
    assert "已 20 天未更新" not in text_of(editor.get("/admin/"))


@pytest.mark.parametrize(
    ("platform_name", "entered"),
    [
        ("wechat", ("app_id", "app_secret")),
        ("mastodon", ("access_token",)),
        ("weibo", ("client_id", "client_secret", "access_token")),
        ("webhook", ("signing_secret",)),
    ],
)
def test_connection_is_tried_by_asking_the_platform(two_sites, client, settings, platform_name, entered):
    with running(platform_name) as url, Steering(url) as there:
        settings.WEIBO_API_URL = settings.WECHAT_API_URL = url
        made = there.make_account()
        base_url = made["base_url"] if platform_name in ("mastodon", "webhook") else ""
        good = {name: made["secrets"][name] for name in entered}
        account = make_account(two_sites.a, platform=platform_name, base_url=base_url, secrets=good)
        with enter_site(two_sites.a):
            Connection.objects.update(problem="auth", problem_text="授权已过期")
        answer = client.post(address(account, "check/"), follow=True)
        assert list_messages(answer)[-1] == "连接正常。"
        with enter_site(two_sites.a):
            connection = Connection.objects.get()
            assert connection.problem == ""
            connection.write_secrets(**{**dict.fromkeys(entered, "wrong"), "access_token": SECRET})
            connection.save()
        answer = client.post(address(account, "check/"), follow=True)
        assert list_messages(answer)[-1].startswith("连接不通：")
        assert SECRET not in answer.content.decode()
        assert there.posts() == []


def test_demo_has_accounts_from_which_nothing_leaves(two_sites, platform):
    from microblog.demo_accounts import add_sample_accounts
    from microblog.selectors import list_accounts_with_due

    for _ in range(2):
        with enter_site(two_sites.a) as site:
            add_sample_accounts(site)
    with enter_site(two_sites.a):
        accounts = list(Account.objects.select_related("connection"))
        assert len(accounts) == 2
        assert all("示例" in account.name for account in accounts)
        assert all(account.connection.problem for account in accounts if account.is_sending)
        states = set(Delivery.objects.values_list("state", flat=True))
        assert states == {Dispatch.SENT, Dispatch.FAILED, Dispatch.UNKNOWN, Dispatch.DRAFT}
        Delivery.objects.update(next_at=timezone.now() - timedelta(days=1))
        assert list_accounts_with_due() == []
        for account in accounts:
            work_off(account.pk)
        assert set(Delivery.objects.values_list("state", flat=True)) == states
    assert AccountStanding.objects.filter(site=two_sites.a).count() == 2
    assert not AccountStanding.objects.filter(site=two_sites.b).exists()
