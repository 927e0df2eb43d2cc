"""From a published post to proof that it is there: each answer of a platform has one consequence."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from microblog.models import Account, Connection, Delivery, MicroPost, StreamPage
from microblog.outbox.sending import work_off
from microblog.outbox.steps import step
from microblog.outcomes import (
    Accepted,
    Duplicate,
    Limited,
    NotThere,
    NotWithdrawable,
    Refused,
    Retry,
    Sent,
    Unauthorised,
    Unknowable,
    Unknown,
)
from site_core.dispatching import Dispatch, DispatchRefused
from tenants.actions import change_state
from tenants.current import enter_site
from tenants.kinds import SiteState
from tests.microblog.samples import ScriptedAdapter, make_account, make_post, use_adapter


@pytest.fixture
def platform(monkeypatch):
    return use_adapter(monkeypatch, ScriptedAdapter())


@pytest.fixture
def account(in_kongtong) -> Account:
    return make_account(in_kongtong)


def deliver(account: Account, text: str = "今天普法。") -> Delivery:
    from tenants.current import current_site

    make_post(current_site(), text, accounts=[account])
    return Delivery.objects.order_by("-id").first()


def again(delivery: Delivery, *, minutes: int = 60) -> Delivery:
    """The account's turn, as if so much time had passed."""
    Delivery.objects.filter(account_id=delivery.account_id).update(next_at=timezone.now() - timedelta(seconds=1))
    Connection.objects.update(paused_until=None)
    work_off(delivery.account_id)
    delivery.refresh_from_db()
    return delivery


def states(delivery: Delivery) -> list[str]:
    return [event.after for event in delivery.events.all()]


def test_published_post_is_sent_and_proven(platform, account):
    delivery = again(deliver(account))
    assert delivery.state == Dispatch.SENT
    assert delivery.remote_id == f"r-{delivery.key[:8]}"
    assert states(delivery) == ["queued", "sending", "sent"]
    assert Connection.objects.get().last_post_at is not None
    assert delivery.text == f"今天普法。 {delivery.link}"
    assert delivery.link.startswith("http://kongtong.sfj.localhost/micro/")


def test_publication_that_is_rolled_back_leaves_nothing(platform, account):
    with pytest.raises(RuntimeError), transaction.atomic():
        deliver(account)
        raise RuntimeError
    assert not Delivery.objects.exists()


def test_silence_after_sending_is_unknown_and_is_looked_for_before_anything_is_sent_again(platform, account):
    platform.answers.extend([Unknown("没有答复"), Sent("r-9", "https://example.invalid/9")])
    delivery = again(deliver(account))
    assert delivery.state == Dispatch.UNKNOWN
    assert delivery.next_at > timezone.now()
    delivery = again(delivery)
    assert (delivery.state, delivery.remote_id) == (Dispatch.SENT, "r-9")
    assert [what for what, _ in platform.asked] == ["publish", "reconcile"]


def test_what_is_not_in_a_list_that_may_lag_is_looked_for_twice(platform, account):
    platform.answers.extend([Unknown("没有答复"), NotThere(), NotThere(), Sent("r-2")])
    delivery = deliver(account)
    for _ in range(4):
        again(delivery)
    assert delivery.state == Dispatch.SENT
    assert [what for what, _ in platform.asked] == ["publish", "reconcile", "reconcile", "publish"]


def test_what_cannot_be_known_waits_for_a_person_and_holds_up_nobody(platform, account):
    platform.answers.extend([Unknown("没有答复"), Unknowable("请到平台上查看")])
    delivery = again(again(deliver(account, "第一条")))
    assert (delivery.state, delivery.waits_for_person) == (Dispatch.UNKNOWN, True)
    second = again(deliver(account, "第二条"))
    assert second.state == Dispatch.SENT
    delivery.refresh_from_db()
    assert delivery.state == Dispatch.UNKNOWN


def test_worker_that_died_in_the_middle_leaves_an_unknown(platform, account):
    delivery = deliver(account)
    step(delivery, Dispatch.SENDING, attempts=1, sending_since=timezone.now() - timedelta(minutes=10))
    work_off(account.pk)
    delivery.refresh_from_db()
    assert delivery.state == Dispatch.SENT
    assert [what for what, _ in platform.asked] == ["reconcile", "publish"]


def test_worker_that_died_just_now_may_have_a_request_under_way(platform, account):
    delivery = deliver(account)
    step(delivery, Dispatch.SENDING, attempts=1, sending_since=timezone.now())
    work_off(account.pk)
    delivery.refresh_from_db()
    assert (delivery.state, platform.asked) == (Dispatch.UNKNOWN, [])
    assert delivery.next_at > timezone.now() + timedelta(seconds=10)


def test_error_of_ours_after_the_request_is_no_reason_to_repeat_it(platform, account):
    platform.answers.append(KeyError("id"))
    assert again(deliver(account)).state == Dispatch.UNKNOWN


def test_order_is_kept_while_the_first_is_tried_again(platform, account):
    platform.answers.append(Retry("10009", "系统忙"))
    first, second = deliver(account, "第一条"), deliver(account, "第二条")
    work_off(account.pk)
    assert [name for _, name in platform.asked] == ["第一条"]
    again(first)
    second.refresh_from_db()
    assert [name for _, name in platform.asked] == ["第一条", "第一条", "第二条"]
    assert second.state == Dispatch.SENT


def test_twelve_refusals_for_a_while_are_a_failure_that_says_what_to_do(platform, account):
    platform.answers.extend([Retry("10009", "系统忙")] * 12)
    delivery = deliver(account)
    for _ in range(12):
        again(delivery)
    assert delivery.state == Dispatch.FAILED
    assert "重新发送" in delivery.error_text


def test_limit_pauses_the_account_and_counts_no_attempt(platform, account):
    platform.answers.append(Limited("10023", "已达上限"))
    delivery = deliver(account)
    again_at = work_off(account.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (Dispatch.QUEUED, 0)
    assert again_at == Connection.objects.get().paused_until


def test_lost_authorisation_stops_the_account_until_it_is_connected_again(platform, account):
    platform.answers.append(Unauthorised("21327", "授权已过期"))
    delivery = deliver(account)
    assert work_off(account.pk) is None
    assert Connection.objects.get().problem == "auth"
    assert again(delivery).state == Dispatch.QUEUED
    Connection.objects.update(problem="")
    assert again(delivery).state == Dispatch.SENT


def test_refused_content_fails_and_is_not_sent_again(platform, account):
    platform.answers.append(Refused("20012", "超过 140 字"))
    delivery = again(again(deliver(account)))
    assert (delivery.state, delivery.error_code) == (Dispatch.FAILED, "20012")
    assert len(platform.asked) == 1


def test_duplicate_is_looked_for_and_never_sent_again(platform, account):
    platform.answers.extend([Duplicate("20019", "重复"), NotThere(), NotThere()])
    delivery = deliver(account)
    for _ in range(4):
        again(delivery)
    assert delivery.state == Dispatch.FAILED
    assert [what for what, _ in platform.asked] == ["publish", "reconcile", "reconcile"]


def test_accepted_is_not_published(platform, account):
    platform.answers.extend([Accepted({"publish_id": "1"}, timedelta(minutes=1)), Sent("r-1")])
    delivery = again(deliver(account))
    assert (delivery.state, delivery.is_accepted, delivery.progress) == (Dispatch.SENDING, True, {"publish_id": "1"})
    assert again(delivery).state == Dispatch.SENT


def test_draft_that_waits_on_the_platform_is_withdrawn_with_its_post(platform, account):
    platform.answers.append(Accepted({"media_id": "1"}, timedelta(hours=1), "已存入草稿箱", True, "draft:1"))
    delivery = again(deliver(account))
    assert (delivery.state, delivery.waits_for_person) == (Dispatch.SENDING, True)
    with transaction.atomic():
        MicroPost.objects.get().unpublish()
    work_off(account.pk)
    delivery.refresh_from_db()
    assert delivery.state == Dispatch.WITHDRAWN
    assert platform.asked[-1] == ("withdraw", "draft:1")


def test_withdrawn_here_is_withdrawn_there(platform, account):
    delivery = again(deliver(account))
    with transaction.atomic():
        MicroPost.objects.get().unpublish()
    delivery = again(delivery)
    assert delivery.state == Dispatch.WITHDRAWN
    assert platform.asked[-1] == ("withdraw", delivery.remote_id)


def test_what_cannot_be_withdrawn_is_said(platform, account):
    platform.answers.extend([Sent("r-1"), NotWithdrawable("请到平台上手工删除")])
    delivery = again(deliver(account))
    with transaction.atomic():
        MicroPost.objects.get().unpublish()
    delivery = again(delivery)
    assert (delivery.state, delivery.error_text) == (Dispatch.SENT, "请到平台上手工删除")


def test_post_that_was_withdrawn_before_it_went_out_does_not_go_out(platform, account):
    delivery = deliver(account)
    with transaction.atomic():
        MicroPost.objects.get().delete()
    delivery = again(delivery)
    assert (delivery.state, platform.asked) == (Dispatch.WITHDRAWN, [])


def test_post_of_unknown_fate_that_is_withdrawn_is_looked_for_and_then_withdrawn(platform, account):
    platform.answers.extend([Unknown("没有答复"), Sent("r-1")])
    delivery = again(deliver(account))
    with transaction.atomic():
        MicroPost.objects.get().unpublish()
    delivery = again(again(delivery))
    assert delivery.state == Dispatch.WITHDRAWN


def test_publishing_the_same_again_sends_nothing(platform, account):
    again(deliver(account))
    with transaction.atomic():
        MicroPost.objects.get().save_revision().publish()
    assert Delivery.objects.count() == 1


def test_changed_words_that_were_sent_wait_for_a_person(platform, account):
    again(deliver(account))
    post = MicroPost.objects.get()
    post.text = "改过的文字。"
    with transaction.atomic():
        post.save_revision().publish()
    assert [each.state for each in Delivery.objects.order_by("id")] == [Dispatch.SENT, Dispatch.DRAFT]


def test_changed_words_that_were_not_sent_take_the_place_of_the_old(platform, account):
    deliver(account)
    post = MicroPost.objects.get()
    post.text = "改过的文字。"
    with transaction.atomic():
        post.save_revision().publish()
    assert [each.state for each in Delivery.objects.order_by("id")] == [Dispatch.WITHDRAWN, Dispatch.QUEUED]


def test_quiet_hours_hold_back_until_they_are_over(platform, account, monkeypatch):
    now = timezone.localtime()
    StreamPage.objects.update(
        quiet_from=(now - timedelta(hours=1)).time(), quiet_until=(now + timedelta(hours=1)).time()
    )
    delivery = deliver(account)
    assert delivery.state == Dispatch.APPROVED
    assert timedelta(minutes=58) < delivery.next_at - timezone.now() <= timedelta(hours=1)
    work_off(account.pk)
    assert platform.asked == []


def test_night_that_came_meanwhile_holds_back_what_was_queued(platform, account):
    delivery = deliver(account)
    now = timezone.localtime()
    StreamPage.objects.update(
        quiet_from=(now - timedelta(hours=1)).time(), quiet_until=(now + timedelta(hours=1)).time()
    )
    assert again(delivery).state == Dispatch.QUEUED
    assert platform.asked == []
    assert delivery.next_at - timezone.now() > timedelta(minutes=58)


def test_site_that_is_suspended_sends_nothing_until_it_is_back(platform, account, in_kongtong):
    delivery = deliver(account)
    change_state(in_kongtong, SiteState.SUSPENDED, notice="维护")
    with enter_site("kongtong"):
        assert again(delivery).state == Dispatch.QUEUED
    change_state(in_kongtong, SiteState.LIVE)
    with enter_site("kongtong"):
        assert again(delivery).state == Dispatch.SENT


def test_account_that_is_being_opened_gets_nothing_yet(platform, in_kongtong):
    account = make_account(in_kongtong, live=False)
    delivery = deliver(account)
    assert again(delivery).state == Dispatch.APPROVED
    Account.objects.update(state="live")
    assert again(delivery).state == Dispatch.SENT


def test_states_follow_one_another_as_they_may(platform, account):
    delivery = again(deliver(account))
    with pytest.raises(DispatchRefused):
        step(delivery, Dispatch.QUEUED)


def test_hourly_limit_is_kept_without_asking_the_platform(platform, in_kongtong):
    account = make_account(in_kongtong, hourly_limit=2)
    made = [deliver(account, f"第 {number} 条") for number in range(3)]
    again_at = work_off(account.pk)
    made[2].refresh_from_db()
    assert len(platform.asked) == 2
    assert made[2].state == Dispatch.QUEUED
    assert timedelta(minutes=59) < again_at - timezone.now() <= timedelta(hours=1)


def test_other_sites_have_no_part_in_it(platform, account, two_sites):
    deliver(account)
    with enter_site(two_sites.b):
        assert not Delivery.objects.exists()
        assert not Account.objects.exists()
