"""The fakes themselves: they run by themselves, misbehave as told, and tell what was asked of them."""

import httpx
import pytest

from tests.microblog.fakes.running import Steering, running

SHARE = "/2/statuses/share.json"


@pytest.fixture(scope="module")
def url():
    with running("weibo", hour_seconds=3600) as address:
        yield address


@pytest.fixture
def weibo(url):
    with Steering(url) as steering:
        yield steering
        steering.reset()


def share(weibo, text="普法 http://kongtong.sfj.localhost/a/"):
    account = weibo.make_account()
    form = {"status": text, "rip": "198.51.100.7", "access_token": account["secrets"]["access_token"]}
    return weibo.client.post(SHARE, data=form)


def test_it_publishes_and_tells_what_was_asked(weibo):
    answer = share(weibo)
    posts, log = weibo.posts(), weibo.log(SHARE)
    assert answer.json()["idstr"] == posts[0]["id"]
    assert (log[0]["method"], log[0]["status"], log[0]["done"]) == ("POST", 200, f"published {posts[0]['id']}")
    assert log[0]["form"]["status"] == posts[0]["text"]


def test_dropped_after_acceptance_is_published_and_not_answered(weibo):
    weibo.fault("drop_after_accept")
    with pytest.raises(httpx.RemoteProtocolError):
        share(weibo)
    assert len(weibo.posts()) == 1
    assert weibo.log(SHARE)[0]["status"] is None
    assert share(weibo).status_code == 200


def test_dropped_before_is_not_published(weibo):
    weibo.fault("drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
        share(weibo)
    assert weibo.posts() == []
    assert weibo.log(SHARE)[0]["status"] is None


def test_a_share_of_requests_is_met_until_it_heals(weibo):
    weibo.fault("error", code=10009, share=0.3, seed=4)
    answers = [share(weibo).status_code for _ in range(40)]
    assert 4 <= answers.count(503) <= 20
    assert [share(weibo).status_code for _ in range(40)].count(503) > 0
    weibo.heal()
    assert {share(weibo).status_code for _ in range(10)} == {200}


def test_fault_meets_its_path_alone_and_so_many_times(weibo):
    weibo.fault("expired", times=2, path="share")
    assert weibo.client.get("/2/statuses/count.json").json()["error_code"] == 21332
    assert [share(weibo).status_code for _ in range(3)] == [401, 401, 200]


def test_it_waits_as_told(weibo):
    weibo.fault("delay", seconds=0.3)
    assert share(weibo).elapsed.total_seconds() >= 0.3


def test_unknown_faults_are_refused(weibo):
    answer = weibo.client.post("/_fault", json={"kind": "mood"})
    assert answer.status_code == 400
