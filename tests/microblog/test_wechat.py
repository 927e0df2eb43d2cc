"""A post's way through WeChat: steps that are kept, publication that takes its time, drafts that wait for a person."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from microblog.adapters.wechat import DRAFT, WeChatAdapter
from microblog.models import Delivery
from microblog.outbox.sending import work_off
from microblog.outcomes import (
    Accepted,
    Misconfigured,
    NotThere,
    NotWithdrawable,
    Refused,
    Retry,
    Sent,
    Unknowable,
    Unknown,
    Withdrawn,
)
from microblog.platforms import Platform
from site_core.dispatching import Dispatch
from tests.microblog.conftest import HOUR_SECONDS
from tests.microblog.driver import Driver, make_picture, make_post
from tests.microblog.samples import make_account
from tests.microblog.samples import make_post as make_page

ADAPTER = WeChatAdapter()
TOKEN, DRAFTS, SUBMIT = "stable_token", "draft/add", "freepublish/submit"


@pytest.fixture
def driver(wechat):
    return Driver(ADAPTER, wechat)


@pytest.fixture
def careful(wechat):
    """An account whose drafts a person publishes."""
    return Driver(ADAPTER, wechat, options={"may_publish": False})


@pytest.fixture
def unverified(wechat):
    """The same, and WeChat does not let it list what is published."""
    return Driver(ADAPTER, wechat, verified=False)


def requests(driver, path):
    return len(driver.fake.log(path))


def follow(driver, post):
    """One look at what was accepted."""
    return ADAPTER.follow_up(driver.account, post, dict(driver._progress[post.key]), driver._saver(post))


def age(driver, post, name, by):
    """As if what the progress says had been so much earlier."""
    driver._progress[post.key][name] -= by.total_seconds()


# Steps, each of which may be the last


def test_what_is_done_is_not_done_again(driver):
    driver.fake.fault("error", code=-1, path=DRAFTS)
    post = make_post(ADAPTER, attachments=[make_picture(), make_picture("b.png")])
    assert isinstance(driver.publish(post), Retry)
    driver.publish_surely(post)
    assert (requests(driver, "uploadimg"), requests(driver, "add_material"), requests(driver, DRAFTS)) == (2, 1, 2)


@pytest.mark.parametrize("path", ["uploadimg", "add_material", TOKEN])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after_accept"])
def test_lost_answer_before_the_draft_is_no_riddle(driver, path, kind):
    driver.fake.fault(kind, path=path)
    post = make_post(ADAPTER, attachments=[make_picture()])
    assert isinstance(driver.publish(post), Retry)
    driver.publish_surely(post)
    assert len(driver.posts()) == 1


def test_worker_that_died_before_the_draft_left_nothing(driver):
    post = make_post(ADAPTER, attachments=[make_picture()])
    driver._since[post.key] = timezone.now()
    driver._progress[post.key] = {"pictures": ["https://mmbiz.invalid/1"]}
    assert driver.look(post) == NotThere(is_certain=True)
    assert driver.fake.log() == []


def test_cover_that_is_not_known_everywhere_yet_is_waited_for(driver):
    driver.fake.set(material_lag_seconds=0.1)
    post, end = make_post(ADAPTER), time.monotonic() + 10
    outcome = driver.publish(post)
    assert isinstance(outcome, Retry)
    while isinstance(outcome, Retry) and time.monotonic() < end:
        outcome = driver.publish(post)
    assert isinstance(outcome, Sent)


def test_cover_that_stays_unknown_is_uploaded_anew(driver):
    driver.fake.fault("error", code=40007, path=DRAFTS, times=2)
    post = make_post(ADAPTER)
    assert isinstance(driver.publish(post), Retry)
    age(driver, post, "cover_at", timedelta(seconds=HOUR_SECONDS / 60))
    assert isinstance(driver.publish(post), Retry)
    driver.publish_surely(post)
    assert requests(driver, "add_material") == 2


def test_draft_of_unknown_fate_is_found_by_its_link_and_published_once(driver):
    driver.fake.fault("drop_after_accept", path=DRAFTS)
    post = make_post(ADAPTER)
    assert isinstance(driver.publish(post), Unknown)
    assert isinstance(driver.look(post), Accepted)
    assert isinstance(driver.look_until_found(post), Sent)
    assert (requests(driver, DRAFTS), requests(driver, SUBMIT), len(driver.posts())) == (1, 1, 1)


def test_submission_of_unknown_fate_is_waited_for(driver):
    driver.fake.set(publishing_seconds=0.5)
    driver.fake.fault("drop_after_accept", path=SUBMIT)
    post, end = make_post(ADAPTER), time.monotonic() + 10
    outcome = driver.publish(post)
    assert isinstance(outcome, Unknown)
    while isinstance(outcome, Unknown) and time.monotonic() < end:
        outcome = driver.look(post)
    assert isinstance(outcome, Sent)
    assert (requests(driver, SUBMIT), [each["id"] for each in driver.posts()]) == (1, [outcome.remote_id])


def test_submission_that_was_not_taken_is_repeated_when_that_is_sure(driver):
    driver.fake.fault("drop_before", path=SUBMIT)
    post = make_post(ADAPTER)
    assert isinstance(driver.publish(post), Unknown)
    assert isinstance(driver.look(post), Unknown)
    age(driver, post, "submitted_at", timedelta(seconds=HOUR_SECONDS / 4))
    assert isinstance(driver.look_until_found(post), Sent)
    assert len(driver.posts()) == 1


def test_worker_that_died_after_the_submission_goes_on_asking(driver):
    post = make_post(ADAPTER)
    driver.publish(post)
    assert "publish_id" in driver._progress[post.key]
    assert isinstance(driver.look(post), Sent)
    assert requests(driver, SUBMIT) == 1


@pytest.mark.parametrize(("verdict", "word"), [(2, "原创"), (3, "失败"), (4, "审核")])
def test_publication_that_fails_says_why_and_can_be_asked_for_again(driver, verdict, word):
    driver.fake.set(verdict=verdict)
    post = make_post(ADAPTER)
    outcome = driver.publish(post)
    assert isinstance(outcome, Refused)
    assert word in outcome.text
    driver.fake.set(verdict=0)
    driver.publish_surely(post)
    assert (requests(driver, DRAFTS), requests(driver, SUBMIT), len(driver.posts())) == (1, 2, 1)


@pytest.mark.parametrize(("verdict", "word"), [(5, "删除"), (6, "封禁")])
def test_article_that_is_gone_after_publication_begins_anew_if_a_person_asks(driver, verdict, word):
    driver.fake.set(verdict=verdict)
    post = make_post(ADAPTER)
    outcome = driver.publish(post)
    assert isinstance(outcome, Refused)
    assert word in outcome.text
    driver.fake.set(verdict=0)
    driver.publish_surely(post)
    assert requests(driver, DRAFTS) == 2


def test_account_that_may_not_publish_though_it_was_said_so_is_told(unverified):
    unverified.account = replace(unverified.account, options={"may_publish": True})
    outcome = unverified.publish(make_post(ADAPTER))
    assert isinstance(outcome, Misconfigured)
    assert "认证" in outcome.text


# Drafts that wait for a person


def test_draft_waits_for_a_person(careful):
    post = make_post(ADAPTER)
    outcome = careful.publish(post)
    assert isinstance(outcome, Accepted)
    assert (outcome.waits_for_person, outcome.after) == (True, timedelta(seconds=HOUR_SECONDS))
    assert outcome.text == "已存入草稿箱，请在公众平台上发布。"
    assert careful.posts() == []
    assert follow(careful, post) == outcome


def test_draft_that_a_person_published_is_seen(careful):
    post = make_post(ADAPTER)
    careful.publish(post)
    made = careful.fake.post_by_hand(account=careful.account.remote_id, link=post.link)
    assert follow(careful, post) == Sent(made["id"], made["url"])


def test_draft_that_left_the_box_of_an_account_that_cannot_list_is_a_persons_to_judge(unverified):
    post = make_post(ADAPTER)
    unverified.publish(post)
    unverified.fake.post_by_hand(account=unverified.account.remote_id, link=post.link)
    outcome = follow(unverified, post)
    assert isinstance(outcome, Unknowable)
    assert "公众平台" in outcome.text


def test_draft_of_unknown_fate_is_found_and_waits(unverified):
    unverified.fake.fault("drop_after_accept", path=DRAFTS)
    post = make_post(ADAPTER)
    assert isinstance(unverified.publish(post), Unknown)
    outcome = unverified.look(post)
    assert isinstance(outcome, Accepted)
    assert outcome.waits_for_person
    assert requests(unverified, DRAFTS) == 1


def test_draft_is_taken_out_of_the_box(careful):
    post = make_post(ADAPTER)
    outcome = careful.publish(post)
    remote_id = DRAFT + outcome.progress["media_id"]
    assert ADAPTER.withdraw(careful.account, remote_id) == Withdrawn()
    assert isinstance(follow(careful, post), Unknowable)
    assert ADAPTER.withdraw(careful.account, remote_id) == Withdrawn()


def test_article_that_this_account_may_not_delete_is_a_persons_to_delete(unverified):
    assert isinstance(ADAPTER.withdraw(unverified.account, "an-article"), NotWithdrawable)


def test_account_that_may_not_list_gives_no_posts(unverified):
    assert list(ADAPTER.fetch_posts(unverified.account, "")) == []


def test_no_article_from_before_is_taken_for_this_one(driver):
    """The same title and link, published long ago."""
    first = make_post(ADAPTER, "今天普法。")
    driver.publish_surely(first)
    driver.fake.fault("drop_before", path=DRAFTS)
    again = make_post(ADAPTER, "今天普法。")
    driver.publish(again)
    driver._since[again.key] += timedelta(minutes=10)
    age(driver, again, "drafted_at", -timedelta(minutes=10))
    assert isinstance(driver.look(again), NotThere)


def test_published_post_goes_by_the_draft_box_to_readers(wechat, in_kongtong):
    made = wechat.make_account(verified=True)
    account = make_account(in_kongtong, platform=Platform.WECHAT, base_url=made["base_url"], secrets=made["secrets"])
    make_page(in_kongtong, "今天普法。", accounts=[account])
    work_off(account.pk)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.waits_for_person) == (Dispatch.SENDING, True)
    assert delivery.error_text == "已存入草稿箱，请在公众平台上发布。"
    wechat.post_by_hand(account=made["remote_id"], link=delivery.link)
    Delivery.objects.update(next_at=datetime.now(UTC))
    work_off(account.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == (Dispatch.SENT, wechat.posts()[0]["id"])
    account.refresh_from_db()
    assert account.connection.read_secrets()["access_token"]
