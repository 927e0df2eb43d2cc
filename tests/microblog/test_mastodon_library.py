"""Limits of an instance, the library kept on a short lead, and what comes back from Mastodon."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from microblog.adapters.base import LimitReached
from microblog.adapters.mastodon import MastodonAdapter
from microblog.adapters.mastodon_texts import is_same, read_text
from microblog.outcomes import (
    Limited,
    Misconfigured,
    NotWithdrawable,
    Refused,
    Retry,
    Sent,
    Unauthorised,
    Unknown,
    Withdrawn,
)
from microblog.posts import Attachment
from tests.microblog.conftest import HOUR_SECONDS
from tests.microblog.driver import Driver, make_picture, make_post

ADAPTER = MastodonAdapter()
STATUSES, MEDIA = "/api/v1/statuses", "/api/v2/media"
ADDRESS = "https://www.example.gov.cn/gzdt/12/"


@pytest.fixture
def driver(mastodon):
    return Driver(ADAPTER, mastodon)


def requests(driver, path, method="POST"):
    return [each for each in driver.fake.log(path) if each["method"] == method]


# Limits


def test_address_counts_as_twenty_three(driver):
    length = ADAPTER.measure(driver.account, f"普法 {ADDRESS}")
    assert (length.count, length.limit) == (3 + 23, 500)


@pytest.mark.parametrize(("characters", "is_taken"), [(475, True), (476, False)])
def test_longest_post_is_taken_and_a_longer_one_is_told(driver, characters, is_taken):
    post = make_post(ADAPTER, "普" * characters, link=ADDRESS)
    problems = list(ADAPTER.validate(driver.account, post))
    assert [each.message for each in problems] == ([] if is_taken else ["501 字符，此 Mastodon 实例最多 500 字符。"])
    assert isinstance(driver.publish(post), Sent if is_taken else Refused)


def test_limits_are_those_that_the_instance_told_last(driver):
    driver.fake.set(char_limit=1000)
    driver.publish_surely(make_post(ADAPTER))
    assert ADAPTER.measure(driver.account, "普").limit == 1000
    driver.publish_surely(make_post(ADAPTER, "普" * 900))
    assert len(requests(driver, "/api/v2/instance", "GET")) == 1


def test_instance_that_tells_no_limits_has_the_usual_ones(driver):
    driver.fake.fault("error", code=404, path="/api/v2/instance")
    driver.publish_surely(make_post(ADAPTER))
    assert ADAPTER.measure(driver.account, "普").limit == 500


@pytest.mark.parametrize(
    "pictures",
    [
        [make_picture(f"{number}.png") for number in range(5)],
        [make_picture("a.bmp", "image/bmp", b"BM")],
        [
            Attachment(
                "a.png", "image/png", 16 * 1024 * 1024 + 1, "", lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 16 * 1024 * 1024
            )
        ],
    ],
    ids=["number", "kind", "size"],
)
def test_pictures_that_are_too_many_or_wrong_are_told_before_the_server_refuses_them(driver, pictures):
    post = make_post(ADAPTER, attachments=pictures)
    assert [each.field for each in ADAPTER.validate(driver.account, post)] == ["pictures"]
    assert isinstance(driver.publish(post), Refused)


def test_rate_limit_ends_when_the_instance_says(driver):
    driver.fake.fault("rate", path=STATUSES)
    outcome = driver.publish(make_post(ADAPTER))
    assert isinstance(outcome, Limited)
    assert outcome.until is not None
    # The library sets clocks by a header of whole seconds.
    assert abs(outcome.until - timezone.now() - timedelta(seconds=HOUR_SECONDS / 12)) < timedelta(seconds=1.5)


def test_limit_of_our_own_is_not_taken_for_the_networks(driver):
    def refuse(is_post):
        if is_post:
            raise LimitReached(timezone.now())

    driver.account = replace(driver.account, note_request=refuse)
    with pytest.raises(LimitReached):
        driver.publish(make_post(ADAPTER))
    assert requests(driver, STATUSES) == []


# What the library would do by itself


def test_no_redirect_is_followed(driver):
    driver.fake.fault("error", code=302, path=STATUSES)
    assert isinstance(driver.publish(make_post(ADAPTER)), Misconfigured)
    assert len(requests(driver, STATUSES)) == 1


def test_no_address_within_this_network_is_spoken_to(driver, settings):
    settings.MICROBLOG_PRIVATE_TARGETS = False
    assert isinstance(driver.publish(make_post(ADAPTER)), Misconfigured)
    assert driver.fake.log() == []


def test_token_is_never_the_name_of_a_file(driver, tmp_path):
    file = tmp_path / "token"
    file.write_text(driver.secrets["access_token"])
    driver.secrets["access_token"] = str(file)
    assert isinstance(driver.publish(make_post(ADAPTER)), Unauthorised)


def test_answer_that_makes_no_sense_is_unknown(driver):
    driver.fake.fault("error", code=200, path=STATUSES)
    assert isinstance(driver.publish(make_post(ADAPTER)), Unknown)


def test_picture_without_an_id_is_asked_for_again(driver):
    driver.fake.fault("error", code=200, path=MEDIA)
    assert isinstance(driver.publish(make_post(ADAPTER, attachments=[make_picture()])), Retry)


def test_token_without_the_right_is_told_with_the_rights_it_needs(driver):
    driver.fake.set(scopes=["read"])
    outcome = Driver(ADAPTER, driver.fake).publish(make_post(ADAPTER))
    assert isinstance(outcome, Misconfigured)
    assert "write:statuses" in outcome.text


# Back


def test_private_posts_are_not_fetched(driver):
    for visibility in ("public", "unlisted", "private", "direct"):
        driver.fake.post_by_hand(account=driver.account.remote_id, text=visibility, visibility=visibility)
    assert [each.text for each in ADAPTER.fetch_posts(driver.account, "")] == ["public", "unlisted"]


def test_everything_since_is_fetched_though_it_is_more_than_a_page(driver):
    first = driver.fake.post_by_hand(account=driver.account.remote_id, text="0")
    for number in range(1, 100):
        driver.fake.post_by_hand(account=driver.account.remote_id, text=str(number))
    found = ADAPTER.fetch_posts(driver.account, first["id"])
    assert [each.text for each in found] == [str(number) for number in range(1, 100)]


def test_counts_of_posts_that_are_gone_are_left_out(driver):
    sent = driver.publish_surely(make_post(ADAPTER))
    assert set(ADAPTER.fetch_counts(driver.account, ["1", sent.remote_id])) == {sent.remote_id}


def test_counts_before_the_instance_failed_are_kept(driver):
    sent = [driver.publish_surely(make_post(ADAPTER)).remote_id for _ in range(2)]
    driver.fake.fault("error", code=500, path=f"{STATUSES}/{sent[1]}")
    assert set(ADAPTER.fetch_counts(driver.account, sent)) == {sent[0]}


def test_deletion_that_is_refused_is_a_persons(driver):
    sent = driver.publish_surely(make_post(ADAPTER))
    driver.fake.fault("error", code=422, method="DELETE")
    assert isinstance(ADAPTER.withdraw(driver.account, sent.remote_id), NotWithdrawable)
    assert ADAPTER.withdraw(driver.account, sent.remote_id) == Withdrawn()


def test_text_comes_out_of_the_html():
    content = (
        '<p>一 &amp; 二<br />三</p><p><a href="https://a.cn/x"><span class="invisible">https://</span>a.cn/x</a></p>'
    )
    assert read_text(content) == "一 & 二\n三\n\nhttps://a.cn/x"
    assert is_same(content, "一 & 二\n三\n\nhttps://a.cn/x")
    assert not is_same(content, "一 & 二\n三\n\nhttps://a.cn/y")
