"""An adapter driven as the outbox drives it, without rows: progress is kept, what is unknown is looked for, accepted posts are followed."""

import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from microblog.adapters.base import Adapter, Connected
from microblog.outcomes import Accepted, NotThere, Sent, Unknown
from microblog.platforms import Platform
from microblog.posts import Attachment, OutgoingPost
from tests.microblog.contract_cases import LINK
from tests.microblog.fakes.running import Steering

PAUSE_S = 0.2
"""Between two looks: each counts against the account's day."""
_PATIENCE_S = 15
_numbers = count(1)


def make_post(
    adapter: Adapter, words: str = "", *, link: str = LINK, attachments: Sequence[Attachment] = ()
) -> OutgoingPost:
    """A post that every platform takes, of words of its own unless given."""
    number = next(_numbers)
    words = words or f"今天普法第 {number} 讲。"
    key = hashlib.sha256(f"{number}|{words}".encode()).hexdigest()
    text = adapter.arrange(words, "", link)
    return OutgoingPost(key, words[:30], text, link, "198.51.100.7", attachments=tuple(attachments))


def make_picture(
    name: str = "a.png", content_type: str = "image/png", content: bytes = b"\x89PNG\r\n\x1a\n0"
) -> Attachment:
    """A picture as adapters get it."""
    return Attachment(name, content_type, len(content), "一张图", lambda: content)


class Driver:
    """One account on a fake. `requests` are those that were counted: True for posts; `kept` what the adapter wanted kept."""

    def __init__(self, adapter: Adapter, fake: Steering, **account: Any) -> None:
        self.adapter, self.fake = adapter, fake
        options = account.pop("options", {})
        made = fake.make_account(**account)
        self.requests: list[bool] = []
        self.kept: dict[str, Any] = {}
        self.secrets: dict[str, str] = made["secrets"]
        self.account = Connected(
            uid="6f1c",
            platform=Platform(adapter.platform),
            remote_id=made["remote_id"],
            base_url=made["base_url"],
            options={**made["options"], **options},
            secrets=self.secrets,
            note_request=self.requests.append,
            keep=self._keep,
        )
        self._progress: dict[str, dict[str, Any]] = {}
        self._since: dict[str, datetime] = {}

    def _keep(self, *, expires_at: Any = None, **secrets: str) -> None:
        self.secrets.update(secrets)
        self.kept.update(secrets)

    def _saver(self, post: OutgoingPost) -> Callable[[dict[str, Any]], None]:
        def save(progress: dict[str, Any]) -> None:
            self._progress[post.key] = progress

        return save

    def publish(self, post: OutgoingPost) -> Any:
        """One attempt; what was accepted is followed to its end."""
        self._since[post.key] = timezone.now()
        progress = dict(self._progress.get(post.key, {}))
        return self._follow(post, self.adapter.publish(self.account, post, progress, self._saver(post)))

    def _follow(self, post: OutgoingPost, outcome: Any) -> Any:
        end = time.monotonic() + _PATIENCE_S
        while isinstance(outcome, Accepted) and not outcome.waits_for_person:
            kept = self._progress[post.key] = {**self._progress.get(post.key, {}), **outcome.progress}
            time.sleep(min(PAUSE_S, outcome.after.total_seconds()))
            found = self.adapter.follow_up(self.account, post, dict(kept), self._saver(post))
            outcome = outcome if isinstance(found, Unknown) and time.monotonic() < end else found
        return outcome

    def look(self, post: OutgoingPost) -> Any:
        """One look for a post whose fate is unknown."""
        progress = dict(self._progress.get(post.key, {}))
        return self.adapter.reconcile(self.account, post, progress, self._since[post.key])

    def look_until_found(self, post: OutgoingPost) -> Any:
        """Look until the list, which lags, shows it, and follow what is on its way; the last answer if it never does."""
        end = time.monotonic() + _PATIENCE_S
        while isinstance(found := self.look(post), NotThere) and not found.is_certain and time.monotonic() < end:
            time.sleep(PAUSE_S)
        return self._follow(post, found)

    def posts(self) -> list[dict[str, Any]]:
        """What is on the platform, of this account."""
        return self.fake.posts(self.account.remote_id)

    def publish_surely(self, post: OutgoingPost) -> Sent:
        """Publish where nothing misbehaves."""
        outcome = self.publish(post)
        assert isinstance(outcome, Sent), outcome
        return outcome
