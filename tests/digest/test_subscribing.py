"""Subscribing, confirming, leaving: by the reader alone, and without telling anybody anything."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import LedgerEntry
from legal_education.digest import subscribing
from legal_education.digest.models import Subscription, SubscriptionState
from legal_education.digest.subscribing import forget_unconfirmed
from legal_education.digest.unsubscribing import make_unsubscribe_token
from tenants.current import enter_site
from tests.digest.samples import count_jobs, make_reader, run_jobs

ADDRESS = "reader.of.law@example.invalid"
PHONE = "13912345678"
HOME = "/pufa/digest/"


def fill(address=ADDRESS, channel="email", **fields):
    return {"channel": channel, "address": address, "audience": "farmers", "agreed": "on", **fields}


def subscribe(client, **fields):
    answer = client.post(HOME, fill(**fields))
    assert answer.status_code == 302, answer.content.decode()
    run_jobs("answer_request")
    return answer["Location"]


def find_link(text):
    return re.search(r"https?://[^/\s]+(/pufa/digest/confirm/[^\s]+)", text)[1]


def last_link():
    return find_link(mail.outbox[-1].body)


def subscription(site):
    with enter_site(site):
        return Subscription.objects.get()


def age(site, **times):
    with enter_site(site):
        Subscription.objects.update(**times)


@pytest.fixture
def client(sites, client_of):
    return client_of(sites.a)


def test_subscription_counts_once_the_reader_has_confirmed_it(sites, client):
    subscribe(client)
    assert subscription(sites.a).state == SubscriptionState.PENDING
    link = last_link()
    page = client.get(link)
    assert page.status_code == 200
    assert "确认订阅" in page.content.decode()
    assert subscription(sites.a).state == SubscriptionState.PENDING, "a program that follows links subscribes nobody"
    assert "订阅成功" in client.post(link).content.decode()
    row = subscription(sites.a)
    assert (row.state, row.audience, row.address) == (SubscriptionState.ACTIVE, "farmers", ADDRESS)


def test_confirmation_is_of_no_use_a_second_time(sites, client):
    subscribe(client)
    link = last_link()
    client.post(link)
    with enter_site(sites.a):
        subscribing.unsubscribe(make_unsubscribe_token(Subscription.objects.get()))
    client.post(link)
    assert subscription(sites.a).state == SubscriptionState.ENDED


def test_expired_confirmation_is_refused(sites, client):
    subscribe(client)
    age(sites.a, expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(last_link()).status_code == 404
    assert subscription(sites.a).state == SubscriptionState.PENDING


def test_newer_link_voids_the_older(sites, client):
    subscribe(client)
    first = last_link()
    age(sites.a, asked_at=timezone.now() - timedelta(minutes=2))
    subscribe(client)
    assert client.post(first).status_code == 404
    assert client.post(last_link()).status_code == 200


def test_links_of_one_site_open_nothing_on_another(sites, client, client_of):
    subscribe(client)
    other = client_of(sites.b)
    assert other.post(last_link()).status_code == 404
    client.post(last_link())
    with enter_site(sites.a):
        token = make_unsubscribe_token(Subscription.objects.get())
    assert other.post(f"{HOME}unsubscribe/{token}/").status_code == 404
    assert subscription(sites.a).state == SubscriptionState.ACTIVE
    with enter_site(sites.b):
        assert not Subscription.objects.exists()


def test_answer_is_the_same_whether_or_not_the_address_is_known(sites, client):
    make_reader(sites.a, "known@example.invalid")
    answers = []
    for address in ("known@example.invalid", "unknown@example.invalid"):
        for path in (HOME, f"{HOME}unsubscribe/"):
            answer = client.post(path, fill(address=address))
            answers.append((path, answer.status_code, answer["Location"], answer.content))
    assert answers[:2] == answers[2:]
    assert count_jobs("answer_request") == 4


def test_leaving_without_a_link_is_confirmed_too(sites, client):
    make_reader(sites.a, ADDRESS)
    client.post(f"{HOME}unsubscribe/", {"channel": "email", "address": ADDRESS})
    run_jobs("answer_request")
    assert subscription(sites.a).state == SubscriptionState.ACTIVE
    client.post(last_link())
    row = subscription(sites.a)
    assert (row.state, row.address) == (SubscriptionState.ENDED, "")


def test_leaving_with_an_unknown_address_sends_nothing(sites, client):
    client.post(f"{HOME}unsubscribe/", {"channel": "email", "address": ADDRESS})
    assert run_jobs("answer_request") == 1
    assert mail.outbox == []


def test_known_reader_changes_the_audience_by_asking_again(sites, client):
    make_reader(sites.a, ADDRESS)
    subscribe(client)
    assert subscription(sites.a).audience == "all"
    client.post(last_link())
    row = subscription(sites.a)
    assert (row.audience, row.state) == ("farmers", SubscriptionState.ACTIVE)


def test_address_is_written_to_once_a_minute_and_five_times_a_day(sites, client):
    subscribe(client)
    subscribe(client)
    assert len(mail.outbox) == 1
    for _ in range(6):
        age(sites.a, asked_at=timezone.now() - timedelta(minutes=2))
        subscribe(client)
    assert len(mail.outbox) == subscribing.MOST_A_DAY


def test_whoever_asks_too_often_is_told_to_wait(client):
    answers = [client.post(HOME, fill(address=f"r{number}@example.invalid")) for number in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "12345", "x" * 250 + "@example.com", "<b>@example.com"])
def test_bad_addresses_are_refused_with_words(client, address):
    answer = client.post(HOME, fill(address=address))
    assert answer.status_code == 200
    assert "请填写" in answer.content.decode()
    assert count_jobs("answer_request") == 0


def test_one_click_ends_the_subscription_without_session_or_token_of_ours(sites, client_of):
    row = make_reader(sites.a, ADDRESS)
    strict = client_of(sites.a)
    strict.handler.enforce_csrf_checks = True
    with enter_site(sites.a):
        path = f"{HOME}unsubscribe/{make_unsubscribe_token(row)}/"
    assert strict.get(path).status_code == 200
    assert subscription(sites.a).state == SubscriptionState.ACTIVE, "GET changes nothing"
    answers = [strict.post(path, {"List-Unsubscribe": "One-Click"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    row = subscription(sites.a)
    assert (row.state, row.address) == (SubscriptionState.ENDED, "")
    assert "不会再收到" in strict.get(path).content.decode()


def test_form_of_ours_is_protected(sites, client_of):
    strict = client_of(sites.a)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(HOME, fill()).status_code == 403


def test_address_stands_encrypted_in_the_database(sites, client):
    subscribe(client)
    with connection.cursor() as cursor:
        for schema in (sites.a.schema_name, sites.b.schema_name):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {schema}.legal_digest_subscription t")
            assert ADDRESS not in cursor.fetchone()[0]
        client.post(HOME, fill(address="queued@example.invalid"))
        cursor.execute("SELECT string_agg(args::text, ' ') FROM procrastinate_jobs")
        assert "queued" not in cursor.fetchone()[0]


def test_pages_of_readers_are_kept_nowhere_and_hold_no_address(sites, client):
    location = subscribe(client)
    for path in (HOME, location, last_link(), f"{HOME}unsubscribe/"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
        assert ADDRESS not in answer.content.decode()


def test_address_stands_in_no_log_and_no_ledger(sites, client, caplog):
    with caplog.at_level("DEBUG"):
        subscribe(client)
        client.post(last_link())
        with enter_site(sites.a):
            subscribing.unsubscribe(make_unsubscribe_token(Subscription.objects.get()))
    assert ADDRESS not in caplog.text.replace(f"to={ADDRESS}", "")
    assert not [entry for entry in LedgerEntry.objects.all() if ADDRESS in f"{entry.object_name}{entry.detail}"]


def test_site_without_a_digest_has_no_form(two_sites, client_of):
    assert client_of(two_sites.a).get(HOME).status_code == 404


def test_unconfirmed_addresses_are_forgotten_after_a_week(sites, client):
    subscribe(client)
    with enter_site(sites.a):
        assert forget_unconfirmed() == 0
    age(sites.a, asked_at=timezone.now() - timedelta(days=8))
    with enter_site(sites.a):
        assert forget_unconfirmed() == 1


class TestBySms:
    def ask(self, client, gateway):
        location = subscribe(client, address="+86 139-1234-5678", channel="sms")
        assert location.startswith(f"{HOME}code/")
        return location, gateway.messages()[-1]["params"]["code"]

    def test_code_confirms(self, sites, client, gateway):
        location, code = self.ask(client, gateway)
        assert gateway.messages()[0]["phone"] == PHONE
        assert "订阅成功" in client.post(location, {"code": code}).content.decode()
        row = subscription(sites.a)
        assert (row.state, row.address) == (SubscriptionState.ACTIVE, PHONE)

    def test_code_is_used_up_after_five_wrong_ones(self, sites, client, gateway):
        location, code = self.ask(client, gateway)
        wrong = "000000" if code != "000000" else "111111"
        for _ in range(5):
            assert "验证码不正确" in client.post(location, {"code": wrong}).content.decode()
        assert "验证码不正确" in client.post(location, {"code": code}).content.decode()
        assert subscription(sites.a).state == SubscriptionState.PENDING

    def test_code_expires_and_is_of_no_use_twice_or_elsewhere(self, sites, client, gateway, client_of):
        location, code = self.ask(client, gateway)
        assert "验证码不正确" in client_of(sites.b).post(location, {"code": code}).content.decode()
        client.post(location, {"code": code})
        assert "验证码不正确" in client.post(location, {"code": code}).content.decode()
        age(sites.a, asked_at=None)
        location, code = self.ask(client, gateway)
        age(sites.a, expires_at=timezone.now())
        assert "验证码不正确" in client.post(location, {"code": code}).content.decode()

    def test_code_stands_nowhere_in_the_database(self, sites, client, gateway):
        _, code = self.ask(client, gateway)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {sites.a.schema_name}.legal_digest_subscription t")
            text = cursor.fetchone()[0]
        assert re.search(rf"(?<!\d){code}(?!\d)", text) is None

    def test_request_that_there_is_not_looks_like_one_with_a_wrong_code(self, client, gateway):
        path = f"{HOME}code/00000000-0000-4000-8000-000000000000/"
        assert client.get(path).status_code == 200
        assert "验证码不正确" in client.post(path, {"code": "123456"}).content.decode()
