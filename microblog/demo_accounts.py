"""Accounts of a fresh demo with what was sent to them, from `sample/accounts.toml`: made up, the same each time, marked 示例.

Nothing of it can leave: accounts that are live have a problem, which stops every request, and all deliveries are at their end
or wait for a person.
"""

import tomllib
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from microblog.models import Account, AccountState, Connection, Delivery, DeliveryCounts, DeliveryEvent, MicroPost
from microblog.outbox.texts import make_key
from microblog.platforms import Platform
from microblog.standing import write_standing
from site_core.dispatching import Dispatch
from tenants.current import root_url
from tenants.models import Organisation

FILE = Path(__file__).parent / "sample" / "accounts.toml"
_FIELDS = ("platform", "name", "verified_body", "filing_number", "responsible_person", "state")
_WORDS = (
    "【今日说法】签合同前先看清违约责任（示例）",
    "【法律援助】请不起律师，可以申请法律援助（示例）",
    "【普法】高空抛物，谁来担责（示例）",
    "【公证】出国留学要办哪些公证（示例）",
    "【调解】邻里纠纷，先找人民调解员（示例）",
    "【宪法】宪法与我们的生活（示例）",
    "【提醒】电信诈骗的六种新花样（示例）",
    "【服务】法律服务热线 12348 全天接听（示例）",
)
_COUNTED_DAYS = 20


def add_sample_accounts(site: Organisation) -> None:
    """Add the accounts that the current site has not yet. What people changed stays."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["account"]
    for row in rows:
        if row["site"] == site.schema_name and not Account.objects.filter(name=row["name"]).exists():
            _add(row)


@transaction.atomic
def _add(row: dict[str, Any]) -> None:
    now = timezone.now()
    account = Account(**{name: row.get(name, "") for name in _FIELDS}, is_preselected=False)
    if account.filing_number:
        account.filed_on = timezone.localdate() - timedelta(days=200)
    account.full_clean()
    account.save()
    Connection.objects.create(account=account, **_describe_connection(row, now))
    _add_deliveries(account, row, now)
    write_standing(account)


def _describe_connection(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    if row["state"] != AccountState.LIVE:
        return {}
    expires = row.get("expires_days")
    return {
        "problem": row["problem"],
        "problem_text": "示例帐号，没有接入平台。填写凭据并连接后即可发送。",
        "last_post_at": now - timedelta(days=row["silent_days"]),
        "token_expires_at": now + timedelta(days=expires, hours=-1) if expires is not None else None,
    }


def _add_deliveries(account: Account, row: dict[str, Any], now: datetime) -> None:
    random = Random(account.name)  # noqa: S311 - nothing secret
    for number in reversed(range(row.get("sent", 0))):
        at = now - timedelta(days=row["silent_days"] + number * 3, minutes=random.randrange(240) if number else 0)
        delivery = _make(account, number, at, Dispatch.SENT, sent_at=at)
        _add_counts(delivery, at, random)
    unhappy = {"failed": _FAILED, "unknown": _UNKNOWN, "draft": _DRAFT}
    for place, name in enumerate(key for key in unhappy if row.get(key)):
        state, fields = unhappy[name]
        _make(account, 100 + place, now - timedelta(hours=5 - place), state, **fields)


_Unhappy = tuple[Dispatch, dict[str, Any]]
_FAILED: _Unhappy = (
    Dispatch.FAILED,
    {"error_code": "20012", "error_text": "文字超过 140 字，平台没有接收。请删减后重新发布。"},
)
_UNKNOWN: _Unhappy = (
    Dispatch.UNKNOWN,
    {
        "waits_for_person": True,
        "error_text": "平台没有答复，本应用又没有读取微博的权限，无法自动核对。",
    },
)
_DRAFT: _Unhappy = (Dispatch.DRAFT, {"error_text": "此前已向平台发送过；修改后的文字是否再发一条，请人工确认。"})
_WAYS: dict[str, tuple[Dispatch, ...]] = {
    Dispatch.SENT: (Dispatch.QUEUED, Dispatch.SENDING, Dispatch.SENT),
    Dispatch.FAILED: (Dispatch.QUEUED, Dispatch.SENDING, Dispatch.FAILED),
    Dispatch.UNKNOWN: (Dispatch.QUEUED, Dispatch.SENDING, Dispatch.UNKNOWN),
    Dispatch.DRAFT: (Dispatch.DRAFT,),
}


def _make(account: Account, number: int, at: datetime, state: Dispatch, **fields: Any) -> Delivery:
    """A delivery that has come to that state, with its history."""
    post = MicroPost.objects.filter(live=True).order_by("pk").first() if state == Dispatch.DRAFT else None
    words = _WORDS[number % len(_WORDS)]
    item = uuid.uuid5(account.uid, str(number))
    link = f"{root_url()}/micro/"
    delivery = Delivery.objects.create(
        account=account,
        page=post,
        item=post.origin_key if post else item,
        revision_id=0,
        key=make_key(account, item, 0),
        title=post.title if post else words[1:].partition("】")[0],
        text=f"{words} {link}",
        link=link,
        content_hash=make_key(account, item, 1),
        state=state,
        attempts=0 if state == Dispatch.DRAFT else 1,
        created_at=at,
        next_at=at,
        **fields,
    )
    before = ""
    for place, after in enumerate(_WAYS[state]):
        is_last = after == state
        DeliveryEvent.objects.create(
            delivery=delivery,
            at=at + timedelta(seconds=place),
            before=before,
            after=after,
            code=delivery.error_code if is_last else "",
            text=delivery.error_text if is_last else "",
        )
        before = after
    return delivery


def _add_counts(delivery: Delivery, at: datetime, random: Random) -> None:
    """Figures of each day after it was sent, which grow fast and then slowly; Weibo tells no reads."""
    has_reads = delivery.account.platform == Platform.WECHAT
    most = {"reads": random.randint(200, 900), "reposts": random.randint(2, 40)}
    most |= {"comments": random.randint(0, 15), "likes": random.randint(5, 80)}
    day, today = timezone.localdate(at), timezone.localdate()
    for past in range(min((today - day).days + 1, _COUNTED_DAYS)):
        share = 1 - 0.5 ** (past + 1)
        values = {name: round(value * share) for name, value in most.items() if has_reads or name != "reads"}
        DeliveryCounts.objects.create(delivery=delivery, day=day + timedelta(days=past), **values)
