"""Weibo's OAuth: where a person agrees, and what comes back."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from microblog.adapters.weibo_login import (
    Authorisation,
    exchange_code,
    get_token_info,
    make_authorise_url,
    revoke_token,
)
from microblog.outcomes import Misconfigured, Retry, Unauthorised, Unknown
from tests.microblog.fakes.running import Steering, running
from tests.microblog.fakes.weibo_oauth import APP_KEY, APP_SECRET
from tests.microblog.raw_server import says, serving

CALLBACK = "http://kongtong.sfj.localhost/admin/microblog/callback/weibo/"


@pytest.fixture(scope="module")
def served() -> Iterator[Steering]:
    with running("weibo", hour_seconds=3600) as url, Steering(url) as fake:
        yield fake


@pytest.fixture
def fake(served) -> Iterator[Steering]:
    yield served
    served.reset()


def agree(fake: Steering, **changes: str) -> dict[str, str]:
    """A person opens the address and agrees; what their browser is sent back with."""
    url = make_authorise_url(fake.url, APP_KEY, CALLBACK, "state-1")
    answer = fake.client.get(url, params={**{k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}, **changes})
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def test_who_agrees_comes_back_with_a_code_that_is_worth_a_token(fake):
    back = agree(fake, uid="5000000042")
    assert back["state"] == "state-1"
    found = exchange_code(fake.url, APP_KEY, APP_SECRET, back["code"], CALLBACK)
    assert isinstance(found, Authorisation)
    assert found.uid == "5000000042"
    assert abs(found.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert found.access_token not in repr(found)
    told = get_token_info(fake.url, found.access_token)
    assert isinstance(told, Authorisation)
    assert told.uid == "5000000042"
    assert abs(told.expires_at - found.expires_at) < timedelta(minutes=1)


def test_app_in_test_is_authorised_for_a_day(fake):
    fake.set(apps=[{"client_id": APP_KEY, "client_secret": APP_SECRET, "level": "test"}])
    found = exchange_code(fake.url, APP_KEY, APP_SECRET, agree(fake)["code"], CALLBACK)
    assert isinstance(found, Authorisation)
    assert abs(found.expires_at - timezone.now() - timedelta(days=1)) < timedelta(minutes=1)


def test_who_refuses_comes_back_with_that(fake):
    back = agree(fake, deny="1")
    assert (back["error_code"], back["state"]) == ("21330", "state-1")
    assert "code" not in back


def test_code_is_worth_something_once(fake):
    code = agree(fake)["code"]
    assert isinstance(exchange_code(fake.url, APP_KEY, APP_SECRET, code, CALLBACK), Authorisation)
    again = exchange_code(fake.url, APP_KEY, APP_SECRET, code, CALLBACK)
    assert isinstance(again, Unauthorised)


def test_wrong_secret_and_wrong_callback_are_told(fake):
    wrong = exchange_code(fake.url, APP_KEY, "guessed", agree(fake)["code"], CALLBACK)
    assert isinstance(wrong, Misconfigured)
    assert "App Secret" in wrong.text
    elsewhere = exchange_code(fake.url, APP_KEY, APP_SECRET, agree(fake)["code"], "http://evil.invalid/")
    assert isinstance(elsewhere, Unauthorised)


def test_callback_that_is_not_registered_is_refused_there(fake):
    fake.set(apps=[{"client_id": APP_KEY, "client_secret": APP_SECRET, "redirect_uri": "http://other.invalid/"}])
    answer = fake.client.get(make_authorise_url(fake.url, APP_KEY, CALLBACK, "s"))
    assert answer.json()["error_code"] == 21322


def test_revoked_and_unknown_tokens_are_told(fake):
    token = fake.make_account()["secrets"]["access_token"]
    assert revoke_token(fake.url, token) is None
    assert isinstance(get_token_info(fake.url, token), Unauthorised)
    assert isinstance(get_token_info(fake.url, "2.00nonsense"), Unauthorised)
    assert isinstance(revoke_token(fake.url, "2.00nonsense"), Unauthorised)


def test_another_person_may_be_asked_for():
    assert "forcelogin=true" in make_authorise_url("https://api.weibo.com", "1", CALLBACK, "s", force_login=True)
    assert "state=a%26b%3D1" in make_authorise_url("https://api.weibo.com/", "1", CALLBACK, "a&b=1")


@pytest.mark.parametrize(
    ("body", "days"),
    [
        (b'{"access_token": "t", "uid": 7, "expires_in": 2592000}', 30),
        (b'{"access_token": "t", "uid": "7", "expires_in": "86400.0"}', 1),
        (b'{"access_token": "t", "uid": "7"}', 1),
        (b'{"access_token": "t", "uid": "7", "expires_in": "soon"}', 1),
    ],
)
def test_validity_is_understood_however_it_is_written(body, days):
    with serving(says(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)) as server:
        found = exchange_code(server.url, "1", "2", "code", CALLBACK)
    assert isinstance(found, Authorisation)
    assert (found.uid, found.access_token) == ("7", "t")
    assert abs(found.expires_at - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"access_token": "t"}', b'{"uid": "7"}'])
def test_answer_without_a_token_authorises_nobody(body):
    with serving(says(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)) as server:
        assert isinstance(exchange_code(server.url, "1", "2", "code", CALLBACK), Unknown)


def test_silence_is_told(settings):
    settings.MICROBLOG_HOUR_SECONDS = 60
    with serving(says(b"")) as server:
        assert isinstance(exchange_code(server.url, "1", "2", "code", CALLBACK), Unknown)
    assert isinstance(exchange_code(server.url, "1", "2", "code", CALLBACK), Retry)
