"""What every platform's adapter does. Adapters know no rows: they get a `Connected` and an `OutgoingPost`, and return outcomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from microblog.outcomes import Length, Outcome, Problem, Reconciliation, Trouble, Withdrawal
from microblog.platforms import Platform
from microblog.posts import Counts, OutgoingPost, RemotePost


@dataclass(frozen=True)
class Connected:
    """An account as adapters see it: who it is there, where, and with which secrets. Never logged: `repr` shows no secret.

    `options` are the account's settings (char_limit, safe_domain, may_publish, may_read, visibility …), `secrets` what was
    entered or given by the platform. `note_request(is_post)` is called right before each request: it counts, and raises
    `LimitReached` where the request would break a limit. `keep(**secrets)` stores what the platform renewed.
    """

    uid: str
    platform: Platform
    remote_id: str
    base_url: str
    options: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    note_request: Callable[[bool], None] = field(repr=False)
    keep: Callable[..., None] = field(repr=False)


class LimitReached(Exception):
    """The request was not made: the account, or the whole cluster, has had its share until then."""

    def __init__(self, until: datetime, *, is_daily: bool = False) -> None:
        super().__init__(f"until {until:%H:%M:%S}")
        self.until = until
        self.is_daily = is_daily


Progress = dict[str, Any]
Save = Callable[[Progress], None]
"""Keeps how far a post of several requests has come. Called before each request that could publish something."""


class Adapter(Protocol):
    """One platform. Methods return outcomes and raise `LimitReached` alone; whatever the network does becomes an outcome."""

    platform: Platform
    can_repeat: bool
    """Whether the platform drops a repeat of the same key by itself."""
    hourly_limit: int
    daily_limit: int
    """Posts an hour; requests of all kinds a day. 0 for none."""
    counts_all_requests: bool
    """Whether the daily limit counts all requests, or posts alone."""

    def check_connection(self, account: Connected) -> Trouble | None:
        """Whether the platform knows the account's secrets, by a request that publishes nothing; None where it does."""

    def arrange(self, text: str, topic: str, link: str) -> str:
        """All that is said in the post's text on this platform: with topic ('' for none) and link where they belong there."""

    def measure(self, account: Connected, text: str) -> Length:
        """How long an arranged text is, as the platform counts."""

    def validate(self, account: Connected, post: OutgoingPost) -> Sequence[Problem]:
        """Everything that the platform would refuse; asked before review, without a request."""

    def publish(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Outcome:
        """Send it, going on from `progress`."""

    def follow_up(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Reconciliation:
        """Ask what became of what was accepted. `Unknown` and the like: ask again later; `Unknowable`: a person must look."""

    def reconcile(self, account: Connected, post: OutgoingPost, progress: Progress, since: datetime) -> Reconciliation:
        """Find out whether the platform has it, though no answer came; `since` is when it was sent."""

    def withdraw(self, account: Connected, remote_id: str) -> Withdrawal:
        """Take it back."""

    def fetch_counts(self, account: Connected, remote_ids: Sequence[str]) -> Mapping[str, Counts]:
        """Statistics by id there; {} where the platform, or this app, has none."""

    def fetch_posts(self, account: Connected, since_id: str) -> Sequence[RemotePost]:
        """The account's own posts newer than the id ('' for the latest), the oldest first; () where this is not given."""


_adapters: dict[str, Adapter] = {}


def register_adapter(adapter: Adapter) -> None:
    """Use the adapter for its platform; in `AppConfig.ready()`."""
    if adapter.platform in _adapters:
        raise ValueError(f"{adapter.platform} has an adapter already")
    _adapters[adapter.platform] = adapter


def get_adapter(platform: str) -> Adapter:
    """The platform's adapter."""
    return _adapters[platform]
