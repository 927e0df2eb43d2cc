"""Accounts and posts to test with, and a platform that answers what it is told to."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from microblog.adapters import base
from microblog.adapters.base import Connected
from microblog.models import Account, AccountState, Connection, MicroPost, StreamPage
from microblog.outcomes import Length, NotThere, Outcome, Problem, Reconciliation, Sent, Withdrawal, Withdrawn
from microblog.platforms import Platform
from microblog.posts import Counts, OutgoingPost, RemotePost
from site_core.actions import publish_page
from tenants.current import enter_site
from tenants.models import Organisation


class ScriptedAdapter:
    """Answers in the order in which it was told to, and remembers what it was asked."""

    platform = Platform.WEBHOOK
    can_repeat = False
    hourly_limit = 0
    daily_limit = 0
    counts_all_requests = False

    def __init__(self) -> None:
        self.answers: deque[Any] = deque()
        self.asked: list[tuple[str, str]] = []

    def _answer(self, what: str, name: str, default: Any) -> Any:
        self.asked.append((what, name))
        answer = self.answers.popleft() if self.answers else default
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def check_connection(self, account: Connected) -> Any:
        account.note_request(False)
        return self._answer("check_connection", "", None)

    def arrange(self, text: str, topic: str, link: str) -> str:
        return f"{text} {link}"

    def measure(self, account: Connected, text: str) -> Length:
        return Length(len(text), 140)

    def validate(self, account: Connected, post: OutgoingPost) -> Sequence[Problem]:
        return [Problem("text", "太长")] if len(post.text) > 200 else []

    def publish(self, account: Connected, post: OutgoingPost, progress: Any, save: Any) -> Outcome:
        account.note_request(True)
        return self._answer("publish", post.title, Sent(f"r-{post.key[:8]}", "https://example.invalid/1"))

    def follow_up(self, account: Connected, post: OutgoingPost, progress: Any, save: Any) -> Reconciliation:
        return self._answer("follow_up", post.title, Sent(f"r-{post.key[:8]}"))

    def reconcile(self, account: Connected, post: OutgoingPost, progress: Any, since: datetime) -> Reconciliation:
        return self._answer("reconcile", post.title, NotThere(is_certain=True))

    def withdraw(self, account: Connected, remote_id: str) -> Withdrawal:
        return self._answer("withdraw", remote_id, Withdrawn())

    def fetch_counts(self, account: Connected, remote_ids: Sequence[str]) -> Mapping[str, Counts]:
        return self._answer("fetch_counts", ",".join(remote_ids), {})

    def fetch_posts(self, account: Connected, since_id: str) -> Sequence[RemotePost]:
        return self._answer("fetch_posts", since_id, ())


def use_adapter(monkeypatch: Any, adapter: Any) -> Any:
    """Let the adapter stand for its platform."""
    monkeypatch.setitem(base._adapters, adapter.platform, adapter)
    return adapter


def make_account(site: Organisation, name: str = "崆峒说法", *, live: bool = True, **fields: Any) -> Account:
    """An account of the site; `live=False` for one that is being opened. `secrets` are its credentials."""
    secrets = fields.pop("secrets", {})
    values = {"platform": Platform.WEBHOOK, "base_url": "http://127.0.0.1:9", **fields}
    with enter_site(site):
        state = AccountState.LIVE if live else AccountState.OPENING
        account = Account.objects.create(name=name, state=state, **values)
        connection = Connection(account=account)
        connection.write_secrets(**secrets)
        connection.save()
        return account


def make_post(
    site: Organisation,
    text: str = "今天普法。",
    *,
    accounts: Sequence[Account] = (),
    draft: bool = False,
    **fields: Any,
) -> MicroPost:
    """A post of the site, published through the usual door unless it is a draft."""
    with enter_site(site), transaction.atomic():
        stream = StreamPage.objects.get()
        post = MicroPost(text=text, **fields)
        post.full_clean(exclude=["path", "depth", "accounts"])
        post.accounts = list(accounts)
        if draft:
            post.live = False
            stream.add_child(instance=post)
            post.save_revision()
        else:
            publish_page(stream, post)
        return post
