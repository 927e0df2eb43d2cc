"""Pushes: signed by whoever knows the secret, fresh, and taken once. Nobody else learns anything."""

import json
import time
from uuid import uuid4

import pytest
from django.test import Client

from microblog.adapters.signatures import sign
from microblog.incoming.pictures import fetch_pictures
from microblog.models import Delivery, IncomingPost, MicroPost, PushReceipt
from microblog.outbox.sending import work_off
from microblog.outcomes import Unknown
from tenants.current import leave_site
from tests.microblog.samples import ScriptedAdapter, make_account, make_post, use_adapter

SECRET = "s" * 32
HOST = "kongtong.sfj.localhost"


@pytest.fixture
def platform(monkeypatch):
    return use_adapter(monkeypatch, ScriptedAdapter())


@pytest.fixture
def account(in_kongtong, platform):
    return make_account(in_kongtong, follow="draft", secrets={"signing_secret": SECRET})


def push(account, content=None, *, delivery_id="d-1", late_by=0, secret=SECRET, host=HOST, **headers):
    body = json.dumps({"id": "r-1", "text": "手工发的一条"} if content is None else content).encode()
    stamp = int(time.time()) - late_by
    signed = {
        "X-Delivery-Id": delivery_id,
        "X-Timestamp": str(stamp),
        "X-Signature": sign(secret, stamp, delivery_id, body),
        **headers,
    }
    with leave_site():  # a request finds its site by itself
        return Client(headers={"host": host}).post(
            f"/micro/push/{account.uid}/", body, content_type="application/json", headers=signed
        )


def test_signed_post_comes_in(account):
    assert push(account).status_code == 201
    post = MicroPost.objects.get()
    assert (post.text, post.live) == ("手工发的一条", False)


def test_replayed_push_is_refused(account):
    push(account)
    assert push(account).status_code == 409
    assert MicroPost.objects.count() == 1


def test_same_post_in_another_push_is_known(account):
    push(account)
    assert push(account, delivery_id="d-2").status_code == 200
    assert MicroPost.objects.count() == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "t" * 32},
        {"late_by": 400},
        {"late_by": -400},
        {"X-Signature": "sha256=" + "0" * 64},
        {"X-Signature": ""},
        {"X-Delivery-Id": ""},
        {"X-Timestamp": "soon"},
    ],
    ids=str,
)
def test_forged_push_is_refused_and_leaves_nothing(account, forged):
    assert push(account, **forged).status_code == 403
    assert not MicroPost.objects.exists()
    assert not PushReceipt.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"id": "r-1"},
        {"id": "", "text": "字"},
        {"id": "r-1", "text": " "},
        {"id": "r-1", "text": "字", "created_at": "2026-13-01T00:00:00"},
        {"id": "r-1", "text": "字", "pictures": "http://example.invalid/1.jpg"},
    ],
    ids=str,
)
def test_what_is_not_understood_is_said_and_may_be_pushed_again(account, content):
    assert push(account, content).status_code == 400
    assert push(account).status_code == 201


def test_account_of_another_site_is_not_there(account):
    assert push(account, host="jingning.sfj.localhost").status_code == 404
    assert not MicroPost.objects.exists()


def test_unknown_account_is_not_there(account):
    account.uid = uuid4()
    assert push(account).status_code == 404


def test_account_that_follows_nothing_takes_no_push(in_kongtong, platform):
    account = make_account(in_kongtong, secrets={"signing_secret": SECRET})
    assert push(account).status_code == 400


def test_pushes_wait_while_the_fate_of_a_post_is_open(account, in_kongtong, platform):
    make_post(in_kongtong, accounts=[account])
    platform.answers.append(Unknown("没有答复"))
    work_off(account.pk)
    answer = push(account)
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert Delivery.objects.get().state == "unknown"
    assert not IncomingPost.objects.exists()
    assert not PushReceipt.objects.exists()


def test_picture_that_cannot_be_fetched_costs_no_words(account):
    push(account, {"id": "r-1", "text": "带图的一条", "pictures": ["http://127.0.0.1:9/1.jpg"]})
    post = MicroPost.objects.get()
    assert fetch_pictures(post.pk, ["http://127.0.0.1:9/1.jpg"]) == 0
    assert post.text == "带图的一条"


def test_pictures_of_this_network_are_not_fetched(account, settings):
    settings.MICROBLOG_PRIVATE_TARGETS = False
    push(account)
    assert fetch_pictures(MicroPost.objects.get().pk, ["http://127.0.0.1:9/1.jpg"]) == 0


def test_pictures_come_in_like_uploads(account, monkeypatch):
    from microblog.adapters.http import Answer
    from microblog.incoming import pictures
    from tests.site_core.page_samples import make_picture

    with make_picture("图").file.open("rb") as file:
        content = file.read()
    answers = [
        Answer(200, {"content-type": "image/png"}, content),
        Answer(200, {"content-type": "image/png"}, b"<html>"),
    ]
    monkeypatch.setattr(pictures, "ask", lambda method, address: answers.pop(0))
    push(account)
    post = MicroPost.objects.get()
    assert fetch_pictures(post.pk, ["http://a.invalid/1.png", "http://a.invalid/2.png"]) == 1
    assert MicroPost.objects.get().get_latest_revision_as_object().pictures.count() == 1
    assert fetch_pictures(post.pk, ["http://a.invalid/1.png"]) == 0
