"""One suite over every adapter, against a server that behaves like its platform, in a process of its own."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from microblog.outcomes import (
    Limited,
    Misconfigured,
    NotThere,
    Refused,
    Retry,
    Sent,
    Unauthorised,
    Unknown,
    Withdrawn,
)
from microblog.platforms import Platform
from microblog.posts import Counts
from tests.microblog.contract_cases import CASES, LINK, Case
from tests.microblog.driver import PAUSE_S, Driver, make_picture, make_post
from tests.microblog.fakes.running import Steering, running

HOUR_SECONDS = 20.0  # requests may take 2 seconds, Weibo's lists lag half a one


@pytest.fixture(scope="module", params=CASES, ids=str)
def served(request) -> Iterator[tuple[Case, Steering]]:
    case: Case = request.param
    with running(case.name, hour_seconds=HOUR_SECONDS) as url, Steering(url) as fake:
        yield case, fake


@pytest.fixture
def case(served, settings) -> Iterator[Case]:
    settings.MICROBLOG_HOUR_SECONDS = HOUR_SECONDS
    yield served[0]
    served[1].reset()


@pytest.fixture
def fake(served) -> Steering:
    return served[1]


@pytest.fixture
def driver(case, fake) -> Driver:
    return Driver(case.adapter, fake, **case.account)


def counted(driver, case):
    """Requests that the adapter counted, and those that the server saw."""
    return len(driver.requests), len(driver.fake.log())


def test_every_platform_is_here():
    assert {each.name for each in CASES} == set(Platform.values)


def test_published_once_and_counted(case, driver):
    post = make_post(case.adapter)
    sent = driver.publish_surely(post)
    found = driver.posts()
    assert [each["id"] for each in found] == [sent.remote_id]
    assert post.link in found[0]["text"] or found[0].get("link") == post.link
    assert sent.url == found[0]["url"]
    asked, seen = counted(driver, case)
    assert asked == seen
    assert driver.requests.count(True) == len(driver.fake.log(case.publishing_path)) == 1


def test_two_posts_are_two(case, driver):
    driver.publish_surely(make_post(case.adapter))
    driver.publish_surely(make_post(case.adapter))
    assert len(driver.posts()) == 2


def test_what_was_accepted_without_an_answer_is_found_and_not_sent_again(case, driver):
    driver.fake.fault("drop_after_accept", path=case.publishing_path)
    post = make_post(case.adapter)
    assert isinstance(driver.publish(post), Unknown)
    found = driver.look_until_found(post)
    if isinstance(found, NotThere):  # a repeat is harmless there
        assert case.adapter.can_repeat
        assert found.is_certain
        found = driver.publish(post)
    assert isinstance(found, Sent)
    assert [each["id"] for each in driver.posts()] == [found.remote_id]


def test_what_was_not_taken_is_not_found_and_goes_out_once(case, driver):
    driver.fake.fault("drop_before", path=case.publishing_path)
    post = make_post(case.adapter)
    assert isinstance(driver.publish(post), Unknown)
    assert isinstance(driver.look(post), NotThere)
    driver.publish_surely(post)
    assert len(driver.posts()) == 1


def test_earlier_post_of_the_account_is_not_taken_for_the_one_that_is_looked_for(case, driver):
    driver.publish_surely(make_post(case.adapter, "今天普法。"))
    driver.fake.fault("drop_before", path=case.publishing_path)
    post = make_post(case.adapter, "明天普法。")
    driver.publish(post)
    assert isinstance(driver.look(post), NotThere)


def test_server_that_is_not_there_took_nothing(case, driver):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{unused.getsockname()[1]}"
    driver.account = replace(driver.account, base_url=gone)
    assert isinstance(driver.publish(make_post(case.adapter)), Retry)
    assert driver.posts() == []


def test_server_that_is_slow_holds_nobody_up(case, driver):
    driver.fake.fault("delay", seconds=3.5, path=case.publishing_path, where="after")
    post, began = make_post(case.adapter), time.monotonic()
    assert isinstance(driver.publish(post), Unknown)
    assert time.monotonic() - began < 3
    found = driver.look_until_found(post)
    assert isinstance(found, Sent) or (isinstance(found, NotThere) and found.is_certain)


def test_errors_mean_what_the_platform_says(case, driver):
    for fault, expected in case.errors:
        driver.fake.heal()
        driver.fake.fault(**fault, path=case.publishing_path)
        outcome = driver.publish(make_post(case.adapter))
        assert type(outcome) is expected, (fault, outcome)
        assert outcome.text
        assert outcome.code
        assert driver.posts() == []


def test_limit_of_the_server_is_seen_as_one(case, driver):
    if not case.limit:
        assert case.adapter.hourly_limit == 0
        return
    for _ in range(case.limit):
        driver.publish_surely(make_post(case.adapter))
    assert isinstance(driver.publish(make_post(case.adapter)), Limited)
    assert len(driver.posts()) == case.limit


def test_withdrawn_is_gone_and_a_second_time_does_no_harm(case, driver):
    if not case.withdraws:
        pytest.fail(f"{case} must withdraw")
    sent = driver.publish_surely(make_post(case.adapter))
    kept = driver.publish_surely(make_post(case.adapter))
    assert driver.adapter.withdraw(driver.account, sent.remote_id) == Withdrawn()
    assert [each["id"] for each in driver.posts()] == [kept.remote_id]
    assert driver.adapter.withdraw(driver.account, sent.remote_id) == Withdrawn()


def test_counts_are_those_of_the_platform(case, driver):
    sent = driver.publish_surely(make_post(case.adapter))
    other = driver.publish_surely(make_post(case.adapter))
    if not case.counts:
        assert driver.adapter.fetch_counts(driver.account, [sent.remote_id]) == {}
        return
    driver.fake.set_counts(sent.remote_id, reposts=3, comments=2, likes=7)
    found = driver.adapter.fetch_counts(driver.account, [sent.remote_id, other.remote_id])
    assert set(found) == {sent.remote_id, other.remote_id}
    assert replace(found[sent.remote_id], reads=None) == Counts(reposts=3, comments=2, likes=7)
    assert replace(found[other.remote_id], reads=None) == Counts(reposts=0, comments=0, likes=0)


def test_posts_made_by_hand_are_fetched_oldest_first_and_once(case, driver):
    stranger = Driver(case.adapter, driver.fake, **case.account)
    mine = driver.publish_surely(make_post(case.adapter))
    stranger.publish_surely(make_post(case.adapter))
    if not case.reads:
        assert list(driver.adapter.fetch_posts(driver.account, "")) == []
        return
    driver.fake.post_by_hand(account=driver.account.remote_id, text="手工发的一条 <b>。")
    found = fetch_until(driver, 2)
    assert [each.remote_id for each in found] == [each["id"] for each in driver.posts()]
    assert found[0].remote_id == mine.remote_id
    assert "手工发的一条 <b>。" in found[1].text
    assert list(driver.adapter.fetch_posts(driver.account, found[1].remote_id)) == []


def fetch_until(driver, number, since_id=""):
    """The account's posts, when the list, which may lag, shows as many."""
    end = time.monotonic() + 10
    while len(found := list(driver.adapter.fetch_posts(driver.account, since_id))) < number and time.monotonic() < end:
        time.sleep(PAUSE_S)
    return found


def test_picture_arrives(case, driver):
    driver.publish_surely(make_post(case.adapter, attachments=[make_picture()]))
    assert driver.posts()[0]["pictures"] == 1


def test_connection_is_checked_and_publishes_nothing(case, driver):
    assert case.adapter.check_connection(driver.account) is None
    assert driver.posts() == []
    for name in driver.secrets:
        driver.secrets[name] = "wrong"
    problem = case.adapter.check_connection(driver.account)
    assert isinstance(problem, Unauthorised | Misconfigured)
    assert problem.text


def test_no_secret_is_shown(case, driver, caplog):
    caplog.set_level("DEBUG")
    shown = [repr(driver.account)]
    for kind in ("expired", "rate", "drop_after_accept", "drop_before"):
        driver.fake.heal()
        driver.fake.fault(kind, path=case.publishing_path)
        shown.append(repr(driver.publish(make_post(case.adapter))))
    for secret in driver.secrets.values():
        assert not any(str(secret) in text for text in [*shown, caplog.text])


pieces = st.one_of(
    st.text(st.sampled_from("😀é…a法"), max_size=20),
    st.sampled_from(
        [
            "普法",
            "#",
            "#宪法#",
            LINK,
            "http://elsewhere.invalid/a",
            "https://sfj.localhost/",
            " ",
            "\n",
            "😀",
            "é",
            "!*'()",
            "&<>%+=",
        ]
    ),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=60),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=120),
)


def test_what_passes_validation_is_taken_and_what_does_not_is_refused(case, fake):
    # Half of the texts are made as long as is allowed, or nearly so: there the two would differ first.
    @given(st.lists(pieces, max_size=4).map("".join), st.none() | st.integers(-2, 2), st.sampled_from(["", f" {LINK}"]))
    @examples(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def agree(text, beyond, link):
        text += link
        driver = Driver(case.adapter, fake, **case.account)
        if beyond is not None:
            length = case.adapter.measure(driver.account, text)
            text = "法" * (length.limit - length.count + beyond) + text
        post = replace(make_post(case.adapter, "题目"), text=text)
        problems = [each for each in case.adapter.validate(driver.account, post) if not each.is_loss]
        outcome = driver.publish(post)
        assert isinstance(outcome, Refused | Misconfigured if problems else Sent), (problems, outcome)
        assert len(driver.posts()) == (0 if problems else 1)

    agree()
