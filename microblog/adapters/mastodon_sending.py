"""One post on its way to Mastodon: files first, then the post itself.

Progress has `media` (ids), `ready` (those of them that are processed), `first` (Unix seconds; when the post was first sent).
"""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from mastodon import Mastodon as Client
from mastodon.errors import MastodonAPIError, MastodonError, MastodonNotFoundError

from microblog.adapters import mastodon_limits
from microblog.adapters.base import Connected, Progress, Save
from microblog.adapters.mastodon_client import ask, get_status, make_client
from microblog.adapters.mastodon_limits import Limits
from microblog.adapters.mastodon_posts import find_post
from microblog.clock import day, hour
from microblog.outcomes import Outcome, Refused, Retry, Sent, Unknown
from microblog.posts import OutgoingPost


class _Processing(Exception):
    """A picture or video is still being worked on there."""


class Sending:
    """One post on its way."""

    def __init__(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> None:
        self._account, self._post, self._save = account, post, save
        self._progress: Progress = dict(progress)
        self._client = make_client(account)

    def go_on(self) -> Outcome:
        """Upload what is not there yet, then send."""
        try:
            return ask(self._client, self._prepare) or self._send()
        except _Processing:
            # It keeps its place in the queue, and no worker waits for it.
            return Retry("processing", "实例正在处理图片或视频，稍后自动发送。")

    def _prepare(self) -> Outcome | None:
        """Everything before the post itself; an outcome where that is the end of it."""
        if "first" in self._progress and not is_dropped_there(self._progress):
            found = find_post(self._client, self._account, self._post, self._progress["first"])
            if found is not None:
                return found
            self._progress.pop("first")
        _renew_limits(self._client, self._account)
        self._upload()
        return None

    def _send(self) -> Outcome:
        self._keep(first=self._progress.get("first", timezone.now().timestamp()))
        outcome = ask(self._client, self._post_status, sends=True)
        if isinstance(outcome, Refused) and self._progress.get("media"):
            # Refused for a file that the instance has lost, or takes for unfinished, too: looked at before it is believed.
            return ask(self._client, self._check_media) or outcome
        return outcome

    def _post_status(self) -> Outcome:
        status = self._client.status_post(
            self._post.text,
            media_ids=self._progress.get("media") or None,
            visibility=self._account.options.get("visibility") or "public",
            language="zh",
            idempotency_key=self._post.key,
        )
        if not isinstance(status, dict) or not status.get("id"):
            return Unknown("实例的答复读不懂，不知是否接收，正在核对。", code="answer")
        return Sent(str(status["id"]), str(status.get("url") or status.get("uri") or ""))

    def _upload(self) -> None:
        """All files. Raises _Processing where one is not ready."""
        media = list(self._progress.get("media", ()))
        for file in self._post.attachments[len(media) :]:
            answer = self._client.media_post(
                file.read(), mime_type=file.content_type, description=file.description or None, file_name=file.name
            )
            media_id = _read_id(answer)
            media.append(media_id)
            ready = [*self._progress.get("ready", ()), *([media_id] if answer.get("url") else [])]
            self._keep(media=media, ready=ready)
        self._wait_for(set(media) - set(self._progress.get("ready", ())))

    def _wait_for(self, media: set[str]) -> None:
        for media_id in sorted(media):
            try:
                answer = self._client.media(media_id)
            except MastodonNotFoundError:  # files that no post has are deleted after a while
                self._keep(media=[], ready=[])
                raise _Processing from None
            if not answer.get("url"):
                raise _Processing
            self._keep(ready=[*self._progress.get("ready", ()), media_id])

    def _check_media(self) -> None:
        self._progress["ready"] = []
        self._wait_for(set(self._progress["media"]))

    def _keep(self, **changes: Any) -> None:
        self._progress.update(changes)
        self._save(dict(self._progress))


def _read_id(answer: Any) -> str:
    found = answer.get("id") if isinstance(answer, dict) else None
    if not found:
        raise MastodonAPIError("no id in the answer")
    return str(found)


def is_dropped_there(progress: Progress) -> bool:
    """Whether the instance still knows the key, and drops a repeat: an hour since the first, and we keep away from its end."""
    return timezone.now() < datetime.fromtimestamp(progress["first"], UTC) + hour() * 5 / 6


def _renew_limits(client: Client, account: Connected) -> None:
    """Keep what the instance says of its limits, once a day."""
    asked = account.secrets.get("limits_at")
    if asked and timezone.now() < datetime.fromisoformat(asked) + day():
        return
    try:
        limits = mastodon_limits.read_instance(client.instance_v2())
    except MastodonError as problem:
        if get_status(problem) != HTTPStatus.NOT_FOUND:
            raise
        limits = Limits()  # an instance older than that address, or a relative of Mastodon
    account.keep(limits=mastodon_limits.write(limits), limits_at=timezone.now().isoformat())
