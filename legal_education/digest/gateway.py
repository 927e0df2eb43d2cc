"""The one module that knows the SMS gateway. Its contract stands in docs/operations.md.

POST {phones, sign, template_id, params, out_id} → {code, message, biz_id}; GET ?out_id= → {code, biz_id, items: [{phone,
status, report_time}]}. What was posted and not answered is never simply posted again: it is asked for by `out_id`.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from legal_education.digest.clock import request_seconds
from legal_education.digest.models import Receipt
from legal_education.digest.outcomes import (
    Away,
    Found,
    Look,
    NoAnswer,
    NotThere,
    Outcome,
    Refused,
    Retry,
    Sent,
    Unknown,
)

LONGEST_ANSWER = 1024 * 1024
_TAKEN = "OK"
_LATER = frozenset({"BUSY", "LIMIT"})
_KNOWN_ALREADY = "DUPLICATE"
_MISSING = "NOT_FOUND"
_DELIVERED = frozenset({"DELIVERED", "DELIVRD", "SUCCESS", "0"})
_KEPT_OUT = {
    401: "短信网关拒绝登录，请检查 SMS_GATEWAY_TOKEN。",
    403: "短信网关拒绝登录，请检查 SMS_GATEWAY_TOKEN。",
    429: "短信网关要求放慢。",
}
_WAITING = frozenset({"", "WAITING", "SENDING", "PENDING"})


@dataclass(frozen=True)
class SmsBatch:
    """One text to several phones."""

    phones: Sequence[str]
    sign: str
    template_id: str
    params: Mapping[str, str]
    out_id: str


class SmsGateway(AbstractContextManager["SmsGateway"], Protocol):
    """What sends short messages, for as long as the block lasts."""

    def send(self, batch: SmsBatch) -> Outcome:
        """Hand the batch over."""

    def look(self, out_id: str) -> Look:
        """Ask what became of a batch."""


def open_gateway() -> SmsGateway:
    """The gateway of the settings: by HTTP, or a folder of the demo's."""
    url = settings.SMS_GATEWAY_URL
    return FolderGateway(Path(urlsplit(url).path)) if url.startswith("file:") else HttpGateway(url)


class HttpGateway(AbstractContextManager["HttpGateway"]):
    """By HTTP, on one connection."""

    def __init__(self, url: str) -> None:
        headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"} if settings.SMS_GATEWAY_TOKEN else {}
        self._url = url
        self._client = httpx.Client(headers=headers, timeout=request_seconds(), follow_redirects=False, trust_env=False)

    def __exit__(self, *exception: object) -> None:
        self._client.close()

    def send(self, batch: SmsBatch) -> Outcome:
        """See `SmsGateway`."""
        if not self._url:
            return Away("config", "没有配置短信网关（SMS_GATEWAY_URL）。")
        body = {
            "phones": list(batch.phones),
            "sign": batch.sign,
            "template_id": batch.template_id,
            "params": dict(batch.params),
            "out_id": batch.out_id,
        }
        try:
            answer = self._client.post(self._url, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Away("connect", "短信网关连接不上。")
        except httpx.HTTPError:
            return Unknown("短信网关没有答复。")
        return _read_answer(answer)

    def look(self, out_id: str) -> Look:
        """See `SmsGateway`."""
        try:
            answer = self._client.get(self._url, params={"out_id": out_id})
        except httpx.HTTPError:
            return NoAnswer("connect", "短信网关没有答复查询。")
        return _read_look(answer)


def _read_json(answer: httpx.Response) -> dict[str, Any] | None:
    if len(answer.content) > LONGEST_ANSWER:
        return None
    try:
        value = answer.json()
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _read_answer(answer: httpx.Response) -> Outcome:
    if answer.status_code in _KEPT_OUT:
        return Away(str(answer.status_code), _KEPT_OUT[answer.status_code])
    value = _read_json(answer)
    if answer.status_code >= 500 or value is None:
        # A proxy may have given up on a gateway that took it.
        return Unknown(f"短信网关答复异常（{answer.status_code}）。")
    code, text = str(value.get("code", ""))[:40], str(value.get("message", ""))[:200]
    if code == _TAKEN:
        return Sent(str(value.get("biz_id", ""))[:200])
    if code in _LATER:
        return Retry(code, text or "短信网关繁忙。")
    if code == _KNOWN_ALREADY:
        return Unknown("短信网关认为已有此批次。")
    return Refused(code or str(answer.status_code), text or "短信网关不接受。")


def _read_look(answer: httpx.Response) -> Look:
    value = _read_json(answer)
    code = str(value.get("code", "")) if value else ""
    if code == _MISSING or (answer.status_code == 404 and value is not None):
        return NotThere()
    if value is None or answer.status_code != 200 or code != _TAKEN:
        return NoAnswer(code or str(answer.status_code), "短信网关没有给出结果。")
    items = value.get("items")
    rows = [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []
    states = {str(row.get("phone", "")): read_state(str(row.get("status", ""))) for row in rows}
    return Found(str(value.get("biz_id", ""))[:200], states)


def read_state(status: str) -> str:
    """A status of the gateway's as one of `Receipt`."""
    if status.upper() in _WAITING:
        return Receipt.NONE
    return Receipt.DELIVERED if status.upper() in _DELIVERED else Receipt.UNDELIVERED


def sign_receipts(timestamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over `timestamp.body` under SMS_RECEIPT_SECRET, in hexadecimal digits."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(settings.SMS_RECEIPT_SECRET.encode(), signed, hashlib.sha256).hexdigest()


class FolderGateway:
    """Writes each batch into a file of its own, named by its `out_id`: the demo's gateway, as `filemail://` is its mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing is held open."""

    def send(self, batch: SmsBatch) -> Outcome:
        """See `SmsGateway`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        value = {"phones": list(batch.phones), "sign": batch.sign, "template_id": batch.template_id}
        text = json.dumps({**value, "params": dict(batch.params), "out_id": batch.out_id}, ensure_ascii=False)
        self._file(batch.out_id).write_text(text + "\n", encoding="utf-8")
        return Sent(f"file-{batch.out_id[-12:]}")

    def look(self, out_id: str) -> Look:
        """See `SmsGateway`."""
        file = self._file(out_id)
        if not file.exists():
            return NotThere()
        phones = json.loads(file.read_text(encoding="utf-8"))["phones"]
        return Found(f"file-{out_id[-12:]}", dict.fromkeys(phones, ""))

    def _file(self, out_id: str) -> Path:
        return self._folder / f"{out_id}.json"
