"""What is Weibo's own: its counting, its domains, its errors, its lists, its limits."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import pytest
from django.utils import timezone

from microblog.adapters.base import LimitReached, get_adapter
from microblog.adapters.weibo import LARGEST_PICTURE, WeiboAdapter
from microblog.adapters.weibo_errors import KNOWN_CODES, read_error, read_status
from microblog.adapters.weibo_text import clean_domain, count_text, find_topic, has_link_below, is_same_text, make_mid
from microblog.outbox.connecting import connect
from microblog.outbox.sending import work_off
from microblog.outcomes import (
    Limited,
    Misconfigured,
    NotThere,
    NotWithdrawable,
    Refused,
    Retry,
    Sent,
    Unauthorised,
    Unknowable,
    Unknown,
)
from microblog.platforms import Platform
from site_core.dispatching import Dispatch
from tests.microblog.driver import Driver, make_picture
from tests.microblog.driver import make_post as make_outgoing
from tests.microblog.fakes.running import Steering, running
from tests.microblog.fakes.weibo_rules import ERRORS, count
from tests.microblog.raw_server import says, serving
from tests.microblog.samples import make_account, make_post

HOUR_SECONDS = 20.0
LINK = "http://kongtong.sfj.localhost/gzdt/12/"
SHARE = "statuses/share"


@pytest.fixture(scope="module")
def served() -> Iterator[Steering]:
    with running("weibo", hour_seconds=HOUR_SECONDS) as url, Steering(url) as fake:
        yield fake


@pytest.fixture
def fake(served, settings) -> Iterator[Steering]:
    settings.MICROBLOG_HOUR_SECONDS = HOUR_SECONDS
    served.set(lag_seconds=0)
    yield served
    served.reset()


@pytest.fixture
def adapter() -> WeiboAdapter:
    return WeiboAdapter()


@pytest.fixture
def driver(adapter, fake) -> Driver:
    return Driver(adapter, fake)


@pytest.fixture
def blind(adapter, fake) -> Driver:
    """An account whose app may do nothing but share."""
    fake.set(rights=[])
    return Driver(adapter, fake, options={"may_read": False})


def write(adapter, words, **changes):
    return replace(make_outgoing(adapter, words), **changes)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("普法", 2),
        ("ab", 1),
        ("abc", 2),
        ("普a", 2),
        ("第12号", 3),
        ("，。《》", 4),
        (LINK, 10),
        (f"普法{LINK}普法", 14),
        (f"{LINK} {LINK}", 21),
        ("http://", 4),
        ("é", 1),
        ("😀", 2),
    ],
)
def test_text_is_counted_as_weibo_does(text, length):
    assert count_text(text) == count(text) == length


def test_140_are_taken_and_141_are_not(adapter, driver):
    room = 140 - count_text(f" {LINK}")
    fits, longer = make_outgoing(adapter, "法" * room), make_outgoing(adapter, "法" * (room + 1))
    assert adapter.measure(driver.account, fits.text).count == 140
    assert not list(adapter.validate(driver.account, fits))
    (problem,) = adapter.validate(driver.account, longer)
    assert "141 字" in problem.message
    assert isinstance(driver.publish(fits), Sent)
    assert driver.publish(longer) == read_error("20012")


def test_limit_of_the_account_is_its_own(adapter, driver):
    driver.account = replace(driver.account, options={**driver.account.options, "char_limit": 2000})
    assert not list(adapter.validate(driver.account, make_outgoing(adapter, "法" * 1500)))


def test_link_is_put_once_at_the_end_and_no_topic_is(adapter):
    assert adapter.arrange("普法", "宪法宣传周", LINK) == f"普法 {LINK}"
    assert adapter.arrange(f"看 {LINK} 这里", "", LINK) == f"看 {LINK} 这里"
    assert adapter.arrange("普法", "", "") == "普法"


def test_topic_is_told_before_it_is_sent(adapter, driver):
    post = make_outgoing(adapter, "参加#宪法宣传周#活动")
    (problem,) = adapter.validate(driver.account, post)
    assert "#宪法宣传周#" in problem.message
    assert isinstance(driver.publish(post), Refused)
    assert find_topic("一个 # 号") == find_topic("##") == ""


@pytest.mark.parametrize(
    ("host", "is_below"),
    [
        ("sfj.localhost", True),
        ("kongtong.sfj.localhost:8000", True),
        ("KONGTONG.SFJ.localhost", True),
        ("evilsfj.localhost", False),
        ("sfj.localhost.evil.invalid", False),
        ("evil.invalid/sfj.localhost", False),
        ("sfj.localhost@evil.invalid", False),
    ],
)
def test_link_has_to_be_on_the_safe_domain_or_below(adapter, driver, host, is_below):
    post = make_outgoing(adapter, link=f"http://{host}/a/")
    assert bool(list(adapter.validate(driver.account, post))) is not is_below
    outcome = driver.publish(post)
    assert isinstance(outcome, Sent if is_below else Misconfigured)


@pytest.mark.parametrize(
    "typed", ["sfj.localhost", "http://sfj.localhost:8000/a", "*.sfj.localhost", " SFJ.localhost. "]
)
def test_safe_domain_is_understood_as_people_type_it(typed):
    assert clean_domain(typed) == "sfj.localhost"


def test_no_safe_domain_is_no_licence():
    assert not has_link_below(f"普法 {LINK}", "")


def test_text_on_the_wire_is_encoded_as_rfc_3986_wants(adapter, driver):
    post = make_outgoing(adapter, "百分之百!*'()~ &=+% 普法")
    driver.publish_surely(post)
    (request,) = driver.fake.log(SHARE)
    assert f"status={quote(post.text, safe='')}" in request["body"]
    assert not set("!*'()+") & set(request["body"])
    assert request["form"]["status"] == post.text
    assert request["headers"]["content-type"] == "application/x-www-form-urlencoded"


def test_address_of_whoever_published_is_told_else_our_own(adapter, driver):
    driver.publish_surely(write(adapter, "第一条", operator_address="2001:db8::7"))
    driver.publish_surely(write(adapter, "第二条", operator_address=""))
    assert [entry["form"]["rip"] for entry in driver.fake.log(SHARE)] == ["2001:db8::7", "127.0.0.1"]


def test_one_picture_goes_along_and_the_others_are_said_to_be_lost(adapter, driver):
    pictures = [make_picture("一.png"), make_picture("二.png"), make_picture("三.png")]
    post = make_outgoing(adapter, attachments=pictures)
    (problem,) = adapter.validate(driver.account, post)
    assert problem.is_loss
    assert "其余 2 张" in problem.message
    driver.publish_surely(post)
    (request,) = driver.fake.log(SHARE)
    assert [(each["field"], each["name"], each["size"]) for each in request["files"]] == [("pic", "一.png", 9)]
    assert request["form"]["status"] == post.text


@pytest.mark.parametrize(
    ("picture", "words", "code"),
    [
        (make_picture("a.webp", "image/webp", b"RIFF0000WEBP"), "格式", "20005"),
        (make_picture(content=b"\x89PNG\r\n\x1a\n" + b"0" * (LARGEST_PICTURE - 8)), "5.0 MB", "20006"),
    ],
)
def test_picture_of_the_wrong_kind_or_size_is_told_before(adapter, driver, picture, words, code):
    post = make_outgoing(adapter, attachments=[picture])
    (problem,) = adapter.validate(driver.account, post)
    assert words in problem.message
    assert driver.publish(post) == read_error(code)


def test_largest_picture_is_taken(adapter, driver):
    picture = make_picture(content=b"\x89PNG\r\n\x1a\n" + b"0" * (LARGEST_PICTURE - 9))
    post = make_outgoing(adapter, attachments=[picture])
    assert not list(adapter.validate(driver.account, post))
    driver.publish_surely(post)


def test_video_cannot_go_and_is_not_sent_as_a_picture(adapter, driver):
    post = make_outgoing(adapter, attachments=[make_picture("a.mp4", "video/mp4", b"0")])
    assert [each.field for each in adapter.validate(driver.account, post)] == ["video"]
    driver.publish_surely(post)
    assert driver.posts()[0]["pictures"] == 0


def test_picture_that_cannot_be_read_is_refused_before_anything_is_sent(adapter, driver):
    def read():
        raise FileNotFoundError

    post = make_outgoing(adapter, attachments=[replace(make_picture(), read=read)])
    assert isinstance(driver.publish(post), Refused)
    assert (driver.requests, driver.fake.log()) == ([], [])


def test_app_that_may_only_share_says_that_a_person_has_to_look(adapter, blind):
    post = make_outgoing(adapter)
    blind.fake.fault("drop_after_accept", path=SHARE)
    assert isinstance(blind.publish(post), Unknown)
    assert isinstance(blind.look(post), Unknowable)
    assert isinstance(adapter.withdraw(blind.account, "5100000000000001"), NotWithdrawable)
    assert adapter.fetch_counts(blind.account, ["5100000000000001"]) == {}
    assert list(adapter.fetch_posts(blind.account, "")) == []
    assert len(blind.fake.log()) == 1


def test_right_that_was_taken_away_is_noticed(adapter, driver):
    sent = driver.publish_surely(post := make_outgoing(adapter))
    driver.fake.set(rights=[])
    assert isinstance(driver.look(post), Unknowable)
    refusal = adapter.withdraw(driver.account, sent.remote_id)
    assert isinstance(refusal, NotWithdrawable)
    assert sent.url in refusal.text
    assert adapter.fetch_counts(driver.account, [sent.remote_id]) == {}


def test_withdrawal_of_what_has_no_id_is_for_a_person(adapter, driver):
    assert isinstance(adapter.withdraw(driver.account, ""), NotWithdrawable)
    assert driver.fake.log() == []


def test_20032_with_an_id_is_sent(adapter, driver):
    driver.fake.set(with_id=True)
    driver.fake.fault("error", code=20032, path=SHARE)
    sent = driver.publish_surely(make_outgoing(adapter))
    assert [each["id"] for each in driver.posts()] == [sent.remote_id]


def test_20032_without_an_id_is_sent_and_its_id_is_found(adapter, driver):
    driver.fake.fault("error", code=20032, path=SHARE)
    sent = driver.publish_surely(make_outgoing(adapter))
    assert [(each["id"], each["url"]) for each in driver.posts()] == [(sent.remote_id, sent.url)]


def test_20032_that_no_list_ever_shows_is_sent_all_the_same(adapter, driver):
    driver.fake.set(lag_seconds=1000)
    driver.fake.fault("error", code=20032, path=SHARE)
    sent = driver.publish_surely(make_outgoing(adapter))
    assert (sent.remote_id, len(driver.posts()), len(driver.fake.log(SHARE))) == ("", 1, 1)
    assert len(driver.fake.log("timeline")) == 4


def test_20032_is_sent_for_an_app_that_may_not_look(adapter, blind):
    blind.fake.fault("error", code=20032, path=SHARE)
    assert blind.publish(make_outgoing(adapter)) == Sent("", f"https://weibo.com/u/{blind.account.remote_id}")
    assert len(blind.posts()) == 1


def test_list_that_lags_shows_it_later(adapter, driver):
    driver.fake.set(lag_seconds=0.6)
    driver.fake.fault("drop_after_accept", path=SHARE)
    driver.publish(post := make_outgoing(adapter))
    assert driver.look(post) == NotThere(is_certain=False)
    assert isinstance(driver.look_until_found(post), Sent)


def test_same_words_of_long_ago_are_another_post(adapter, driver):
    driver.publish_surely(post := make_outgoing(adapter))
    later = timezone.now() + timedelta(seconds=10)
    assert driver.adapter.reconcile(driver.account, post, {}, later) == NotThere()
    assert isinstance(driver.look(post), Sent)


@pytest.mark.parametrize(("age_s", "expected"), [(0, Sent), (60, NotThere)])
@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)], ids=["fast", "slow"])
def test_clock_of_weibo_that_differs_from_ours_is_reckoned_with(adapter, driver, ahead, age_s, expected):
    post, since = make_outgoing(adapter), timezone.now()
    there = since.astimezone(UTC) + ahead
    made = (there - timedelta(seconds=age_s)).strftime("%a %b %d %H:%M:%S %z %Y")
    body = json.dumps({"statuses": [{"idstr": "5100000000000001", "created_at": made, "text": post.text}]}).encode()
    date = format_datetime(there, usegmt=True)
    head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with serving(says(head + body)) as server:
        account = replace(driver.account, base_url=server.url)
        assert isinstance(adapter.reconcile(account, post, {}, since), expected)


def test_it_is_found_behind_a_hundred_others(adapter, driver):
    driver.publish_surely(post := make_outgoing(adapter))
    for number in range(205):
        driver.fake.post_by_hand(account=driver.account.remote_id, text=f"手工第 {number} 条")
    assert isinstance(driver.look(post), Sent)
    assert len(driver.fake.log("timeline")) == 3


@pytest.mark.parametrize(
    ("listed", "is_same"),
    [
        ("普法 &lt;宪法&gt; &amp; 民法 http://t.cn/A6abcdef", True),
        ("普法 <宪法> & 民法 http://t.cn/A6abcdef \u200b", True),
        ("普法 <宪法> & 民法", True),
        ("普法 <宪法> & 刑法 http://t.cn/A6abcdef", False),
        ("普法 <宪法>... 全文", True),
        ("普法 <民法>... 全文", False),
        ("...全文", False),
        ("普法 <宪法> & 民法 http://kongtong.sfj.localhost/gzdt/13/", False),
        ("", False),
    ],
)
def test_post_is_known_again_as_weibo_shows_it(listed, is_same):
    assert is_same_text(f"普法 <宪法> & 民法 {LINK}", listed) is is_same


def test_public_address_is_that_of_weibo(adapter, driver):
    assert make_mid("3501756485200075") == "z0JH2lOMb"
    assert make_mid("3491700092079471") == "yCtxn8IXR"
    assert make_mid("35017560000075").endswith("001d")
    sent = driver.publish_surely(make_outgoing(adapter))
    query = {"id": sent.remote_id, "access_token": driver.secrets["access_token"]}
    answer = driver.fake.client.get("/2/statuses/querymid.json", params=query).json()
    assert sent.url == f"https://weibo.com/{driver.account.remote_id}/{answer['mid']}"


def test_what_was_fetched_is_not_fetched_again(adapter, driver):
    first = driver.fake.post_by_hand(account=driver.account.remote_id, text="第一条")
    second = driver.fake.post_by_hand(account=driver.account.remote_id, text="第二条")
    assert [each.remote_id for each in adapter.fetch_posts(driver.account, "")] == [first["id"], second["id"]]
    driver.fake.post_by_hand(account=driver.account.remote_id, text="第三条")
    assert [each.text for each in adapter.fetch_posts(driver.account, first["id"])] == ["第二条", "第三条"]


def test_counts_of_more_than_a_hundred_take_two_requests(adapter, driver):
    ids = [driver.fake.post_by_hand(account=driver.account.remote_id, text=f"{n}")["id"] for n in range(101)]
    assert len(adapter.fetch_counts(driver.account, ids)) == 101
    assert len(driver.fake.log("count")) == 2


def test_authorisation_that_has_run_out_is_said(adapter, fake):
    outcome = Driver(adapter, fake, seconds=-1).publish(make_outgoing(adapter))
    assert isinstance(outcome, Unauthorised)
    assert "重新连接" in outcome.text


@pytest.mark.parametrize("code", sorted(KNOWN_CODES))
def test_every_error_says_what_to_do(code):
    outcome = read_error(code)
    assert outcome.code == code
    assert outcome.text.endswith("。")
    if isinstance(outcome, Retry | Limited):
        assert "自动" in outcome.text or "稍后" in outcome.text
    elif not isinstance(outcome, Unknown):
        assert any(word in outcome.text for word in ("请", "重新"))


def test_every_error_of_the_fake_has_words():
    assert {str(code) for code in ERRORS} - KNOWN_CODES <= {"20032", "20101", "20102"}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (read_error("21399"), Refused),
        (read_error("21301"), Unauthorised),
        (read_error("99999"), Refused),
        (read_error("99999", 502), Unknown),
        (read_status(413), Refused),
        (read_status(429), Limited),
        (read_status(302), Misconfigured),
        (read_status(404), Misconfigured),
        (read_status(502), Unknown),
    ],
)
def test_answers_that_nobody_foresaw_are_taken_for_the_worst(outcome, expected):
    assert type(outcome) is expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"<html>ok</html>", Unknown),
        (200, b"[]", Unknown),
        (200, b'{"idstr": "<script>"}', Unknown),
        (502, b"<html>Bad Gateway</html>", Unknown),
        (302, b"", Misconfigured),
        (400, b'{"error_code": "20012"}', Refused),
        (200, b'{"error_code": 10009}', Retry),
    ],
)
def test_answers_that_are_not_weibos(adapter, driver, status, body, expected):
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with serving(says(head + body)) as server:
        driver.account = replace(driver.account, base_url=server.url)
        post = make_outgoing(adapter)
        assert type(driver.publish(post)) is expected
        if expected is Unknown:
            assert isinstance(driver.look(post), Unknown | Misconfigured)
            assert list(adapter.fetch_posts(driver.account, "")) == []
            assert adapter.fetch_counts(driver.account, ["1"]) == {}


@pytest.fixture
def account(in_kongtong, fake):
    """崆峒区's account on the fake, with rows of its own."""
    made = fake.make_account()
    return make_account(
        in_kongtong,
        platform=Platform.WEIBO,
        base_url=fake.url,
        remote_id=made["remote_id"],
        may_read=True,
        secrets=made["secrets"],
    )


def test_published_here_is_public_there(account, in_kongtong, fake):
    make_post(in_kongtong, "今天普法。", accounts=[account])
    work_off(account.pk)
    delivery = account.deliveries.get()
    (found,) = fake.posts(account.remote_id)
    assert (delivery.state, delivery.remote_id, delivery.remote_url) == (Dispatch.SENT, found["id"], found["url"])
    assert found["text"] == f"今天普法。 {delivery.link}"


def send_to_the_limit(account, adapter, settings, number, hour_seconds):
    """Post so many, waiting as the counter says; which waits there were, and what the server answered."""
    settings.MICROBLOG_HOUR_SECONDS = hour_seconds
    waiting, waits, sent = threading.Event(), [], 0
    with running("weibo", hour_seconds=hour_seconds) as url, Steering(url) as fake:
        made = fake.make_account()
        connected = replace(connect(account), base_url=url, remote_id=made["remote_id"], secrets=made["secrets"])
        while sent < number:
            try:
                outcome = adapter.publish(connected, make_outgoing(adapter, f"第 {sent} 条"), {}, lambda progress: None)
            except LimitReached as wait:
                waits.append("day" if wait.is_daily else "hour")
                waiting.wait(max(0.0, (wait.until - timezone.now()).total_seconds()))
                continue
            assert isinstance(outcome, Sent), outcome
            sent += 1
        return waits, [entry["status"] for entry in fake.log()]


def test_limit_of_the_hour_is_kept_to_the_full(account, adapter, settings):
    waits, answers = send_to_the_limit(account, adapter, settings, 31, 4.0)
    assert answers == [200] * 31
    assert waits[0] == "hour"


def test_limit_of_the_day_is_kept_to_the_full(account, adapter, settings):
    waits, answers = send_to_the_limit(account, adapter, settings, 101, 0.6)
    assert answers == [200] * 101
    assert "day" in waits


def test_the_adapter_is_wired():
    assert isinstance(get_adapter(Platform.WEIBO), WeiboAdapter)
