"""The account's own posts on Mastodon, as the instance lists them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from mastodon import Mastodon as Client

from microblog.adapters.base import Connected
from microblog.adapters.mastodon_texts import is_same, read_text
from microblog.outcomes import Sent
from microblog.posts import Counts, OutgoingPost, RemotePost

_PAGE, _MOST_PAGES = 40, 5
_CLOCKS_DIFFER = timedelta(minutes=2)


def find_post(client: Client, account: Connected, post: OutgoingPost, since: float) -> Sent | None:
    """The post among the account's own, since then (Unix seconds)."""
    start = datetime.fromtimestamp(since, UTC) - _CLOCKS_DIFFER
    for status in list_since(client, account, start):
        if is_same(status["content"], post.text):
            return Sent(str(status["id"]), str(status.get("url") or ""))
    return None


def list_since(client: Client, account: Connected, start: datetime) -> Iterator[Any]:
    """The account's own posts, the newest first, down to `start`; two hundred at most."""
    owner, before = _find_owner(client, account), None
    for _ in range(_MOST_PAGES):
        statuses = client.account_statuses(owner, max_id=before, limit=_PAGE, exclude_reblogs=True)
        for status in statuses:
            if status["created_at"] < start:
                return
            yield status
        if len(statuses) < _PAGE:
            return
        before = statuses[-1]["id"]


def list_after(client: Client, account: Connected, since_id: str) -> Iterator[Any]:
    """The account's own posts after the id, page by page; the latest page where there is none."""
    owner, after = _find_owner(client, account), since_id or None
    for _ in range(_MOST_PAGES if after else 1):
        statuses = client.account_statuses(owner, min_id=after, limit=_PAGE, exclude_reblogs=True, exclude_replies=True)
        yield from statuses
        if len(statuses) < _PAGE:
            return
        after = statuses[0]["id"]


def note_owner(client: Client, account: Connected) -> None:
    """Ask for the account's id there, and keep it."""
    account.keep(account_id=str(client.account_verify_credentials()["id"]))


def _find_owner(client: Client, account: Connected) -> str:
    """The account's id there, asked for once."""
    known = account.remote_id or account.secrets.get("account_id", "")
    if known:
        return known
    found = str(client.account_verify_credentials()["id"])
    account.keep(account_id=found)
    return found


def is_public(status: Any) -> bool:
    """Whether everybody may see it."""
    return status["visibility"] in {"public", "unlisted"}


def read_counts(status: Any) -> Counts:
    """What became of the post."""
    return Counts(
        reposts=status.get("reblogs_count"), comments=status.get("replies_count"), likes=status.get("favourites_count")
    )


def read_post(status: Any) -> RemotePost:
    """The post, its words without HTML."""
    pictures = [str(each["url"]) for each in status.get("media_attachments", ()) if each.get("type") == "image"]
    return RemotePost(
        remote_id=str(status["id"]),
        url=str(status.get("url") or ""),
        text=read_text(status["content"]),
        created_at=status["created_at"],
        pictures=tuple(pictures),
    )
