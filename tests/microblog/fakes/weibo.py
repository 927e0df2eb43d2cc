"""Weibo: https://open.weibo.com/wiki/, as far as an app that shares may go."""

import html
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from time import time
from typing import Any
from zoneinfo import ZoneInfo

from tests.microblog.fakes.clock import DAY, HOUR, MINUTE, Window
from tests.microblog.fakes.faults import Fault
from tests.microblog.fakes.messages import Refusal, Reply, Seen
from tests.microblog.fakes.platform import FakePlatform, Route
from tests.microblog.fakes.weibo_oauth import APP_KEY, APP_SECRET, Authorisations, Token
from tests.microblog.fakes.weibo_rules import (
    LARGEST_PICTURE,
    count,
    has_link_below,
    has_topic,
    picture_kind,
    refuse,
    split_urls,
)

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIRST_ID = 5_100_000_000_000_000
_SIMILAR_FOR = HOUR


@dataclass
class Status:
    """A post on Weibo. `words` is its text without addresses."""

    id: int
    uid: str
    text: str
    shown: str
    words: str
    client_id: str
    picture: str = ""
    is_by_hand: bool = False
    created_at: float = field(default_factory=time)
    counts: dict[str, int] = field(default_factory=lambda: {"reposts": 0, "comments": 0, "attitudes": 0})


class Fake(FakePlatform):
    """Settings: `char_limit`; `safe_domains` of the app; `rights`, apart from sharing: timeline, count, destroy; `lag_seconds` until a
    post is in lists; `with_id`, whether 20032 comes with one; `apps`; who is `signed_in`, and whether they `denies`."""

    name = "weibo"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.settings = {
            "char_limit": 140,
            "safe_domains": ["sfj.localhost"],
            "rights": ["timeline", "count", "destroy"],
            "lag_seconds": 1.5 * MINUTE,
            "with_id": False,
            "apps": [{"client_id": APP_KEY, "client_secret": APP_SECRET}],
            "signed_in": "5000000001",
            "denies": False,
        }
        self._authorisations = Authorisations(self.settings)
        self._statuses: dict[int, Status] = {}
        self._next_id, self._next_uid = _FIRST_ID + secrets.randbelow(10**9), 5_000_000_001
        self._by_address = Window(15_000, HOUR)
        self._by_day = Window(100, DAY)
        self._posts_by_hour = Window(30, HOUR)

    def routes(self) -> list[tuple[str, str, Route]]:
        login = self._authorisations
        return [
            ("GET", "/oauth2/authorize", login.authorise),
            ("POST", "/oauth2/access_token", login.exchange),
            ("POST", "/oauth2/get_token_info", login.tell),
            ("POST", "/oauth2/revokeoauth2", login.revoke),
            ("POST", "/2/statuses/share.json", self._share),
            ("GET", "/2/statuses/user_timeline.json", self._timeline),
            ("GET", "/2/statuses/count.json", self._count),
            ("POST", "/2/statuses/destroy.json", self._destroy),
            ("GET", "/2/statuses/querymid.json", self._query_mid),
        ]

    def misbehave(self, fault: Fault, seen: Seen) -> Reply | None:
        if fault.kind == "error" and fault.code == "20032" and seen.path.endswith("share.json"):
            return None  # published all the same: its route says so
        codes = {"error": fault.code, "rate": "10024", "expired": "21327", "duplicate": "20019"}
        return refuse(int(codes[fault.kind]), seen.path) if fault.kind in codes else None

    def _admit(self, seen: Seen, right: str = "") -> Token:
        """Who asks. What is let in counts against the address, and the user's day."""
        if self._by_address.is_full(seen.address):
            raise Refusal(refuse(10022, seen.path))
        self._by_address.take(seen.address)
        token = self._find_token(seen)
        who = f"{token.uid}|{token.client_id}"
        if self._by_day.is_full(who):
            raise Refusal(refuse(10023, seen.path))
        self._by_day.take(who)
        if right and right not in self.settings["rights"]:
            raise Refusal(refuse(10014, seen.path))
        return token

    def _find_token(self, seen: Seen) -> Token:
        value = seen.given.get("access_token") or seen.headers.get("authorization", "").removeprefix("OAuth2 ")
        token = self._authorisations.tokens.get(value)
        if token is None:
            raise Refusal(refuse(21332, seen.path))
        if token.is_revoked:
            raise Refusal(refuse(21316, seen.path))
        if token.expires_at <= time():
            raise Refusal(refuse(21327, seen.path))
        return token

    def _share(self, seen: Seen) -> Reply:
        token = self._admit(seen)
        who = f"{token.uid}|{token.client_id}"
        if self._posts_by_hour.is_full(who):
            raise Refusal(refuse(20016, seen.path))
        self._posts_by_hour.take(who)
        text = seen.form.get("status", "").strip()
        problem = self._find_problem(seen, text) or self._find_repeat(token, text)
        if problem:
            raise Refusal(refuse(problem, seen.path))
        picture = picture_kind(seen.files[0].content) if seen.files else ""
        status = self._add(token.uid, text, token.client_id, picture)
        if seen.fault and seen.fault.code == "20032":
            body = {"request": seen.path, "error_code": 20032, "error": "Update success, while server slow now"}
            named = {"idstr": str(status.id)} if self.settings["with_id"] else {}
            return Reply({**body, **named}, status=400, done=f"published {status.id}")
        return Reply(self._show(status), done=f"published {status.id}")

    def _find_problem(self, seen: Seen, text: str) -> int:
        """The code of what is wrong with a post; 0 for nothing."""
        if not text:
            return 20008
        checks = (
            (20012, count(text) > self.settings["char_limit"]),
            (20021, has_topic(text)),
            (10017, not has_link_below(text, self.settings["safe_domains"])),
            (10016, not _is_address(seen.form.get("rip", ""))),
        )
        return next((code for code, applies in checks if applies), 0) or self._find_picture_problem(seen)

    def _find_picture_problem(self, seen: Seen) -> int:
        if "pic" in seen.form or (seen.is_multipart and not seen.files):
            return 20007
        if not seen.files:
            return 0
        if len(seen.files) > 1 or seen.files[0].field != "pic":
            return 10008
        if not picture_kind(seen.files[0].content):
            return 20005
        return 20006 if len(seen.files[0].content) >= LARGEST_PICTURE else 0

    def _find_repeat(self, token: Token, text: str) -> int:
        """20019: the same; 20017: the same but for its addresses, within an hour."""
        words = split_urls(text)[0].strip()
        recent = [each for each in self._statuses.values() if each.uid == token.uid]
        recent = [each for each in recent if each.created_at > time() - _SIMILAR_FOR]
        if any(each.text == text for each in recent):
            return 20019
        return 20017 if any(each.words == words for each in recent) else 0

    def _add(self, uid: str, text: str, client_id: str, picture: str = "", *, by_hand: bool = False) -> Status:
        self._next_id += 1 + secrets.randbelow(10**6)
        words, urls = split_urls(text)
        shown = text
        for url in urls:
            shown = shown.replace(url, f"http://t.cn/{secrets.token_hex(4)}", 1)
        status = Status(
            self._next_id, uid, text, html.escape(shown, quote=False), words.strip(), client_id, picture, by_hand
        )
        self._statuses[status.id] = status
        return status

    def _timeline(self, seen: Seen) -> Reply:
        token = self._admit(seen, "timeline")
        if seen.query.get("uid", token.uid) != token.uid:
            raise Refusal(refuse(10014, seen.path))
        since, size = int(seen.query.get("since_id", "0")), min(int(seen.query.get("count", "20")), 100)
        page, ripe = int(seen.query.get("page", "1")), time() - float(self.settings["lag_seconds"])
        found = [each for each in self._statuses.values() if each.uid == token.uid and each.id > since]
        found = sorted((each for each in found if each.created_at <= ripe), key=lambda each: -each.id)
        shown = [self._show(each) for each in found[(page - 1) * size : page * size]]
        return Reply({"statuses": shown, "total_number": len(found)}, done=f"listed {len(shown)}")

    def _count(self, seen: Seen) -> Reply:
        self._admit(seen, "count")
        ids = [int(each) for each in seen.query.get("ids", "").split(",") if each.isdigit()]
        if not 1 <= len(ids) <= 100:
            raise Refusal(refuse(10008, seen.path))
        known = [self._statuses[each] for each in ids if each in self._statuses]
        return Reply([{"id": each.id, "idstr": str(each.id), **each.counts} for each in known])

    def _destroy(self, seen: Seen) -> Reply:
        token = self._admit(seen, "destroy")
        status = self._statuses.get(int(seen.form.get("id", "0") or 0))
        if status is None:
            raise Refusal(refuse(20101, seen.path))
        if status.uid != token.uid:
            raise Refusal(refuse(20102, seen.path))
        del self._statuses[status.id]
        return Reply(self._show(status), done=f"destroyed {status.id}")

    def _query_mid(self, seen: Seen) -> Reply:
        self._admit(seen)
        if int(seen.query.get("id", "0")) not in self._statuses:
            raise Refusal(refuse(20101, seen.path))
        return Reply({"mid": make_mid(int(seen.query["id"]))})

    def _show(self, status: Status) -> dict[str, Any]:
        made = datetime.fromtimestamp(status.created_at, ZoneInfo("Asia/Shanghai"))
        return {
            "created_at": made.strftime("%a %b %d %H:%M:%S %z %Y"),
            "id": status.id,
            "mid": str(status.id),
            "idstr": str(status.id),
            "text": status.shown,
            "pic_urls": [{"thumbnail_pic": f"{self.url}/pic/{status.id}.{status.picture}"}] if status.picture else [],
            "user": {"id": int(status.uid), "idstr": status.uid},
            "reposts_count": status.counts["reposts"],
            "comments_count": status.counts["comments"],
            "attitudes_count": status.counts["attitudes"],
        }

    def list_posts(self) -> list[dict[str, Any]]:
        return [
            {
                "id": str(each.id),
                "account": each.uid,
                "text": each.text,
                "url": f"https://weibo.com/{each.uid}/{make_mid(each.id)}",
                "created_at": datetime.fromtimestamp(each.created_at, UTC).isoformat(),
                "by_hand": each.is_by_hand,
                "pictures": 1 if each.picture else 0,
            }
            for each in sorted(self._statuses.values(), key=lambda each: each.id)
        ]

    def post_by_hand(self, given: dict[str, Any]) -> dict[str, Any]:
        self._add(str(given["account"]), str(given["text"]), "", by_hand=True)
        return self.list_posts()[-1]

    def set_counts(self, given: dict[str, Any]) -> None:
        """Weibo tells no reads; likes are called attitudes there."""
        counts = self._statuses[int(given["id"])].counts
        for name, ours in (("reposts", "reposts"), ("comments", "comments"), ("attitudes", "likes")):
            counts[name] = int(given.get(ours, counts[name]))

    def make_account(self, given: dict[str, Any]) -> dict[str, Any]:
        """`uid` and `seconds` (until the authorisation ends) may be given."""
        uid = str(given.get("uid") or self._next_uid)
        self._next_uid += 1
        token = self._authorisations.give(uid, seconds=given.get("seconds"))
        options = {"char_limit": None, "safe_domain": self.settings["safe_domains"][0], "may_read": True}
        tokens = {"access_token": token.value, "client_id": APP_KEY, "client_secret": APP_SECRET}
        return {"remote_id": uid, "base_url": self.url, "secrets": tokens, "options": options}


def make_mid(number: int) -> str:
    """The id as it stands in public addresses: base 62 in groups of seven digits, from the right."""
    digits = str(number)
    parts: list[str] = []
    while digits:
        digits, group = digits[:-7], int(digits[-7:])
        part = ""
        while group:
            group, rest = divmod(group, 62)
            part = _ALPHABET[rest] + part
        parts.insert(0, part.rjust(4, "0") if digits else part)
    return "".join(parts)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
