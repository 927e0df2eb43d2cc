"""Whatever platforms and workers do, in whatever order: each post is on the platform once, and every state is true."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from microblog.models import Connection, Delivery, MicroPost
from microblog.outbox.sending import work_off
from microblog.outbox.steps import step
from microblog.outcomes import Limited, NotThere, Refused, Retry, Sent, Unauthorised, Unknowable, Unknown, Withdrawn
from site_core.dispatching import Dispatch
from tests.microblog.samples import ScriptedAdapter, make_account, make_post, use_adapter

FAULTS = ("fine", "drop_after", "drop_before", "busy", "limited", "expired", "refused", "killed_before", "killed_after")


class WorkerKilled(BaseException):
    """The process is gone, in the middle."""


class Server(ScriptedAdapter):
    """A platform that keeps what it takes, and lets go of the line as it is told; its lists lag by one look."""

    def __init__(self, can_tell: bool) -> None:
        super().__init__()
        self.can_tell = can_tell
        self.there: list[str] = []
        self.ever: list[str] = []
        self.withdrawn: list[str] = []
        self.refused: list[str] = []
        self.lagging: set[str] = set()
        self.fault = "fine"

    def publish(self, account: Any, post: Any, progress: Any, save: Any) -> Any:
        account.note_request(True)
        fault, self.fault = self.fault, "fine"
        if fault == "killed_before":
            raise WorkerKilled
        before = {
            "drop_before": Unknown("没有答复"),
            "busy": Retry("10009", "系统忙"),
            "limited": Limited("10023", "已达上限"),
            "expired": Unauthorised("21327", "授权已过期"),
            "refused": Refused("20021", "不能发布"),
        }
        if fault == "refused":
            self.refused.append(post.key)
        if fault in before:
            return before[fault]
        self.there.append(post.key)
        self.ever.append(post.key)
        if fault == "killed_after":
            self.lagging.add(post.key)
            raise WorkerKilled
        if fault == "drop_after":
            self.lagging.add(post.key)
            return Unknown("没有答复")
        return Sent(post.key)

    def reconcile(self, account: Any, post: Any, progress: Any, since: Any) -> Any:
        if not self.can_tell:
            return Unknowable("请到平台上查看")
        if post.key in self.lagging:
            self.lagging.discard(post.key)
            return NotThere()
        return Sent(post.key) if post.key in self.there else NotThere()

    def withdraw(self, account: Any, remote_id: str) -> Any:
        self.there.remove(remote_id)
        self.withdrawn.append(remote_id)
        return Withdrawn()


class Outbox:
    """An account with its server, and everything that can happen to its deliveries."""

    def __init__(self, site: Any, account: Any, server: Server) -> None:
        self.site, self.account, self.server, self.number = site, account, server, 0

    def publish(self) -> None:
        self.number += 1
        make_post(self.site, f"第 {self.number} 条", accounts=[self.account])

    def withdraw(self) -> None:
        post = MicroPost.objects.live().order_by("pk").first()
        if post is not None:
            post.unpublish()

    def connect_again(self) -> None:
        Connection.objects.update(problem="")

    def somebody_looks(self) -> None:
        for row in Delivery.objects.filter(waits_for_person=True, state=Dispatch.UNKNOWN):
            if row.key in self.server.there:
                step(row, Dispatch.SENT, remote_id=row.key)
            else:
                step(row, Dispatch.QUEUED)

    def work(self, fault: str) -> None:
        """The account's turn, some time later; the server does `fault` at the next post."""
        self.server.fault = fault
        Delivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        Connection.objects.update(paused_until=None)
        try:
            work_off(self.account.pk)
        except WorkerKilled:
            Delivery.objects.update(sending_since=timezone.now() - timedelta(minutes=5))

    def settle(self) -> None:
        """Left alone, with somebody who looks after it, everything comes to its end."""
        for _ in range(8):
            self.connect_again()
            self.work("fine")
            self.somebody_looks()

    def check(self) -> None:
        assert len(self.server.ever) == len(set(self.server.ever)), "something is there twice"
        for row in Delivery.objects.all():
            if row.state == Dispatch.SENT:
                assert row.key in self.server.there
            elif row.state in (Dispatch.QUEUED, Dispatch.APPROVED, Dispatch.FAILED, Dispatch.WITHDRAWN):
                assert row.key not in self.server.there

    def check_end(self) -> None:
        assert set(Delivery.objects.values_list("state", flat=True)) <= {"sent", "failed", "withdrawn"}
        assert {row.key for row in Delivery.objects.filter(state="failed")} <= set(self.server.refused)


EVENTS = ("publish", "publish", "withdraw", "connect_again", "somebody_looks", *FAULTS)


@pytest.mark.parametrize("can_tell", [True, False], ids=["platform tells", "platform does not tell"])
def test_each_post_is_there_once_and_every_state_is_true(in_kongtong, monkeypatch, can_tell):
    account = make_account(in_kongtong)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(EVENTS), min_size=5, max_size=20))
    @example(["drop_after", "fine", "fine", "fine"])
    @example(["killed_after", "withdraw", "fine", "fine", "fine"])
    def play(events: list[str]) -> None:
        savepoint = transaction.savepoint()
        outbox = Outbox(in_kongtong, account, use_adapter(monkeypatch, Server(can_tell)))
        outbox.publish()
        for event in events:
            if event in FAULTS:
                outbox.work(event)
            else:
                getattr(outbox, event)()
            outbox.check()
        outbox.settle()
        outbox.check()
        outbox.check_end()
        transaction.savepoint_rollback(savepoint)

    play()
