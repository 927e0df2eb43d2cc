"""Receipts that the gateway pushes: signed, fresh, each written to the row that it is about, on the site that sent it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from legal_education.digest.channels import Channel, index_of
from legal_education.digest.gateway import read_state, sign_receipts
from legal_education.digest.models import DigestDelivery, Receipt
from legal_education.digest.sending.steps import move
from site_core.dispatching import Dispatch
from tenants.current import enter_site, leave_site
from tenants.models import Organisation

LONGEST_BODY = 256 * 1024
_FRESH = timedelta(minutes=10)


class ReceiptsRefused(ValueError):
    """What was pushed is not understood; the text is for whoever set the gateway up."""


class BadSignature(ReceiptsRefused):
    """It was signed by nobody known, or too long ago."""


@dataclass(frozen=True)
class PushedReceipt:
    """What became of one message on one phone."""

    out_id: str
    phone: str
    status: str
    reported_at: datetime

    @property
    def schema(self) -> str:
        """Which site sent it."""
        return self.out_id.partition(".")[0]


def check_signature(timestamp: str, signature: str, body: bytes) -> None:
    """Raise BadSignature unless the gateway signed the body a moment ago."""
    if not settings.SMS_RECEIPT_SECRET:
        raise BadSignature("没有配置 SMS_RECEIPT_SECRET，不接收回执。")
    if not constant_time_compare(signature, sign_receipts(timestamp, body)):
        raise BadSignature("签名不符。")
    if (
        not timestamp.isdecimal()
        or len(timestamp) > 12
        or abs(timezone.now().timestamp() - int(timestamp)) > _FRESH.total_seconds()
    ):
        raise BadSignature("时间戳过期。")


def read_receipts(body: bytes) -> list[PushedReceipt]:
    """One receipt or a list of them. Raises ReceiptsRefused."""
    try:
        value = json.loads(body)
        rows = value if isinstance(value, list) else [value]
        return [_read_receipt(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ReceiptsRefused("回执应为 JSON，含 out_id、phone、status、report_time。") from problem


def _read_receipt(row: dict[str, Any]) -> PushedReceipt:
    at = parse_datetime(str(row.get("report_time") or "")) or timezone.now()
    at = at if timezone.is_aware(at) else timezone.make_aware(at)
    return PushedReceipt(str(row["out_id"]), str(row["phone"]), str(row["status"]), at)


def take_receipts(receipts: list[PushedReceipt]) -> int:
    """Write them, site by site. Returns how many were about a row of ours; repeats are harmless."""
    ordered = sorted(receipts, key=lambda each: each.schema)
    with leave_site():
        known = set(Organisation.objects.serving().schema_names())
    taken = 0
    for schema, group in groupby(ordered, key=lambda each: each.schema):
        if schema in known:
            with enter_site(schema):
                taken += sum(_take(each) for each in group)
    return taken


def _take(receipt: PushedReceipt) -> bool:
    """A receipt is also an answer for what was sent and not answered: it was taken."""
    state = read_state(receipt.status)
    rows = DigestDelivery.objects.select_for_update(of=("self",)).filter(out_id=receipt.out_id)
    row = rows.filter(subscription__address_index=index_of(Channel.SMS, receipt.phone)).first()
    if row is None or state == Receipt.NONE:
        return False
    values: dict[str, Any] = {"receipt": state, "receipt_code": receipt.status[:40], "receipt_at": receipt.reported_at}
    if row.state == Dispatch.UNKNOWN:
        move([row], Dispatch.SENT, text="没有答复，网关已发来回执。", sent_at=receipt.reported_at, **values)
    else:
        DigestDelivery.objects.filter(pk=row.pk).update(**values)
    return True
