"""What was posted on a platform by hand comes into the stream once, and nothing of ours comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from microblog.incoming.fetching import fetch, fetch_due
from microblog.models import Connection, Delivery, IncomingPost, MicroPost
from microblog.outbox.sending import work_off
from microblog.outcomes import Unknown
from microblog.posts import RemotePost
from tests.microblog.samples import ScriptedAdapter, make_account, make_post, use_adapter


@pytest.fixture
def platform(monkeypatch):
    return use_adapter(monkeypatch, ScriptedAdapter())


def remote(number: int, text: str = "") -> RemotePost:
    at = timezone.now() - timedelta(hours=1)
    return RemotePost(f"r-{number}", f"https://example.invalid/{number}", text or f"手工发的第 {number} 条", at)


def test_posts_come_in_as_drafts(in_kongtong, platform):
    account = make_account(in_kongtong, follow="draft")
    platform.answers.append([remote(1), remote(2)])
    assert fetch(account) == 2
    assert [(post.text, post.live) for post in MicroPost.objects.order_by("pk")] == [
        ("手工发的第 1 条", False),
        ("手工发的第 2 条", False),
    ]
    assert Connection.objects.get().follow_cursor == "r-2"
    assert Connection.objects.get().last_post_at is not None


def test_posts_come_in_and_are_public_at_once_but_go_nowhere(in_kongtong, platform):
    account = make_account(in_kongtong, follow="at_once")
    platform.answers.append([remote(1)])
    fetch(account)
    post = MicroPost.objects.get()
    assert post.live
    assert post.source == "其他（Webhook） @崆峒说法"
    assert not Delivery.objects.exists()


def test_the_same_post_comes_in_once(in_kongtong, platform):
    account = make_account(in_kongtong, follow="draft")
    platform.answers.extend([[remote(1)], [remote(1), remote(2)]])
    fetch(account)
    assert fetch(account) == 1
    assert IncomingPost.objects.count() == 2


def test_what_was_sent_from_here_does_not_come_back(in_kongtong, platform):
    account = make_account(in_kongtong, follow="at_once")
    make_post(in_kongtong, accounts=[account])
    work_off(account.pk)
    sent = Delivery.objects.get()
    platform.answers.append([RemotePost(sent.remote_id, "", sent.text, timezone.now())])
    assert fetch(account) == 0
    assert MicroPost.objects.count() == 1


def test_nothing_comes_in_while_the_fate_of_a_post_is_open(in_kongtong, platform):
    account = make_account(in_kongtong, follow="at_once")
    make_post(in_kongtong, accounts=[account])
    platform.answers.append(Unknown("没有答复"))
    work_off(account.pk)
    platform.answers.append([remote(1)])
    assert fetch(account) == 0
    assert Connection.objects.get().follow_cursor == ""
    assert MicroPost.objects.count() == 1


def test_each_account_is_asked_once_an_hour(in_kongtong, platform):
    make_account(in_kongtong, follow="draft")
    make_account(in_kongtong, "别的帐号")
    fetch_due()
    fetch_due()
    assert [what for what, _ in platform.asked] == ["fetch_posts"]
