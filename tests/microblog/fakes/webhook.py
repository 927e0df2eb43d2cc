"""A receiver of webhooks that keeps to the protocol (see `microblog.adapters.webhook`): checks the signature, drops repeats by id."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import time
from typing import Any

from tests.microblog.fakes.clock import HOUR, Window
from tests.microblog.fakes.faults import Fault
from tests.microblog.fakes.messages import Refusal, Reply, Seen
from tests.microblog.fakes.platform import FakePlatform, Route

WINDOW = 300
MOST_CHARACTERS, MOST_BYTES = 10_000, 20 * 1024 * 1024
_NEEDED = ("id", "site", "account", "title", "text", "link", "pictures")


@dataclass
class Post:
    """What was delivered."""

    id: str
    account: str
    key: str
    content: dict[str, Any]
    is_by_hand: bool = False
    created_at: float = field(default_factory=time)


class Fake(FakePlatform):
    """Settings: `limit` of deliveries an hour and account (0: none); `is_gone`, whether it wants no more; `says_id`, whether it
    answers with an id and an address of its own; `address` in place of that address; `char_limit`."""

    name = "webhook"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.settings = {"limit": 0, "is_gone": False, "says_id": True, "address": "", "char_limit": MOST_CHARACTERS}
        self._secrets: dict[str, str] = {}
        self._posts: dict[str, Post] = {}
        self._taken: dict[tuple[str, str], str] = {}
        self._hour = Window(0, HOUR)

    def routes(self) -> list[tuple[str, str, Route]]:
        return [("POST", "/hook/<account>", self._take)]

    def misbehave(self, fault: Fault, seen: Seen) -> Reply | None:
        """`error` with a status; `duplicate`: as if it had had this delivery, but of no id."""
        if fault.kind == "rate":
            return Reply({"error": "too many"}, 429, {"Retry-After": str(max(1, round(HOUR / 60)))}, done="refused 429")
        statuses = {"error": fault.code, "expired": "401", "duplicate": "409"}
        return _refuse(int(statuses[fault.kind]), fault.kind) if fault.kind in statuses else None

    def _take(self, seen: Seen, account: str) -> Reply:
        key = self._check(seen, account)
        if self.settings["is_gone"]:
            raise Refusal(_refuse(410, "gone"))
        if isinstance(seen.json, dict) and seen.json.get("action") == "check":
            return Reply({}, done="checked")
        if (account, key) in self._taken:
            answer = self._tell(self._taken[account, key])
            return Reply(answer, status=409, done=f"repeat of {self._taken[account, key]}")
        self._limit(account)
        given = seen.json if isinstance(seen.json, dict) else {}
        if given.get("action") == "withdraw":
            return self._withdraw(account, key, str(given.get("id", "")))
        return self._keep(account, key, given)

    def _check(self, seen: Seen, account: str) -> str:
        """The delivery's id, where all is signed by who knows the account's secret, and lately."""
        secret = self._secrets.get(account)
        if secret is None:
            raise Refusal(_refuse(404, "no such receiver"))
        key, moment = seen.headers.get("x-delivery-id", ""), seen.headers.get("x-timestamp", "")
        if not key or not moment.isdigit() or abs(time() - int(moment)) > WINDOW:
            raise Refusal(_refuse(401, "no id, or not of these five minutes"))
        message = f"{moment}.{key}.".encode() + seen.body
        expected = "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, seen.headers.get("x-signature", "")):
            raise Refusal(_refuse(401, "wrong signature"))
        return key

    def _limit(self, account: str) -> None:
        self._hour.limit = int(self.settings["limit"])
        if not self._hour.limit:
            return
        if self._hour.is_full(account):
            wait = max(1, round(self._hour.seconds_until_room(account)))
            raise Refusal(Reply({"error": "too many"}, 429, {"Retry-After": str(wait)}, done="refused 429"))
        self._hour.take(account)

    def _keep(self, account: str, key: str, given: dict[str, Any]) -> Reply:
        if any(name not in given for name in _NEEDED) or given["id"] != key:
            raise Refusal(_refuse(400, "a field is missing, or the id is another"))
        if len(given["text"]) > int(self.settings["char_limit"]):
            raise Refusal(_refuse(422, "too long"))
        self._check_pictures(given["pictures"])
        post = Post(f"p-{secrets.token_hex(6)}" if self.settings["says_id"] else key, account, key, given)
        self._posts[post.id] = post
        self._taken[account, key] = post.id
        return Reply(self._tell(post.id), done=f"published {post.id}")

    def _check_pictures(self, pictures: list[dict[str, Any]]) -> None:
        contents = [base64.b64decode(each["data"]) for each in pictures]
        if sum(map(len, contents)) > MOST_BYTES:
            raise Refusal(_refuse(413, "too large"))
        for each, content in zip(pictures, contents, strict=True):
            if each["sha256"] != hashlib.sha256(content).hexdigest() or each["size"] != len(content):
                raise Refusal(_refuse(400, "a picture is not what it says"))
            if not each["type"].startswith("image/"):
                raise Refusal(_refuse(415, "pictures only"))

    def _withdraw(self, account: str, key: str, post_id: str) -> Reply:
        post = self._posts.get(post_id)
        if post is not None and post.account == account:
            del self._posts[post_id]
        self._taken[account, key] = post_id
        return Reply({"id": post_id}, done=f"withdrawn {post_id}")

    def _tell(self, post_id: str) -> dict[str, Any]:
        if not self.settings["says_id"]:
            return {"id": post_id}
        return {"id": post_id, "url": self.settings["address"] or f"{self.url}/posts/{post_id}"}

    def list_posts(self) -> list[dict[str, Any]]:
        return [
            {
                "id": each.id,
                "account": each.account,
                "key": each.key,
                "title": each.content["title"],
                "text": each.content["text"],
                "link": each.content["link"],
                "url": self._tell(each.id).get("url", ""),
                "created_at": datetime.fromtimestamp(each.created_at, UTC).isoformat(),
                "by_hand": each.is_by_hand,
                "pictures": len(each.content["pictures"]),
            }
            for each in self._posts.values()
        ]

    def post_by_hand(self, given: dict[str, Any]) -> dict[str, Any]:
        """It tells nobody by itself: what is made by hand is pushed by whoever plays the receiver."""
        post = Post(f"p-{secrets.token_hex(6)}", str(given["account"]), "", _bare(str(given["text"])), is_by_hand=True)
        self._posts[post.id] = post
        return self.list_posts()[-1]

    def set_counts(self, given: dict[str, Any]) -> None:
        """A receiver tells none."""

    def make_account(self, given: dict[str, Any]) -> dict[str, Any]:
        account, secret = f"r{len(self._secrets) + 1}", secrets.token_urlsafe(32)
        self._secrets[account] = secret
        base_url = f"{self.url}/hook/{account}"
        return {"remote_id": account, "base_url": base_url, "secrets": {"signing_secret": secret}, "options": {}}


def _bare(text: str) -> dict[str, Any]:
    return {"title": text[:40], "text": text, "link": "", "pictures": []}


def _refuse(status: int, text: str) -> Reply:
    return Reply({"error": text}, status=status, done=f"refused {status}")
