"""Any other receiver, by webhook: a signed POST with everything in it. A delivery that comes again is dropped by its id there.

Body: `{id, site, account, title, text, link, pictures: [{name, type, size, description, sha256, data}]}`, `data` in base64; to take
back: `{id, action: "withdraw"}` with the id that the receiver gave, else that of the delivery; to try the signature:
`{action: "check"}`. Headers: `X-Delivery-Id` (remembered by the receiver, for ever), `X-Timestamp` (Unix seconds), `X-Signature`
(see `signatures`). Answers: 2xx, with `{id, url}` where it has them; 409 with `{id}`: it has had this one; 410: it wants no more.
"""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from microblog.adapters import http
from microblog.adapters.base import Connected, Progress, Save
from microblog.adapters.signatures import sign
from microblog.clock import hour
from microblog.outcomes import (
    Accepted,
    Length,
    Limited,
    Misconfigured,
    NotThere,
    NotWithdrawable,
    Outcome,
    Problem,
    Reconciliation,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unauthorised,
    Unknown,
    Withdrawal,
    Withdrawn,
)
from microblog.platforms import Platform
from microblog.posts import Attachment, Counts, OutgoingPost, RemotePost

MOST_CHARACTERS = 10_000
MOST_BYTES = 20 * 1024 * 1024
"""Of all pictures together."""


class WebhookAdapter:
    """Deliveries to an address of the receiver's."""

    platform = Platform.WEBHOOK
    can_repeat = True
    hourly_limit = 0
    daily_limit = 0
    counts_all_requests = False

    def check_connection(self, account: Connected) -> Trouble | None:
        """By a signed `{"action": "check"}`; what is refused for that word alone was signed as it should be."""
        answer = _send(account, uuid.uuid4().hex, {"action": "check"}, is_post=False)
        outcome = _read_answer(answer, "check") if isinstance(answer, http.Answer) else answer
        return None if isinstance(outcome, Sent | Accepted | Refused) else outcome

    def arrange(self, text: str, topic: str, link: str) -> str:
        """Without the link, which has a field of its own."""
        return f"#{topic}# {text}" if topic else text

    def measure(self, account: Connected, text: str) -> Length:
        return Length(len(text), account.options.get("char_limit") or MOST_CHARACTERS)

    def validate(self, account: Connected, post: OutgoingPost) -> Sequence[Problem]:
        return list(_find_problems(self.measure(account, post.text), post.attachments))

    def publish(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Outcome:
        answer = _send(account, post.key, _make_body(account, post), is_post=True)
        return _read_answer(answer, post.key) if isinstance(answer, http.Answer) else answer

    def follow_up(self, account: Connected, post: OutgoingPost, progress: Progress, save: Save) -> Reconciliation:
        """Nothing is accepted here and done later: send it again, the receiver drops what it has."""
        return NotThere(is_certain=True)

    def reconcile(self, account: Connected, post: OutgoingPost, progress: Progress, since: datetime) -> Reconciliation:
        """The receiver cannot be asked, and need not be: it drops a repeat, and says which post it was."""
        return NotThere(is_certain=True)

    def withdraw(self, account: Connected, remote_id: str) -> Withdrawal:
        key = hashlib.sha256(f"withdraw|{account.uid}|{remote_id}".encode()).hexdigest()
        answer = _send(account, key, {"id": remote_id, "action": "withdraw"}, is_post=False)
        return _read_withdrawal(_read_answer(answer, key) if isinstance(answer, http.Answer) else answer)

    def fetch_counts(self, account: Connected, remote_ids: Sequence[str]) -> Mapping[str, Counts]:
        """A receiver has none to give."""
        return {}

    def fetch_posts(self, account: Connected, since_id: str) -> Sequence[RemotePost]:
        """A receiver is not asked; what is made there by hand is pushed."""
        return ()


def _find_problems(length: Length, attachments: Sequence[Attachment]) -> Iterator[Problem]:
    if length.is_too_long:
        yield Problem(
            "text", f"{length.count} 字，最多 {length.limit} 字。", f"请缩短 {length.count - length.limit} 字。"
        )
    if any(file.is_video for file in attachments):
        yield Problem("video", "视频不随推送发送。", "读者可由链接到本站观看。", is_loss=True)
    size = sum(file.size for file in attachments if not file.is_video)
    if size > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        yield Problem(
            "pictures", f"图片共 {size / 1024 / 1024:.1f} MB，最多 {most} MB。", "请减少图片，或压缩后再上传。"
        )


def _make_body(account: Connected, post: OutgoingPost) -> dict[str, Any]:
    return {
        "id": post.key,
        "site": account.options.get("site", ""),
        "account": account.options.get("name", ""),
        "title": post.title,
        "text": post.text,
        "link": post.link,
        "pictures": [_make_picture(file) for file in post.attachments if not file.is_video],
    }


def _make_picture(file: Attachment) -> dict[str, Any]:
    content = file.read()
    return {
        "name": file.name,
        "type": file.content_type,
        "size": len(content),
        "description": file.description,
        "sha256": hashlib.sha256(content).hexdigest(),
        "data": base64.b64encode(content).decode(),
    }


def _send(account: Connected, key: str, data: Mapping[str, Any], *, is_post: bool) -> http.Answer | http.NetworkOutcome:
    secret = account.secrets.get("signing_secret", "")
    if not secret:
        return Misconfigured("secret", "还没有签名密钥。请管理员在帐号设置中生成密钥，并交给接收方。")
    body, timestamp = json.dumps(data, ensure_ascii=False).encode(), int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Delivery-Id": key,
        "X-Timestamp": str(timestamp),
        "X-Signature": sign(secret, timestamp, key, body),
    }
    account.note_request(is_post)
    return http.ask("POST", account.base_url, headers=headers, content=body)


def _read_answer(answer: http.Answer, key: str) -> Outcome:
    """What the receiver's answer means."""
    code, said = f"http-{answer.status}", answer.read_object()
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return Sent(str(said.get("id") or key)[:200], _find_url(said))
    if answer.status == HTTPStatus.CONFLICT and said.get("id"):
        return Sent(str(said["id"])[:200], _find_url(said))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Retry(code, "接收方出错，稍后自动重试。接收方按投递标识去重，不会重复。")
    if answer.status < HTTPStatus.BAD_REQUEST:
        return Misconfigured(code, "接收方的地址已经转向。请管理员把接口地址改为现在的地址。")
    return _read_refusal(answer, code)


def _read_refusal(answer: http.Answer, code: str) -> Outcome:
    match answer.status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Limited(
                code, "接收方限制了频率，到时自动继续。", until=_read_wait(answer.headers.get("retry-after", ""))
            )
        case HTTPStatus.REQUEST_TIMEOUT | HTTPStatus.TOO_EARLY:
            return Retry(code, "接收方没有收完，稍后自动重试。")
        case HTTPStatus.GONE:
            return Misconfigured(code, "接收方表示不再接收。请与接收方联系，或停用此帐号。")
        case HTTPStatus.NOT_FOUND | HTTPStatus.METHOD_NOT_ALLOWED:
            return Misconfigured(code, "接收方的地址不存在。请管理员检查帐号的接口地址。")
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Unauthorised(code, "接收方不认可签名。请管理员核对双方的签名密钥，以及服务器的时间。")
    return Refused(code, f"接收方拒绝了此条（HTTP {answer.status}）。请与接收方核对要求，修改后重新发布。")


def _read_wait(value: str) -> datetime:
    """When to come again by Retry-After, in seconds or as a date; in five minutes where it says neither, in a day at the latest."""
    now, longest = timezone.now(), timedelta(days=1)
    if value.isascii() and value.isdigit() and len(value) < 8:
        return now + min(timedelta(seconds=int(value)), longest)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return now + hour() / 12
    return min(max(moment if moment.tzinfo else timezone.make_aware(moment), now), now + longest)


def _find_url(said: Mapping[str, Any]) -> str:
    """The post's address, where the receiver gave one that can be linked."""
    url = said.get("url")
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) and len(url) <= 500 else ""


def _read_withdrawal(outcome: Outcome) -> Withdrawal:
    match outcome:
        case Sent():
            return Withdrawn()
        case Retry() | Limited() | Unauthorised() | Misconfigured():
            return outcome
        case Unknown():  # asking once more does no harm
            return Retry(outcome.code, "接收方没有答复，稍后再撤回。")
    return NotWithdrawable("接收方没有接受撤回。请与接收方联系。")
