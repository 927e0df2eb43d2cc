"""Weibo's authorisation: out with a state, back with a code. Whatever did not go out from here does not come in."""

import logging
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core import signing

from accounts.models import LedgerEntry
from microblog import weibo_connecting
from microblog.models import Account, Connection
from tenants.current import enter_site
from tests.factories import make_member
from tests.microblog.admin_scene import ADMIN, list_messages
from tests.microblog.fakes.running import Steering, running
from tests.microblog.samples import make_account

CALLBACK = f"{ADMIN}callback/weibo/"
SECRETS = {"client_id": "1234567890", "client_secret": "app-secret"}


@pytest.fixture(scope="module")
def weibo_url():
    with running("weibo") as url:
        yield url


@pytest.fixture
def weibo(weibo_url, settings):
    settings.WEIBO_API_URL = weibo_url
    with Steering(weibo_url) as steering:
        steering.reset()
        yield steering


@pytest.fixture
def account(two_sites):
    return make_account(two_sites.a, platform="weibo", base_url="", secrets=SECRETS)


@pytest.fixture
def admin(two_sites):
    return make_member(two_sites.a, "site_admin")


@pytest.fixture
def client(two_sites, signed_in, admin):
    return signed_in(two_sites.a, admin)


def go_out(client, account) -> str:
    """The platform's page of agreement."""
    answer = client.post(f"{ADMIN}accounts/{account.pk}/connect/")
    assert answer.status_code == 302
    return answer.headers["Location"]


def agree(page: str, **more: str) -> dict[str, str]:
    """The person agrees there; what the platform sends them back with."""
    answer = httpx.get(page, params={**dict(httpx.URL(page).params), **more}, trust_env=False)
    back = urlsplit(answer.headers["Location"])
    assert back.path == CALLBACK
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def secrets_of(site):
    with enter_site(site):
        return Connection.objects.get().read_secrets()


def is_refused(client, query) -> str:
    """What the person is told; the account stays as it was."""
    answer = client.get(CALLBACK, query, follow=True)
    return list_messages(answer)[-1]


def test_agreed_authorisation_connects_the_account(two_sites, weibo, client, account, caplog):
    page = go_out(client, account)
    assert page.startswith(f"{weibo.url}/oauth2/authorize?")
    assert "app-secret" not in page
    with caplog.at_level(logging.DEBUG):
        answer = client.get(CALLBACK, agree(page), follow=True)
    token = secrets_of(two_sites.a)["access_token"]
    assert "已连接" in list_messages(answer)[0]
    assert token not in answer.content.decode() + caplog.text
    assert token not in str(list(LedgerEntry.objects.values_list("detail", flat=True)))
    with enter_site(two_sites.a):
        assert Account.objects.get().remote_id == "5000000001"
        assert Connection.objects.get().token_expires_at is not None


def test_forged_state_is_refused_before_the_code_is_looked_at(two_sites, weibo, client, account):
    back = agree(go_out(client, account))
    for state in ("", "nonsense", back["state"][:-2] + "xx", signing.dumps({"account": account.pk}, salt="other")):
        assert "不是由本系统发起" in is_refused(client, {**back, "state": state})
    assert weibo.log("access_token") == []
    assert secrets_of(two_sites.a) == SECRETS


def test_state_is_good_for_one_use(two_sites, weibo, client, account):
    back = agree(go_out(client, account))
    client.get(CALLBACK, back)
    asked = len(weibo.log("access_token"))
    again = agree(go_out(client, account))
    assert "已经用过" in is_refused(client, {**again, "state": back["state"]})
    assert len(weibo.log("access_token")) == asked == 1


def test_state_of_another_session_is_refused(two_sites, weibo, client, account, signed_in, admin):
    """The link of somebody else's authorisation, sent to an administrator (login CSRF)."""
    back = agree(go_out(signed_in(two_sites.a, admin), account), uid="6666666666")
    assert "不是在这个浏览器中发起" in is_refused(client, back)
    assert secrets_of(two_sites.a) == SECRETS


def test_state_of_another_site_is_refused(two_sites, weibo, client, account, signed_in):
    foreign = make_account(two_sites.b, "静宁说法", platform="weibo", base_url="", secrets=SECRETS)
    there = signed_in(two_sites.b, make_member(two_sites.b, "site_admin"))
    back = agree(go_out(there, foreign))
    assert "另一个网站" in is_refused(client, back)
    assert secrets_of(two_sites.a) == secrets_of(two_sites.b) == SECRETS


def test_state_lives_for_ten_minutes(two_sites, weibo, client, account, monkeypatch):
    back = agree(go_out(client, account))
    monkeypatch.setattr(weibo_connecting, "LIFETIME", -1)
    assert "10 分钟" in is_refused(client, back)
    assert secrets_of(two_sites.a) == SECRETS


def test_state_of_an_account_connects_no_other(two_sites, weibo, client, account):
    other = make_account(two_sites.a, "崆峒普法", platform="weibo", base_url="", secrets=SECRETS)
    client.get(CALLBACK, agree(go_out(client, account)))
    with enter_site(two_sites.a):
        assert "access_token" not in Connection.objects.get(account=other).read_secrets()


def test_who_says_no_connects_nothing(two_sites, weibo, client, account):
    assert "没有给出授权" in is_refused(client, agree(go_out(client, account), deny="1"))
    assert secrets_of(two_sites.a) == SECRETS


def test_authorisation_of_another_account_of_the_platform_is_refused(two_sites, weibo, client, account):
    client.get(CALLBACK, agree(go_out(client, account)))
    token = secrets_of(two_sites.a)["access_token"]
    assert "另一个帐号" in is_refused(client, agree(go_out(client, account), uid="7777777777"))
    assert secrets_of(two_sites.a)["access_token"] == token


def test_account_of_the_platform_that_is_connected_already_is_refused(two_sites, weibo, client, account):
    other = make_account(two_sites.a, "崆峒普法", platform="weibo", base_url="", secrets=SECRETS)
    client.get(CALLBACK, agree(go_out(client, account)))
    assert "另一个帐号连接" in is_refused(client, agree(go_out(client, other)))


def test_wrong_secret_is_said(two_sites, weibo, client, account):
    with enter_site(two_sites.a):
        connection = Connection.objects.get()
        connection.write_secrets(client_secret="wrong")
        connection.save()
    said = is_refused(client, agree(go_out(client, account)))
    assert said.startswith("没有连接：")
    assert len(said) > len("没有连接：")


def test_without_app_key_there_is_nothing_to_authorise(two_sites, client):
    account = make_account(two_sites.a, platform="weibo", base_url="")
    answer = client.post(f"{ADMIN}accounts/{account.pk}/connect/", follow=True)
    assert list_messages(answer) == ["请先填写 App Key 和 App Secret。"]


def test_callback_is_for_administrators(two_sites, weibo, client, account, client_of, signed_in):
    back = agree(go_out(client, account))
    assert client_of(two_sites.a).get(CALLBACK, back).status_code == 302
    assert signed_in(two_sites.a, make_member(two_sites.a, "editor")).get(CALLBACK, back).status_code == 404
    assert secrets_of(two_sites.a) == SECRETS
