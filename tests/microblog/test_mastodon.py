"""A post's way to Mastodon: keys that make repeats harmless for an hour, media that take a while."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from microblog.adapters.mastodon import MastodonAdapter
from microblog.models import Account, Delivery
from microblog.outbox.sending import work_off
from microblog.outcomes import (
    NotThere,
    Refused,
    Retry,
    Sent,
    Unknown,
)
from microblog.platforms import Platform
from microblog.posts import Attachment
from site_core.dispatching import Dispatch
from tests.microblog.conftest import HOUR_SECONDS
from tests.microblog.driver import PAUSE_S, Driver, make_picture, make_post
from tests.microblog.samples import make_account
from tests.microblog.samples import make_post as make_page

ADAPTER = MastodonAdapter()
STATUSES, MEDIA = "/api/v1/statuses", "/api/v2/media"
ADDRESS = "https://www.example.gov.cn/gzdt/12/"


@pytest.fixture
def driver(mastodon):
    return Driver(ADAPTER, mastodon)


def requests(driver, path, method="POST"):
    return [each for each in driver.fake.log(path) if each["method"] == method]


def age(driver, post):
    """As if it had first been sent an hour ago, so that the instance has forgotten its key."""
    driver._progress[post.key]["first"] -= HOUR_SECONDS
    driver.fake.set(forgets_after=0)


def publish_until_taken(driver, post):
    """Attempts for as long as the instance is busy with its files."""
    end = time.monotonic() + 20
    while isinstance(outcome := driver.publish(post), Retry) and time.monotonic() < end:
        time.sleep(PAUSE_S)
    return outcome


def test_post_is_public_in_chinese_and_under_its_key(driver):
    post = make_post(ADAPTER)
    driver.publish_surely(post)
    found = driver.posts()[0]
    assert (found["visibility"], found["language"], found["key"]) == ("public", "zh", post.key)


def test_visibility_is_the_accounts(driver):
    driver.account = replace(driver.account, options={"visibility": "unlisted"})
    driver.publish_surely(make_post(ADAPTER))
    assert driver.posts()[0]["visibility"] == "unlisted"


def test_topic_and_link_stand_at_the_end():
    assert ADAPTER.arrange("普法。", "宪法 宣传周", ADDRESS) == f"普法。\n\n#宪法_宣传周 {ADDRESS}"
    assert ADAPTER.arrange("普法。", "", ADDRESS) == f"普法。\n\n{ADDRESS}"


# Repeats


def test_repeat_within_the_hour_is_the_same_post(driver):
    post = make_post(ADAPTER)
    assert driver.publish(post) == driver.publish(post)
    assert len(driver.posts()) == 1


def test_repeat_after_the_hour_looks_before_it_sends(driver):
    driver.fake.fault("drop_after_accept", path=STATUSES)
    post = make_post(ADAPTER, "今天普法。\n\n#宪法 & <b>", link=ADDRESS)
    assert isinstance(driver.publish(post), Unknown)
    assert driver.look(post) == NotThere(is_certain=True)
    age(driver, post)
    outcome = driver.publish(post)
    assert [each["id"] for each in driver.posts()] == [outcome.remote_id]
    assert len(requests(driver, STATUSES)) == 1


def test_after_the_hour_it_is_found_among_the_accounts_posts(driver):
    driver.fake.fault("drop_after_accept", path=STATUSES)
    post = make_post(ADAPTER)
    driver.publish(post)
    for number in range(45):
        driver.fake.post_by_hand(account=driver.account.remote_id, text=f"手工 {number}")
    age(driver, post)
    assert driver.look(post) == Sent(driver.posts()[0]["id"], driver.posts()[0]["url"])


def test_after_the_hour_what_is_not_there_goes_out_once_and_is_safe_to_repeat_again(driver):
    driver.fake.fault("drop_before", path=STATUSES)
    post = make_post(ADAPTER)
    driver.publish(post)
    age(driver, post)
    assert driver.look(post) == NotThere(is_certain=False)
    driver.fake.set(forgets_after=HOUR_SECONDS)
    driver.fake.fault("drop_after_accept", path=STATUSES)
    assert isinstance(driver.publish(post), Unknown)
    assert driver.look(post) == NotThere(is_certain=True)
    driver.publish_surely(post)
    assert len(driver.posts()) == 1


def test_worker_that_died_before_the_post_left_nothing(driver):
    post = make_post(ADAPTER)
    driver._since[post.key] = timezone.now() - timedelta(hours=2)
    assert driver.look(post) == NotThere(is_certain=True)
    assert driver.fake.log() == []


def test_owner_is_asked_for_once_where_it_is_not_known(driver):
    driver.account = replace(driver.account, remote_id="")
    driver.fake.post_by_hand(account="109000000000000001", text="一")
    for _ in range(2):
        assert [each.text for each in ADAPTER.fetch_posts(driver.account, "")] == ["一"]
    assert len(requests(driver, "verify_credentials", "GET")) == 1


# Pictures and videos


def test_pictures_have_their_words(driver):
    pictures = [make_picture(f"{number}.png") for number in range(4)]
    driver.publish_surely(make_post(ADAPTER, attachments=pictures))
    assert driver.posts()[0]["descriptions"] == ["一张图"] * 4
    assert len(requests(driver, "/api/v1/media/", "GET")) == 0


def test_media_that_take_a_while_hold_up_no_worker(driver):
    driver.fake.set(processing_seconds=3)
    driver.fake.fault("processing", path=MEDIA)
    post = make_post(ADAPTER, attachments=[make_picture(), make_picture("b.png")])
    assert isinstance(driver.publish(post), Retry)
    assert (len(requests(driver, "/api/v1/media/", "GET")), requests(driver, STATUSES)) == (1, [])
    assert isinstance(publish_until_taken(driver, post), Sent)
    assert len(requests(driver, MEDIA)) == 2
    assert driver.posts()[0]["pictures"] == 2


def test_video_is_sent_when_it_is_processed(driver):
    film = b"\0\0\0\x18ftypmp42" + b"\0" * 50
    video = Attachment("a.mp4", "video/mp4", len(film), "普法短片", lambda: film)
    post = make_post(ADAPTER, attachments=[video])
    assert list(ADAPTER.validate(driver.account, post)) == []
    assert isinstance(publish_until_taken(driver, post), Sent)
    assert driver.posts()[0]["descriptions"] == ["普法短片"]


def test_media_that_the_instance_has_lost_go_up_anew(driver):
    driver.fake.fault("error", code=422, path=STATUSES)
    driver.fake.fault("error", code=404, path="/api/v1/media/")
    post = make_post(ADAPTER, attachments=[make_picture()])
    assert isinstance(driver.publish(post), Retry)
    driver.publish_surely(post)
    assert len(requests(driver, MEDIA)) == 2


def test_post_that_is_refused_for_itself_is_refused_though_it_has_pictures(driver):
    driver.fake.fault("error", code=422, path=STATUSES)
    assert isinstance(driver.publish(make_post(ADAPTER, attachments=[make_picture()])), Refused)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after_accept"])
def test_lost_answer_to_a_picture_is_no_riddle(driver, kind):
    driver.fake.fault(kind, path=MEDIA)
    post = make_post(ADAPTER, attachments=[make_picture()])
    assert isinstance(driver.publish(post), Retry)
    driver.publish_surely(post)
    assert driver.posts()[0]["pictures"] == 1


def test_published_post_goes_out_once_though_the_answer_was_lost_on_the_site_that_published_it(
    mastodon, two_sites, in_kongtong
):
    made = [mastodon.make_account() for _ in range(2)]
    for site, each in zip((two_sites.b, two_sites.a), made, strict=True):
        account = make_account(site, platform=Platform.MASTODON, base_url=each["base_url"], secrets=each["secrets"])
    make_page(in_kongtong, "今天普法。", accounts=[account])
    mastodon.fault("drop_after_accept", path=STATUSES)
    for expected in (Dispatch.UNKNOWN, Dispatch.SENT):
        Delivery.objects.update(next_at=timezone.now())
        work_off(account.pk)
        assert Delivery.objects.get().state == expected
    assert [each["account"] for each in mastodon.posts()] == [made[1]["remote_id"]]
    assert Delivery.objects.get().remote_id == mastodon.posts()[0]["id"]
    assert '"characters"' in Account.objects.get().connection.read_secrets()["limits"]
