"""Writes to a site's accounts: the registry, their state, their connection. No secret is written to the ledger or the log."""

import secrets as random_secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.ledger import record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from microblog.models import Account, AccountState, Connection, Delivery
from microblog.outbox.connecting import get_connection
from microblog.outbox.steps import step
from microblog.outbox.waking import wake
from microblog.permissions import user_can_manage_accounts
from microblog.platform_sheets import sheet_of
from microblog.platforms import Platform
from microblog.standing import write_standing
from site_core.dispatching import Dispatch

register_action_labels(
    {
        "microblog.account_registered": "登记政务新媒体帐号",
        "microblog.account_changed": "修改政务新媒体帐号",
        "microblog.account_state": "更改政务新媒体帐号状态",
        "microblog.account_connected": "连接政务新媒体帐号",
        "microblog.account_disconnected": "断开政务新媒体帐号",
        "microblog.account_resumed": "恢复向政务新媒体帐号发送",
    }
)
register_detail_labels(
    {
        "platform": "平台",
        "account_state": "帐号状态",
        "credentials": "更新的凭据",
        "remote_id": "平台上的编号",
        "profile_url": "主页地址",
        "verified_body": "认证主体",
        "filing_number": "备案号",
        "filed_on": "备案日期",
        "responsible_person": "责任人",
        "base_url": "接口地址",
        "char_limit": "字数上限",
        "hourly_limit": "每小时上限",
        "daily_limit": "每日上限",
        "safe_domain": "安全域名",
        "may_publish": "可直接发布",
        "may_read": "可读取和删除",
        "is_preselected": "默认发往",
        "follow": "收取平台上的发文",
    }
)
NEXT_STATES: dict[str, tuple[AccountState, ...]] = {
    AccountState.OPENING: (AccountState.LIVE, AccountState.CLOSED),
    AccountState.LIVE: (AccountState.CLOSING,),
    AccountState.CLOSING: (AccountState.LIVE, AccountState.CLOSED),
    AccountState.CLOSED: (AccountState.OPENING,),
}
"""Opening, change and closing are filed; an account does not vanish from one day to the next."""
_WAITING = (Dispatch.DRAFT, Dispatch.APPROVED, Dispatch.QUEUED, Dispatch.FAILED)


class AccountRefused(ValueError):
    """A change that cannot be made; the text is for the reader."""


@transaction.atomic
def register_account(platform: str, values: Mapping[str, Any], *, acting_user: Any) -> Account:
    """A new account, being opened. `values` are fields of its platform's form. Raises ValidationError by field."""
    _authorise(acting_user)
    account = Account(platform=Platform(platform), **_only_known(platform, values))
    account.full_clean()
    account.save()
    get_connection(account)
    write_standing(account)
    record("microblog.account_registered", account, acting_user, {"platform": account.get_platform_display()})
    return account


@transaction.atomic
def change_account(account: Account, values: Mapping[str, Any], *, acting_user: Any) -> Account:
    """Change fields of the account. A fault of its settings is taken to be mended by that. Raises ValidationError by field."""
    _authorise(acting_user)
    row = _lock(account)
    known = _only_known(row.platform, values)
    before = {name: getattr(row, name) for name in known}
    for name, value in known.items():
        setattr(row, name, value)
    row.full_clean()
    changed = [name for name in known if before[name] != getattr(row, name)]
    if not changed:
        return row
    row.save()
    _lift(row, only="config")
    write_standing(row)
    detail = {
        "from": {name: _plain(before[name]) for name in changed},
        "to": {name: _plain(getattr(row, name)) for name in changed},
    }
    record("microblog.account_changed", row, acting_user, detail)
    return row


@transaction.atomic
def change_state(account: Account, state: str, *, acting_user: Any) -> Account:
    """Bring the account to another state of its life. Closing ends what waits for it and its connection. Raises AccountRefused."""
    _authorise(acting_user)
    row = _lock(account)
    if state not in NEXT_STATES[row.state]:
        raise AccountRefused(f"“{row.get_state_display()}”的帐号不能改为“{AccountState(state).label}”。")
    before = row.get_state_display()
    if state == AccountState.CLOSED:
        _end_deliveries(row, acting_user)
        _forget_secrets(row)
    row.state = state
    row.save()
    write_standing(row)
    detail = {"account_state": {"from": before, "to": row.get_state_display()}}
    record("microblog.account_state", row, acting_user, detail)
    if row.is_sending:
        wake(row)
    return row


def _end_deliveries(account: Account, acting_user: Any) -> None:
    rows = Delivery.objects.filter(account=account)
    under_way = rows.filter(state__in=(Dispatch.SENDING, Dispatch.UNKNOWN)).count()
    if under_way:
        raise AccountRefused(f"还有 {under_way} 条正在发送或结果不明，请先在“发送记录”中处理。")
    for delivery in rows.filter(state__in=_WAITING).order_by("id"):
        step(delivery, Dispatch.WITHDRAWN, text="帐号已注销，不再发送。", acting_user=acting_user)


@transaction.atomic
def connect_account(
    account: Account,
    secrets: Mapping[str, str],
    *,
    acting_user: Any,
    expires_at: datetime | None = None,
    remote_id: str = "",
) -> None:
    """Store secrets (empty ones keep what was there) and let what waits go out. Raises AccountRefused for another's account.

    `expires_at` and `remote_id` come from the platform when it authorises; others leave them as they are.
    """
    _authorise(acting_user)
    row = _lock(account)
    if row.state == AccountState.CLOSED:
        raise AccountRefused("帐号已注销，不能连接。")
    _settle_remote_id(row, remote_id)
    given = {name: value for name, value in secrets.items() if value}
    connection = Connection.objects.select_for_update().get(pk=get_connection(row).pk)
    _forget_derived(row, connection, given)
    connection.write_secrets(**given)
    if is_connected(row, connection):
        connection.connected_at = timezone.now()
    connection.token_expires_at = expires_at or connection.token_expires_at
    connection.save()
    _lift(row)
    write_standing(row)
    labels = {each.name: each.label for each in sheet_of(row.platform).secrets}
    detail = {"credentials": [labels.get(name, "授权") for name in sorted(given)]}
    record("microblog.account_connected", row, acting_user, detail)


def _forget_derived(account: Account, connection: Connection, given: Mapping[str, str]) -> None:
    """Tokens that were got with secrets which are now others mean nothing any more."""
    held, entered = connection.read_secrets(), {each.name for each in sheet_of(account.platform).secrets}
    if any(held.get(name) not in (None, given[name]) for name in entered & set(given)):
        connection.write_secrets(**dict.fromkeys(set(held) - entered))
        connection.token_expires_at = None


def _settle_remote_id(account: Account, remote_id: str) -> None:
    if not remote_id or account.remote_id == remote_id:
        return
    if account.remote_id:
        raise AccountRefused(
            f"授权的是平台上的另一个帐号（编号 {remote_id}，本帐号是 {account.remote_id}），没有连接。"
        )
    account.remote_id = remote_id
    try:
        account.full_clean()
    except ValidationError as problem:
        raise AccountRefused("平台上的这个帐号已由本站的另一个帐号连接。") from problem
    account.save()


def make_signing_secret(account: Account, *, acting_user: Any) -> str:
    """A new secret for signatures, in place of the old one. Returned this once, for the receiver."""
    if account.platform != Platform.WEBHOOK:
        raise AccountRefused("只有 Webhook 帐号使用签名密钥。")
    secret = random_secrets.token_urlsafe(32)
    connect_account(account, {"signing_secret": secret}, acting_user=acting_user)
    return secret


@transaction.atomic
def disconnect_account(account: Account, *, acting_user: Any) -> None:
    """Forget the account's secrets. What waits for it stays, until it is connected again."""
    _authorise(acting_user)
    row = _lock(account)
    _forget_secrets(row)
    write_standing(row)
    record("microblog.account_disconnected", row, acting_user)


def _forget_secrets(account: Account) -> None:
    connection = Connection.objects.select_for_update().get(pk=get_connection(account).pk)
    connection.secrets, connection.connected_at, connection.token_expires_at = "{}", None, None
    connection.problem, connection.problem_code, connection.problem_text = "auth", "", "已断开连接，请重新连接。"
    connection.save()


@transaction.atomic
def resume_account(account: Account, *, acting_user: Any) -> None:
    """Somebody has put it right, here or on the platform: go on sending."""
    _authorise(acting_user)
    row = _lock(account)
    if not is_connected(row, get_connection(row)):
        raise AccountRefused("帐号还没有连接。")
    _lift(row)
    write_standing(row)
    record("microblog.account_resumed", row, acting_user)


def is_connected(account: Account, connection: Connection) -> bool:
    """Whether all secrets are there without which nothing can be sent."""
    held = connection.read_secrets()
    return all(held.get(name) for name in sheet_of(account.platform).proof)


def _lift(account: Account, only: str = "") -> None:
    """The connection's problem is over (or `only` one of that kind): wake the account."""
    rows = Connection.objects.filter(account=account)
    if only:
        rows = rows.filter(problem=only)
    if rows.update(problem="", problem_code="", problem_text="") and account.is_sending:
        wake(account)


def _authorise(acting_user: Any) -> None:
    if not user_can_manage_accounts(acting_user):
        raise PermissionDenied


def _lock(account: Account) -> Account:
    return Account.objects.select_for_update().get(pk=account.pk)


def _only_known(platform: str, values: Mapping[str, Any]) -> dict[str, Any]:
    fields = sheet_of(platform).fields
    return {name: value for name, value in values.items() if name in fields}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
