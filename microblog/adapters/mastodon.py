"""Mastodon (domain §7.3), through Mastodon.py. A repeat with the same Idempotency-Key is dropped there for an hour; after that,
and before anything is sent again, the account's own posts are looked through.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from mastodon.errors import MastodonError, MastodonNotFoundError

from microblog.adapters import mastodon_limits
from microblog.adapters.base import Connected, Progress, Save
from microblog.adapters.mastodon_client import ask, make_client, read_problem
from microblog.adapters.mastodon_limits import Limits
from microblog.adapters.mastodon_posts import find_post, is_public, list_after, note_owner, read_counts, read_post
from microblog.adapters.mastodon_sending import Sending, is_dropped_there
from microblog.outcomes import (
    Length,
    Limited,
    Misconfigured,
    NotThere,
    NotWithdrawable,
    Outcome,
    Problem,
    Reconciliation,
    Retry,
    Trouble,
    Unauthorised,
    Withdrawal,
    Withdrawn,
)
from microblog.platforms import Platform
from microblog.posts import Counts, OutgoingPost, RemotePost

logger = logging.getLogger(__name__)


class MastodonAdapter:
    """Posts of an account of an instance."""

    platform = Platform.MASTODON
    can_repeat = True
    hourly_limit = 0
    daily_limit = 0
    counts_all_requests = False

    def check_connection(self, account: Connected) -> Trouble | None:
        """By asking who we are there."""
        client = make_client(account)
        return ask(client, lambda: note_owner(client, account))

    def arrange(self, text: str, topic: str, link: str) -> str:
        """Text, then the topic as a hashtag, which cannot have spaces, then the link: the instance makes its card of it."""
        tag = "".join(each if each.isalnum() else "_" for each in topic)
        return "\n\n".join(filter(None, [text, " ".join(filter(None, [f"#{tag}" if tag else "", link]))]))

    def measure(self, account: Connected, text: str) -> Length:
        return mastodon_limits.measure(text, _get_limits(account), account.options.get("char_limit"))

    def validate(self, account: Connected, post: OutgoingPost) -> Sequence[Problem]:
        return list(mastodon_limits.validate(post, _get_limits(account), account.options.get("char_limit")))

    def publish(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Outcome:
        return Sending(account, post, progress, save).go_on()

    def follow_up(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Reconciliation:
        """Nothing is accepted here and done later: whatever says so is looked for."""
        return self.reconcile(account, post, progress, timezone.now())

    def reconcile(self, account: Connected, post: OutgoingPost, progress: Progress, since: datetime) -> Reconciliation:
        if "first" not in progress or is_dropped_there(progress):
            return NotThere(is_certain=True)
        client = make_client(account)
        return ask(client, lambda: find_post(client, account, post, progress["first"]) or NotThere())

    def withdraw(self, account: Connected, remote_id: str) -> Withdrawal:
        client = make_client(account)
        try:
            client.status_delete(remote_id)
        except MastodonNotFoundError:
            return Withdrawn()
        except MastodonError as problem:
            outcome = read_problem(problem, client, sends=False)
            if isinstance(outcome, Retry | Limited | Unauthorised | Misconfigured):
                return outcome
            return NotWithdrawable("实例没有接受删除。请登录实例，手工删除这一条。")
        return Withdrawn()

    def fetch_counts(self, account: Connected, remote_ids: Sequence[str]) -> Mapping[str, Counts]:
        """Of those that are there; where the instance fails in the middle, of those that it told."""
        client, found = make_client(account), {}
        for remote_id in remote_ids:
            try:
                found[remote_id] = read_counts(client.status(remote_id))
            except MastodonNotFoundError:
                continue
            except MastodonError as problem:
                _log(account, read_problem(problem, client, sends=False), "counts")
                break
        return found

    def fetch_posts(self, account: Connected, since_id: str) -> Sequence[RemotePost]:
        """Public ones, no replies and no reposts."""
        client = make_client(account)
        try:
            statuses = list(list_after(client, account, since_id))
        except MastodonError as problem:
            _log(account, read_problem(problem, client, sends=False), "posts")
            return ()
        posts = [read_post(each) for each in statuses if is_public(each)]
        return sorted(posts, key=lambda each: (each.created_at, each.remote_id))


def _get_limits(account: Connected) -> Limits:
    return mastodon_limits.read_kept(account.secrets.get("limits", ""))


def _log(account: Connected, outcome: Outcome, what: str) -> None:
    logger.warning("account %s: no %s (%s)", account.uid, what, getattr(outcome, "code", ""))
