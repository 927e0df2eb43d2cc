"""The outbox in the admin: the truth about each delivery, and what a person may decide."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import LedgerEntry
from microblog.models import Connection, Delivery, DeliveryCounts, MicroPost
from microblog.outbox.sending import work_off
from microblog.outbox.steps import note
from microblog.outcomes import Accepted, NotWithdrawable, Refused, Retry, Sent, Unauthorised, Unknowable, Unknown
from site_core.dispatching import Dispatch
from tenants.current import enter_site
from tests.factories import make_member
from tests.microblog.admin_scene import ADMIN, list_messages, text_of
from tests.microblog.samples import ScriptedAdapter, make_account, make_post, use_adapter

OUTBOX = f"{ADMIN}outbox/"


@pytest.fixture
def platform(monkeypatch):
    return use_adapter(monkeypatch, ScriptedAdapter())


@pytest.fixture
def account(two_sites):
    return make_account(two_sites.a)


@pytest.fixture
def client(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "site_admin"))


@pytest.fixture
def editor(two_sites, signed_in):
    return signed_in(two_sites.a, make_member(two_sites.a, "editor"))


@pytest.fixture
def bring(two_sites, platform, account):
    """`bring(answers…)`: a delivery with which the platform did that."""

    def make(*answers, text="今天普法。", site=two_sites.a, account=account):
        platform.answers.extend(answers)
        make_post(site, text, accounts=[account])
        with enter_site(site):
            delivery = Delivery.objects.order_by("-id").first()
            for _ in range(max(len(answers), 1)):
                turn(delivery)
            return delivery

    return make


def turn(delivery):
    """The account's turn, as if time had passed."""
    Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now() - timedelta(seconds=1))
    work_off(delivery.account_id)


def turn_on(site, delivery):
    with enter_site(site):
        turn(delivery)
        delivery.refresh_from_db()
    return delivery


def decide(client, delivery, decision, **form):
    return client.post(f"{OUTBOX}{delivery.pk}/decide/", {"decision": decision, **form}, follow=True)


def show(client, delivery):
    return client.get(f"{OUTBOX}{delivery.pk}/")


def state_of(site, delivery):
    with enter_site(site):
        return Delivery.objects.get(pk=delivery.pk).state


def test_outbox_shows_what_went_out_and_what_waits(two_sites, bring, client):
    bring(text="发出的一条")
    bring(Refused("20012", "超过 140 字，请删减"), text="失败的一条")
    screen = text_of(client.get(OUTBOX))
    assert "发出的一条" in screen
    assert "超过 140 字，请删减" in screen
    assert "有 1 条等待处理" in screen
    assert json.dumps("发送记录（1）") in client.get("/admin/").content.decode()


def test_outbox_is_filtered_by_state_account_and_what_waits(two_sites, bring, client, account):
    bring(text="发出的一条")
    bring(Refused("20012", "太长"), text="失败的一条")
    for query in ("state=failed", "waits=1", "q=失败", f"account={account.pk}&state=failed"):
        screen = text_of(client.get(f"{OUTBOX}results/?{query}"))
        assert "失败的一条" in screen
        assert "发出的一条" not in screen


def test_delivery_tells_its_history(two_sites, bring, editor):
    delivery = bring(Retry("10009", "系统忙"), Sent("r-1", "https://weibo.example/1"))
    screen = text_of(show(editor, delivery))
    assert "系统忙" in screen
    assert "代码 10009" in screen
    assert "排队中 → 发送中" in screen
    assert 'href="https://weibo.example/1"' in show(editor, delivery).content.decode()
    assert delivery.text.split()[0] in screen


def test_delivery_of_an_account_in_trouble_says_who_has_to_act(two_sites, bring, client, editor):
    delivery = bring(Unauthorised("21327", "授权已过期"))
    assert "帐号暂不能发送：授权已过期" in text_of(show(editor, delivery))
    assert "打开帐号" not in text_of(show(editor, delivery))
    assert "打开帐号" in text_of(show(client, delivery))


def test_editor_sends_a_failed_one_again(two_sites, bring, editor):
    delivery = bring(Refused("20012", "太长"))
    decide(editor, delivery, "retry")
    assert turn_on(two_sites.a, delivery).state == Dispatch.SENT
    with enter_site(two_sites.a):
        event = delivery.events.get(text="人工重新发送。")
    assert event.actor.username == "kongtong-editor"
    assert LedgerEntry.objects.filter(chain="kongtong", action="microblog.delivery_retried").exists()


def test_old_words_are_not_sent_again_where_there_are_new_ones(two_sites, bring, platform, editor):
    delivery = bring(Refused("20012", "太长"))
    with enter_site(two_sites.a):
        from django.db import transaction

        post = MicroPost.objects.get()
        post.text = "改短了。"
        with transaction.atomic():
            post.save_revision().publish()
    assert list_messages(decide(editor, delivery, "retry")) == ["这一条已有修改后的新稿，不再发送旧稿。"]
    assert state_of(two_sites.a, delivery) == Dispatch.FAILED


def test_editor_cancels_what_waits(two_sites, platform, account, editor):
    make_post(two_sites.a, accounts=[account])
    with enter_site(two_sites.a):
        delivery = Delivery.objects.get()
    decide(editor, delivery, "cancel")
    assert turn_on(two_sites.a, delivery).state == Dispatch.WITHDRAWN
    assert platform.asked == []


def test_what_was_cancelled_after_it_was_found_is_not_sent(two_sites, platform, account, monkeypatch):
    """The worker has it in hand when the person cancels."""
    from microblog.outbox import sending
    from microblog.outbox_actions import cancel_delivery

    person = make_member(two_sites.a, "editor")

    make_post(two_sites.a, accounts=[account])
    with enter_site(two_sites.a):
        delivery = Delivery.objects.get()
    find = sending.find_due

    def find_and_cancel(account):
        found = find(account)
        if found is not None:
            cancel_delivery(delivery, acting_user=person)
        return found

    monkeypatch.setattr(sending, "find_due", find_and_cancel)
    assert turn_on(two_sites.a, delivery).state == Dispatch.WITHDRAWN
    assert platform.asked == []


def test_what_is_sent_is_not_cancelled(two_sites, bring, editor):
    delivery = bring()
    assert list_messages(decide(editor, delivery, "cancel")) == ["已经开始发送，不能取消。"]
    assert state_of(two_sites.a, delivery) == Dispatch.SENT


@pytest.fixture
def unknown(bring):
    return bring(Unknown("没有答复"), Unknowable("请到平台上查看"))


def test_unknown_that_is_there_is_sent_with_its_address(two_sites, unknown, client):
    screen = text_of(show(client, unknown))
    assert "核实之前不会再次发送" in screen
    decide(client, unknown, "sent", remote_url="https://weibo.example/9")
    with enter_site(two_sites.a):
        unknown.refresh_from_db()
        assert (unknown.state, unknown.remote_url) == (Dispatch.SENT, "https://weibo.example/9")
        assert Connection.objects.get().last_post_at is not None


def test_unknown_needs_an_address_to_be_sent(two_sites, unknown, client):
    for address in ("", "javascript:alert(1)", "weibo"):
        assert "请填写平台上这一条的地址" in list_messages(decide(client, unknown, "sent", remote_url=address))[0]
    assert state_of(two_sites.a, unknown) == Dispatch.UNKNOWN


def test_unknown_that_is_not_there_is_sent_again(two_sites, platform, unknown, client):
    decide(client, unknown, "unsent")
    assert turn_on(two_sites.a, unknown).state == Dispatch.SENT
    assert [what for what, _ in platform.asked] == ["publish", "reconcile", "publish"]


def test_unknown_that_is_not_there_is_not_sent_where_the_post_is_gone(two_sites, platform, unknown, client):
    with enter_site(two_sites.a):
        from django.db import transaction

        with transaction.atomic():
            MicroPost.objects.get().unpublish()
        note(unknown, "请到平台上查看。", waits_for_person=True)
    decide(client, unknown, "unsent")
    assert turn_on(two_sites.a, unknown).state == Dispatch.WITHDRAWN
    assert [what for what, _ in platform.asked] == ["publish", "reconcile"]


def test_given_up_is_neither_looked_for_nor_sent_and_only_an_administrator_sends_it(
    two_sites, platform, unknown, client, editor
):
    decide(client, unknown, "give_up")
    assert turn_on(two_sites.a, unknown).state == Dispatch.FAILED
    assert 'value="retry"' not in show(editor, unknown).content.decode()
    decide(editor, unknown, "retry")
    assert state_of(two_sites.a, unknown) == Dispatch.FAILED
    decide(client, unknown, "retry")
    assert turn_on(two_sites.a, unknown).state == Dispatch.SENT


def test_nothing_is_decided_while_a_worker_is_at_the_account(two_sites, unknown, client, monkeypatch):
    monkeypatch.setattr("microblog.outbox_actions.hold_turn", lambda account: False)
    assert "请稍后再试" in list_messages(decide(client, unknown, "unsent"))[0]
    assert state_of(two_sites.a, unknown) == Dispatch.UNKNOWN


def test_draft_on_the_platform_that_waits_for_somebody_is_settled(two_sites, bring, client):
    waits = Accepted({"media_id": "1"}, timedelta(hours=1), "已存入草稿箱，请在公众平台上发布。", waits_for_person=True)
    delivery = bring(waits)
    assert "已存入草稿箱" in text_of(show(client, delivery))
    decide(client, delivery, "sent", remote_url="https://mp.example/s/1")
    assert state_of(two_sites.a, delivery) == Dispatch.SENT


@pytest.fixture
def changed(two_sites, bring):
    """Words that were changed after they had been sent."""
    bring()
    with enter_site(two_sites.a):
        from django.db import transaction

        post = MicroPost.objects.get()
        post.text = "改过的文字。"
        with transaction.atomic():
            post.save_revision().publish()
        return Delivery.objects.first()


def test_changed_words_go_out_once_more_where_an_administrator_says_so(two_sites, changed, client):
    decide(client, changed, "confirm")
    assert turn_on(two_sites.a, changed).state == Dispatch.SENT


def test_changed_words_do_not_go_out_where_an_administrator_says_so(two_sites, platform, changed, client):
    decide(client, changed, "drop")
    assert turn_on(two_sites.a, changed).state == Dispatch.WITHDRAWN
    assert len(platform.asked) == 1


@pytest.mark.parametrize(("decision", "state"), [("gone", Dispatch.WITHDRAWN), ("stays", Dispatch.SENT)])
def test_what_the_platform_would_not_take_back_is_settled(two_sites, platform, bring, client, decision, state):
    delivery = bring()
    platform.answers.append(NotWithdrawable("请到平台上手工删除"))
    with enter_site(two_sites.a):
        from django.db import transaction

        with transaction.atomic():
            MicroPost.objects.get().unpublish()
        turn(delivery)
    assert "手工删除" in text_of(show(client, delivery))
    decide(client, delivery, decision)
    assert state_of(two_sites.a, delivery) == state
    assert "waits=1" not in client.get(OUTBOX).content.decode()


@pytest.mark.parametrize("decision", ["confirm", "drop", "sent", "unsent", "give_up", "gone", "stays"])
def test_editors_do_not_decide(two_sites, unknown, editor, decision):
    answer = decide(editor, unknown, decision, remote_url="https://weibo.example/9")
    assert answer.status_code == 404
    assert state_of(two_sites.a, unknown) == Dispatch.UNKNOWN


def test_delivery_of_another_site_does_not_exist(two_sites, bring, client):
    foreign = make_account(two_sites.b, "静宁说法")
    bring(Refused("1", "别处的失败"), text="别处的一条", site=two_sites.b, account=foreign)
    with enter_site(two_sites.b):
        delivery = Delivery.objects.get()
    assert show(client, delivery).status_code == 404
    assert decide(client, delivery, "retry").status_code == 404
    assert "别处" not in text_of(client.get(OUTBOX))
    assert state_of(two_sites.b, delivery) == Dispatch.FAILED


def test_editor_of_the_post_shows_what_became_of_it(two_sites, bring, editor):
    bring(Refused("20012", "超过 140 字"))
    with enter_site(two_sites.a):
        page = MicroPost.objects.get()
    screen = text_of(editor.get(f"/admin/pages/{page.pk}/edit/"))
    assert "超过 140 字" in screen


def test_statistics_count_what_was_sent_and_what_came_of_it(two_sites, bring, editor, account):
    delivery = bring(text="热门的一条")
    today = timezone.localdate()
    with enter_site(two_sites.a):
        for back, reposts in ((2, 5), (1, 9)):
            day = today - timedelta(days=back)
            DeliveryCounts.objects.create(delivery=delivery, day=day, reposts=reposts, comments=back, likes=40)
    screen = editor.get(f"{ADMIN}statistics/")
    assert screen.context["totals"] == {"发文": 1, "转发": 9, "评论": 2, "点赞": 40}
    assert "热门的一条" in text_of(screen)
    table = editor.get(f"{ADMIN}statistics/download/").content.decode("utf-8-sig")
    assert "热门的一条,,9,1,40" in table
    for chart in ("posts", "figures"):
        answer = editor.get(f"{ADMIN}statistics/{chart}.svg?range=365&narrow=1&account={account.pk}")
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b"<script" not in answer.content
    assert editor.get(f"{ADMIN}statistics/other.svg").status_code == 404


def test_statistics_of_another_site_are_not_among_them(two_sites, bring, editor):
    foreign = make_account(two_sites.b, "静宁说法")
    bring(text="别处的一条", site=two_sites.b, account=foreign)
    screen = editor.get(f"{ADMIN}statistics/?account={foreign.pk}")
    assert "别处" not in text_of(screen)
    assert screen.context["totals"] == {"发文": 0}
