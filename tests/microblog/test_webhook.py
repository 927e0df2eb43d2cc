"""What is the webhook's own: signatures out and in, a body with everything in it, repeats that the receiver drops."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from microblog.adapters.signatures import WINDOW_SECONDS, SignatureRefused, check, sign
from microblog.adapters.webhook import MOST_BYTES, WebhookAdapter
from microblog.models import Delivery
from microblog.outbox.sending import work_off
from microblog.outcomes import Limited, Misconfigured, Sent, Unauthorised, Withdrawn
from microblog.platforms import Platform
from microblog.posts import Attachment
from site_core.dispatching import Dispatch
from tests.microblog.driver import Driver, make_picture, make_post
from tests.microblog.fakes.running import Steering, running
from tests.microblog.samples import make_account
from tests.microblog.samples import make_post as make_page

NOW = 1_800_000_000
ADAPTER = WebhookAdapter()


@pytest.fixture(scope="module")
def server():
    with running("webhook", hour_seconds=3600) as url, Steering(url) as fake:
        yield fake


@pytest.fixture
def fake(server):
    yield server
    server.reset()


@pytest.fixture
def driver(fake):
    return Driver(ADAPTER, fake)


def verify(**changes):
    """A message that is all right but for the changes."""
    right = {"secret": "s", "timestamp": str(NOW), "delivery_id": "k1", "body": b"{}", "now": NOW}
    check(**{**right, "signature": sign("s", NOW, "k1", b"{}"), **changes})


def test_own_signature_is_accepted_within_five_minutes():
    for now in (NOW, NOW - WINDOW_SECONDS, NOW + WINDOW_SECONDS):
        verify(now=now)


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "other"},
        {"secret": "", "signature": sign("", NOW, "k1", b"{}")},
        {"delivery_id": "k2"},
        {"delivery_id": ""},
        {"body": b"{ }"},
        {"timestamp": str(NOW + 1)},
        {"timestamp": ""},
        {"timestamp": "soon"},
        {"timestamp": "-1"},
        {"timestamp": "٣" * 10},
        {"signature": ""},
        {"signature": "sha256="},
        {"signature": "签名"},
        {"now": NOW + WINDOW_SECONDS + 1},
        {"now": NOW - WINDOW_SECONDS - 1},
    ],
)
def test_forged_or_replayed_message_is_refused(change):
    with pytest.raises(SignatureRefused):
        verify(**change)


def test_nothing_moves_from_the_body_into_the_id():
    signature = sign("s", NOW, "k1", b"a.b")
    with pytest.raises(SignatureRefused):
        check("s", str(NOW), "k1.a", b"b", signature=signature, now=NOW)


@given(st.binary(), st.binary())
def test_signature_holds_for_its_body_alone(body, other):
    signature = sign("s", NOW, "k1", body)
    check("s", str(NOW), "k1", body, signature=signature, now=NOW)
    if other != body:
        with pytest.raises(SignatureRefused):
            check("s", str(NOW), "k1", other, signature=signature, now=NOW)


def test_everything_is_in_the_body(driver):
    content = b"\xff\xd8\xff" + b"\0" * 100
    post = make_post(ADAPTER, "今天普法。", attachments=[make_picture("图.jpg", "image/jpeg", content)])
    driver.publish_surely(post)
    sent = driver.fake.log("/hook/")[0]
    body, picture = sent["json"], sent["json"]["pictures"][0]
    assert {name: body[name] for name in ("id", "title", "text", "link")} == {
        "id": post.key,
        "title": "今天普法。",
        "text": "今天普法。",
        "link": post.link,
    }
    assert base64.b64decode(picture.pop("data")) == content
    sha256 = hashlib.sha256(content).hexdigest()
    assert picture == {
        "name": "图.jpg",
        "type": "image/jpeg",
        "size": 103,
        "description": "一张图",
        "sha256": sha256,
    }
    assert sent["headers"]["x-delivery-id"] == post.key


def test_video_stays_behind_and_the_editor_is_told(driver):
    video = Attachment("a.mp4", "video/mp4", 4, "", lambda: b"film")
    post = make_post(ADAPTER, attachments=[video])
    assert [each.is_loss for each in ADAPTER.validate(driver.account, post)] == [True]
    driver.publish_surely(post)
    assert driver.posts()[0]["pictures"] == 0


def test_pictures_that_are_too_large_together_are_told_before_they_are_sent(driver):
    half = Attachment("a.png", "image/png", MOST_BYTES // 2, "", lambda: b"")
    assert list(ADAPTER.validate(driver.account, make_post(ADAPTER, attachments=[half, half]))) == []
    problems = ADAPTER.validate(driver.account, make_post(ADAPTER, attachments=[half, half, make_picture()]))
    assert [(each.field, each.is_loss) for each in problems] == [("pictures", False)]


def test_repeat_is_dropped_and_says_which_post_it_was(driver):
    post = make_post(ADAPTER)
    sent = driver.publish_surely(post)
    assert driver.publish(post) == sent
    assert [each["status"] for each in driver.fake.log("/hook/")] == [200, 409]
    assert len(driver.posts()) == 1


def test_receiver_without_ids_of_its_own_knows_the_post_by_the_deliverys(driver):
    driver.fake.set(says_id=False)
    post = make_post(ADAPTER)
    assert driver.publish(post) == Sent(post.key)
    assert ADAPTER.withdraw(driver.account, post.key) == Withdrawn()
    assert driver.posts() == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.invalid/", "https://a.invalid/" + "a" * 500])
def test_address_that_is_none_to_link_is_not_kept(driver, address):
    driver.fake.set(address=address)
    assert driver.publish_surely(make_post(ADAPTER)).url == ""


def test_wrong_secret_is_a_lost_authorisation(driver):
    driver.secrets["signing_secret"] = "another"
    assert isinstance(driver.publish(make_post(ADAPTER)), Unauthorised)
    assert driver.posts() == []


def test_nothing_is_sent_without_a_secret(driver):
    driver.secrets.pop("signing_secret")
    assert isinstance(driver.publish(make_post(ADAPTER)), Misconfigured)
    assert driver.fake.log() == []


def test_receiver_that_wants_no_more_stops_the_account(driver):
    driver.fake.set(is_gone=True)
    outcome = driver.publish(make_post(ADAPTER))
    assert isinstance(outcome, Misconfigured)
    assert "不再接收" in outcome.text


def test_receiver_says_when_to_come_again(driver):
    driver.fake.set(limit=1)
    driver.publish_surely(make_post(ADAPTER))
    outcome = driver.publish(make_post(ADAPTER))
    assert isinstance(outcome, Limited)
    assert outcome.until is not None
    assert timedelta(minutes=58) < outcome.until - timezone.now() <= timedelta(hours=1)


def test_no_address_within_this_network_is_spoken_to(driver, settings):
    settings.MICROBLOG_PRIVATE_TARGETS = False
    assert isinstance(driver.publish(make_post(ADAPTER)), Misconfigured)
    assert driver.fake.log() == []


def test_published_post_goes_out_once_though_the_answer_was_lost(fake, in_kongtong):
    made = fake.make_account()
    account = make_account(in_kongtong, platform=Platform.WEBHOOK, base_url=made["base_url"], secrets=made["secrets"])
    make_page(in_kongtong, "今天普法。", accounts=[account])
    fake.fault("drop_after_accept")
    for expected in (Dispatch.UNKNOWN, Dispatch.SENT):
        Delivery.objects.update(next_at=timezone.now())
        work_off(account.pk)
        assert Delivery.objects.get().state == expected
    delivery, post = Delivery.objects.get(), fake.posts()[0]
    assert (delivery.remote_id, delivery.remote_url) == (post["id"], post["url"])
    assert len(fake.posts()) == 1
    assert fake.log()[0]["json"]["site"] == "kongtong.sfj.localhost"
    assert fake.log()[0]["json"]["account"] == account.name
