"""Mastodon: https://docs.joinmastodon.org/methods/statuses/, as far as an account that posts may go."""

import secrets
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any
from urllib.parse import parse_qs

from tests.microblog.fakes.clock import HOUR, MINUTE, Window
from tests.microblog.fakes.faults import Fault
from tests.microblog.fakes.mastodon_records import Medium, Status
from tests.microblog.fakes.mastodon_rules import (
    IMAGE_LIMIT,
    LONGEST_DESCRIPTION,
    MOST_MEDIA,
    PER_URL,
    TYPES,
    VIDEO_LIMIT,
    count,
    media_kind,
    render,
)
from tests.microblog.fakes.messages import Refusal, Reply, Seen
from tests.microblog.fakes.platform import FakePlatform, Route

_FIRST_ID = 114_000_000_000_000_000


class Fake(FakePlatform):
    """Settings: `char_limit`; `processing_seconds` of videos, and of pictures that the fault `processing` meets; `scopes` of
    new tokens; `forgets_after`, seconds for which an Idempotency-Key is kept."""

    name = "mastodon"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.settings = {
            "char_limit": 500,
            "processing_seconds": MINUTE / 6,
            "scopes": ["read", "write:statuses", "write:media"],
            "forgets_after": HOUR,
        }
        self._tokens: dict[str, tuple[str, list[str]]] = {}
        self._statuses: dict[int, Status] = {}
        self._media: dict[str, Medium] = {}
        self._keys: dict[tuple[str, str], tuple[int, float]] = {}
        self._next_id, self._next_account = _FIRST_ID + secrets.randbelow(10**9), 109_000_000_000_000_001
        self._all = Window(300, 5 * MINUTE)
        self._uploads = Window(30, 30 * MINUTE)
        self._deletions = Window(30, 30 * MINUTE)

    def routes(self) -> list[tuple[str, str, Route]]:
        return [
            ("GET", "/api/v2/instance", self._instance),
            ("GET", "/api/v2/instance/", self._instance),
            ("GET", "/api/v1/accounts/verify_credentials", self._verify),
            ("GET", "/api/v1/accounts/<account>/statuses", self._list),
            ("POST", "/api/v2/media", self._upload),
            ("GET", "/api/v1/media/<media_id>", self._get_media),
            ("POST", "/api/v1/statuses", self._post),
            ("GET", "/api/v1/statuses/<int:status_id>", self._get),
            ("DELETE", "/api/v1/statuses/<int:status_id>", self._delete),
        ]

    def answer(self, seen: Seen) -> Reply:
        """With the headers that say how much is left."""
        reply = super().answer(seen)
        token = self._tokens.get(_read_token(seen))
        if token is not None:
            reply.headers = {**self._tell_limit(self._all, token[0]), **reply.headers}
        return reply

    def misbehave(self, fault: Fault, seen: Seen) -> Reply | None:
        """`error` with a status; `rate` and `expired` as the server says them."""
        if fault.kind == "rate":
            reset = datetime.now(UTC) + timedelta(seconds=5 * MINUTE)
            headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset.isoformat()}
            return Reply({"error": "Too many requests"}, status=429, headers=headers, done="refused 429")
        if fault.kind == "expired":
            return _refuse(401, "The access token was revoked")
        return _refuse(int(fault.code), "Something is wrong") if fault.kind == "error" else None

    def _tell_limit(self, window: Window, key: str) -> dict[str, str]:
        reset = datetime.now(UTC) + timedelta(seconds=window.seconds_until_room(key) or window.seconds)
        return {
            "X-RateLimit-Limit": str(window.limit),
            "X-RateLimit-Remaining": str(window.left(key)),
            "X-RateLimit-Reset": reset.isoformat(),
        }

    def _count(self, window: Window, key: str) -> None:
        if window.is_full(key):
            headers = self._tell_limit(window, key)
            raise Refusal(Reply({"error": "Too many requests"}, status=429, headers=headers, done="refused 429"))
        window.take(key)

    def _admit(self, seen: Seen, scope: str) -> str:
        """The account that asks."""
        token = self._tokens.get(_read_token(seen))
        if token is None:
            raise Refusal(_refuse(401, "The access token is invalid"))
        account, scopes = token
        self._count(self._all, account)
        if not {scope, scope.partition(":")[0]} & set(scopes):
            raise Refusal(_refuse(403, "This action is outside the authorized scopes"))
        return account

    def _instance(self, seen: Seen) -> Reply:
        configuration = {
            "statuses": {
                "max_characters": self.settings["char_limit"],
                "max_media_attachments": MOST_MEDIA,
                "characters_reserved_per_url": PER_URL,
            },
            "media_attachments": {
                "supported_mime_types": TYPES,
                "image_size_limit": IMAGE_LIMIT,
                "video_size_limit": VIDEO_LIMIT,
            },
        }
        body = {"domain": "mastodon.example", "title": "示例实例", "version": "4.4.0", "configuration": configuration}
        return Reply({**body, "api_versions": {"mastodon": 6}})

    def _verify(self, seen: Seen) -> Reply:
        account = self._admit(seen, "read")
        return Reply({"id": account, "username": "kongtong", "acct": "kongtong", "url": f"{self.url}/@kongtong"})

    def _upload(self, seen: Seen) -> Reply:
        account = self._admit(seen, "write:media")
        self._count(self._uploads, account)
        file = next((each for each in seen.files if each.field == "file"), None)
        kind = media_kind(file.content, file.content_type) if file else ""
        if file is None or not kind:
            raise Refusal(_refuse(422, "Validation failed: File content type is invalid"))
        if len(file.content) > (VIDEO_LIMIT if kind == "video" else IMAGE_LIMIT):
            raise Refusal(_refuse(422, "Validation failed: File file size must be less than the limit"))
        description = seen.form.get("description", "")
        if len(description) > LONGEST_DESCRIPTION:
            raise Refusal(_refuse(422, "Validation failed: Description is too long"))
        is_slow = kind == "video" or (seen.fault is not None and seen.fault.kind == "processing")
        wait = float(self.settings["processing_seconds"]) if is_slow else 0.0
        self._next_id += 1
        medium = Medium(str(self._next_id), account, kind, description, time() + wait)
        self._media[medium.id] = medium
        return Reply(self._show_media(medium), status=202 if is_slow else 200, done=f"media {medium.id}")

    def _get_media(self, seen: Seen, media_id: str) -> Reply:
        account, medium = self._admit(seen, "read"), self._media.get(media_id)
        if medium is None or medium.account != account or medium.status:
            raise Refusal(_refuse(404, "Record not found"))
        return Reply(self._show_media(medium), status=200 if medium.ready_at <= time() else 206)

    def _show_media(self, medium: Medium) -> dict[str, Any]:
        url = f"{self.url}/media/{medium.id}" if medium.ready_at <= time() else None
        return {"id": medium.id, "type": medium.kind, "url": url, "preview_url": url, "description": medium.description}

    def _post(self, seen: Seen) -> Reply:
        account = self._admit(seen, "write:statuses")
        key = seen.headers.get("idempotency-key", "")
        known, since = self._keys.get((account, key), (0, 0.0))
        if key and known in self._statuses and time() < since + float(self.settings["forgets_after"]):
            return Reply(self._show(self._statuses[known]), done=f"repeat of {known}")
        form = parse_qs(seen.body.decode(), keep_blank_values=True)
        text, media = form.get("status", [""])[0], form.get("media_ids[]", [])
        self._check(account, text, media)
        visibility, language = form.get("visibility", ["public"])[0], form.get("language", [""])[0]
        if visibility not in {"public", "unlisted", "private", "direct"}:
            raise Refusal(_refuse(422, "Validation failed: Visibility is not included in the list"))
        status = self._add(account, text, media, visibility=visibility, language=language, key=key)
        return Reply(self._show(status), done=f"published {status.id}")

    def _check(self, account: str, text: str, media: list[str]) -> None:
        if not text.strip() and not media:
            raise Refusal(_refuse(422, "Validation failed: Text can't be blank"))
        if count(text) > int(self.settings["char_limit"]):
            raise Refusal(_refuse(422, "Validation failed: Text character limit of 500 exceeded"))
        if len(media) > MOST_MEDIA:
            raise Refusal(_refuse(422, "Cannot attach more than 4 files"))
        found = [self._media.get(each) for each in media]
        if any(each is None or each.account != account or each.status for each in found):
            raise Refusal(_refuse(422, "Validation failed: Media not found"))
        if any(each is not None and each.ready_at > time() for each in found):
            raise Refusal(_refuse(422, "Cannot attach files that have not finished processing. Try again in a moment!"))

    def _add(self, account: str, text: str, media: list[str], *, key: str = "", **fields: Any) -> Status:
        self._next_id += 1 + secrets.randbelow(10**6)
        status = Status(self._next_id, account, text.strip(), media, key=key, **fields)
        self._statuses[status.id] = status
        for each in media:
            self._media[each].status = status.id
        if key:
            self._keys[account, key] = (status.id, time())
        return status

    def _find(self, status_id: int) -> Status:
        if status_id not in self._statuses:
            raise Refusal(_refuse(404, "Record not found"))
        return self._statuses[status_id]

    def _get(self, seen: Seen, status_id: int) -> Reply:
        self._admit(seen, "read")
        return Reply(self._show(self._find(status_id)))

    def _delete(self, seen: Seen, status_id: int) -> Reply:
        account = self._admit(seen, "write:statuses")
        self._count(self._deletions, account)
        status = self._find(status_id)
        if status.account != account:
            raise Refusal(_refuse(404, "Record not found"))
        del self._statuses[status_id]
        return Reply(self._show(status), done=f"deleted {status_id}")

    def _list(self, seen: Seen, account: str) -> Reply:
        """The newest first; with min_id those right after it."""
        self._admit(seen, "read")
        query, size = seen.query, min(int(seen.query.get("limit", "20")), 40)
        lowest = max(int(query.get("since_id", "0")), int(query.get("min_id", "0")))
        highest = int(query.get("max_id", str(10**20)))
        found = sorted(
            (each for each in self._statuses.values() if each.account == account and lowest < each.id < highest),
            key=lambda each: each.id,
        )
        page = found[:size] if "min_id" in query else found[-size:]
        return Reply([self._show(each) for each in page[::-1]], done=f"listed {len(page)}")

    def _show(self, status: Status) -> dict[str, Any]:
        return {
            "id": str(status.id),
            "created_at": datetime.fromtimestamp(status.created_at, UTC).isoformat(timespec="milliseconds"),
            "url": f"{self.url}/@kongtong/{status.id}",
            "uri": f"{self.url}/users/kongtong/statuses/{status.id}",
            "content": render(status.text),
            "visibility": status.visibility,
            "language": status.language,
            "media_attachments": [self._show_media(self._media[each]) for each in status.media],
            "reblogs_count": status.counts["reposts"],
            "replies_count": status.counts["comments"],
            "favourites_count": status.counts["likes"],
        }

    def list_posts(self) -> list[dict[str, Any]]:
        return [
            {
                "id": str(each.id),
                "account": each.account,
                "key": each.key,
                "text": each.text,
                "url": f"{self.url}/@kongtong/{each.id}",
                "created_at": datetime.fromtimestamp(each.created_at, UTC).isoformat(),
                "by_hand": each.is_by_hand,
                "pictures": len(each.media),
                "descriptions": [self._media[medium].description for medium in each.media],
                "visibility": each.visibility,
                "language": each.language,
            }
            for each in sorted(self._statuses.values(), key=lambda each: each.id)
        ]

    def post_by_hand(self, given: dict[str, Any]) -> dict[str, Any]:
        """`visibility` may be given."""
        visibility = str(given.get("visibility", "public"))
        status = self._add(str(given["account"]), str(given["text"]), [], visibility=visibility, language="zh")
        status.is_by_hand = True
        return self.list_posts()[-1]

    def set_counts(self, given: dict[str, Any]) -> None:
        """Mastodon tells no reads."""
        counts = self._statuses[int(given["id"])].counts
        counts.update({name: int(given[name]) for name in counts if name in given})

    def make_account(self, given: dict[str, Any]) -> dict[str, Any]:
        account, token = str(self._next_account), secrets.token_urlsafe(32)
        self._next_account += 1
        self._tokens[token] = (account, list(self.settings["scopes"]))
        return {"remote_id": account, "base_url": self.url, "secrets": {"access_token": token}, "options": {}}


def _read_token(seen: Seen) -> str:
    return seen.headers.get("authorization", "").removeprefix("Bearer ")


def _refuse(status: int, text: str) -> Reply:
    return Reply({"error": text}, status=status, done=f"refused {status}")
