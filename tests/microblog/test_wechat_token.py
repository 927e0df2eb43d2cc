"""WeChat's stable token: fetched once, kept, renewed before its end, forced seldom."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from microblog.adapters.wechat import WeChatAdapter
from microblog.outcomes import (
    Limited,
    Misconfigured,
    Retry,
    Unauthorised,
)
from tests.microblog.conftest import HOUR_SECONDS
from tests.microblog.driver import Driver, make_post

ADAPTER = WeChatAdapter()
TOKEN, DRAFTS = "stable_token", "draft/add"


@pytest.fixture
def driver(wechat):
    return Driver(ADAPTER, wechat)


def requests(driver, path):
    return len(driver.fake.log(path))


def test_token_is_fetched_once_and_kept(driver):
    driver.publish_surely(make_post(ADAPTER))
    driver.publish_surely(make_post(ADAPTER))
    assert requests(driver, TOKEN) == 1
    assert set(driver.kept) == {"access_token", "token_until"}


def test_token_is_renewed_before_its_end_and_not_by_force(driver):
    driver.publish_surely(make_post(ADAPTER))
    left = datetime.fromisoformat(driver.secrets["token_until"]) - timezone.now()
    assert timedelta() < left <= timedelta(seconds=HOUR_SECONDS * (2 - 1 / 12))
    driver.secrets["token_until"] = timezone.now().isoformat()
    driver.publish_surely(make_post(ADAPTER))
    assert [each["json"]["force_refresh"] for each in driver.fake.log(TOKEN)] == [False, False]


def test_token_that_somebody_else_has_renewed_is_fetched_and_not_forced(driver):
    driver.secrets.update(access_token="old", token_until=(timezone.now() + timedelta(hours=1)).isoformat())
    driver.publish_surely(make_post(ADAPTER))
    assert [each["json"]["force_refresh"] for each in driver.fake.log(TOKEN)] == [False]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_token_that_is_refused_though_it_is_the_current_one_is_forced_once(driver, code):
    driver.publish_surely(make_post(ADAPTER))
    driver.fake.fault("error", code=code, path=DRAFTS)
    driver.publish_surely(make_post(ADAPTER))
    assert [each["json"]["force_refresh"] for each in driver.fake.log(TOKEN)] == [False, False, True]


def test_token_is_not_forced_twice_within_half_a_minute(driver, settings):
    settings.MICROBLOG_HOUR_SECONDS = 3600
    driver.fake.fault("expired", path=DRAFTS, times=2)
    assert isinstance(driver.publish(make_post(ADAPTER)), Unauthorised)
    driver.fake.fault("expired", path=DRAFTS)
    outcome = driver.publish(make_post(ADAPTER))
    assert isinstance(outcome, Retry)
    assert outcome.after == timedelta(seconds=30)
    assert [each["json"]["force_refresh"] for each in driver.fake.log(TOKEN)].count(True) == 1


def test_token_is_forced_twenty_times_a_day_at_most(driver, settings):
    settings.MICROBLOG_HOUR_SECONDS = 3600
    earlier = [timezone.now() - timedelta(hours=20, minutes=-each) for each in range(20)]
    driver.secrets["forced_at"] = json.dumps([each.isoformat() for each in earlier])
    driver.fake.fault("expired", path=DRAFTS)
    outcome = driver.publish(make_post(ADAPTER))
    assert isinstance(outcome, Retry)
    assert outcome.after is not None
    assert timedelta(hours=3, minutes=59) < outcome.after <= timedelta(hours=4)
    assert [each["json"]["force_refresh"] for each in driver.fake.log(TOKEN)] == [False, False]


@pytest.mark.parametrize(("name", "outcome"), [("app_id", Misconfigured), ("app_secret", Unauthorised)])
def test_wrong_key_is_told_as_what_it_is(driver, name, outcome):
    driver.secrets[name] = "wrong"
    assert isinstance(driver.publish(make_post(ADAPTER)), outcome)


def test_address_that_is_not_on_the_list_is_named(driver):
    driver.fake.set(whitelist=["203.0.113.5"])
    outcome = driver.publish(make_post(ADAPTER))
    assert isinstance(outcome, Misconfigured)
    assert "127.0.0.1" in outcome.text
    assert "白名单" in outcome.text


def test_quota_of_the_day_ends_with_the_day(driver, settings):
    settings.MICROBLOG_HOUR_SECONDS = 3600
    driver.fake.set(quota=1)
    driver.publish(make_post(ADAPTER))
    outcome = driver.publish(make_post(ADAPTER))
    assert isinstance(outcome, Limited)
    assert outcome.is_daily
    assert timezone.localtime(outcome.until).hour == timezone.localtime(outcome.until).minute == 0
