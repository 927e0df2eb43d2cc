"""Checks before a post is published or submitted: it says something, and every platform that it goes to would take it."""

from collections.abc import Iterator
from typing import Any

from microblog.models import Account, AccountState, MicroPost
from microblog.outbox.making import validate_for
from microblog.outbox.texts import MediaMissing
from site_core.publication_checks import Draft, Finding, Severity, register_check


def check_text(draft: Draft) -> Iterator[Finding]:
    """A post says something."""
    if not draft.page.text.strip():
        yield Finding(Severity.MUST, "文字", "没有文字。", field="text")


def check_platforms(draft: Draft) -> Iterator[Finding]:
    """What a platform would refuse is told before review, not after sending."""
    for account in _list_accounts(draft.page):
        yield from _check_account(draft.page, account)


def check_accounts(draft: Draft) -> Iterator[Finding]:
    """Accounts to which it will not go at once."""
    for account in _list_accounts(draft.page):
        connection = getattr(account, "connection", None)
        if not account.is_sending:
            yield Finding(Severity.SHOULD, f"发往 {account}", "帐号尚未启用。", "启用后才会发送。", "accounts")
        elif connection is not None and connection.problem:
            hint = "请网站管理员在“微博 > 帐号”中处理，处理后自动发送。"
            yield Finding(Severity.SHOULD, f"发往 {account}", "帐号的连接有问题。", hint, "accounts")


def _list_accounts(page: MicroPost) -> list[Account]:
    return [account for account in page.accounts.all() if account.state != AccountState.CLOSED]


def _check_account(page: MicroPost, account: Account) -> Iterator[Finding]:
    place = f"发往 {account}"
    try:
        problems: list[Any] = validate_for(page, account)
    except MediaMissing as problem:
        yield Finding(Severity.MUST, place, str(problem))
        return
    for each in problems:
        severity = Severity.SHOULD if each.is_loss else Severity.MUST
        # The message stands at the field, which more than one platform may speak of.
        yield Finding(severity, place, f"{account}：{each.message}", each.hint, each.field)


def register_own_checks() -> None:
    """Called once, when the app is ready."""
    for check in (check_text, check_platforms, check_accounts):
        register_check(MicroPost, check)
