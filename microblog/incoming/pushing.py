"""Posts that a platform (or whatever stands between) pushes: signed, fresh, and taken once."""

import json
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from microblog.adapters.signatures import check
from microblog.incoming.receiving import receive
from microblog.models import Account, Follow, MicroPost, PushReceipt
from microblog.outbox.connecting import get_connection
from microblog.posts import RemotePost

LONGEST_BODY = 64 * 1024


class PushRefused(ValueError):
    """The push is not taken; the text is for whoever set it up."""


class PushRepeated(PushRefused):
    """The push was taken before."""


@dataclass(frozen=True)
class Push:
    """What arrived: headers as they came, and the body."""

    delivery_id: str
    timestamp: str
    signature: str
    body: bytes


def take_push(account: Account, push: Push) -> MicroPost | None:
    """The pushed post in the stream; None where it is ours or known. Raises PushRefused, SignatureRefused, StillSending."""
    secret = get_connection(account).read_secrets().get("signing_secret", "")
    if not secret or account.follow == Follow.NONE:
        raise PushRefused("此帐号不接收推送。")
    check(secret, push.timestamp, push.delivery_id, push.body, signature=push.signature, now=time.time())
    remote = read_post(push.body)
    with transaction.atomic():
        _take_once(account, push.delivery_id)
        return receive(account, remote)


def _take_once(account: Account, delivery_id: str) -> None:
    try:
        with transaction.atomic():
            PushReceipt.objects.create(account=account, delivery_id=delivery_id)
    except IntegrityError as repeated:
        raise PushRepeated("此推送已经收到过。") from repeated


def read_post(body: bytes) -> RemotePost:
    """A post as pushed: JSON with id, text, and where known url, created_at, pictures (addresses). Raises PushRefused."""
    try:
        value = json.loads(body)
        remote_id, text = str(value["id"]), str(value["text"])
    except (ValueError, KeyError, TypeError) as problem:
        raise PushRefused("正文应为 JSON，含 id 和 text。") from problem
    if not 0 < len(remote_id) <= 200 or not text.strip():
        raise PushRefused("id 应为 1 至 200 个字符，text 不能为空。")
    url = str(value.get("url", ""))
    pictures = value.get("pictures", [])
    if not isinstance(pictures, list):
        raise PushRefused("pictures 应为网址的列表。")
    addresses = tuple(str(each) for each in pictures if str(each).startswith(("https://", "http://")))
    return RemotePost(
        remote_id, url if url.startswith(("https://", "http://")) else "", text, _read_time(value), addresses
    )


def _read_time(value: dict[str, object]) -> datetime:
    try:
        at = parse_datetime(str(value.get("created_at", "")))
    except ValueError as problem:
        raise PushRefused("created_at 应为 ISO 8601 时间。") from problem
    if at is None:
        return timezone.now()
    return at if timezone.is_aware(at) else timezone.make_aware(at)
