"""Alarms of an account, from its row or from its standing in the cluster alike. Pure.

Silence: inspection fails an account without a post in the two weeks before it (国办秘函〔2019〕19号; domain §2.2). Opening an
account is filed within two working days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from microblog.models.accounts import AccountState

SILENT_AMBER, SILENT_RED = timedelta(days=10), timedelta(days=14)
EXPIRES_AT_DAYS = (7, 3, 1)
PROBLEMS = {"auth": "授权已失效，请重新授权。", "config": "平台或应用的设置有误，请网站管理员处理。"}


class Level(StrEnum):
    """How urgent."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Alarm:
    """One thing about an account: its kind, how urgent, in words. `step` grows when the same thing has become more urgent."""

    kind: str
    level: Level
    text: str
    step: int = 1


class Watched(Protocol):
    """What alarms are made of: an `AccountStanding`, or an account with its connection."""

    @property
    def state(self) -> str: ...
    @property
    def filing_number(self) -> str: ...
    @property
    def last_post_at(self) -> datetime | None: ...
    @property
    def token_expires_at(self) -> datetime | None: ...
    @property
    def problem(self) -> str: ...


def list_alarms(account: Watched, now: datetime) -> list[Alarm]:
    """All alarms of an account that is running; one that is being opened or closed only lacks its filing."""
    if account.state == AccountState.CLOSED:
        return []
    found = list(_filing(account))
    if account.state == AccountState.LIVE:
        found += [*_problem(account), *_expiry(account, now), *_silence(account, now)]
    return found


def _filing(account: Watched) -> Iterator[Alarm]:
    if not account.filing_number.strip():
        yield Alarm("filing", Level.RED, "尚未备案：开设后两个工作日内报主管单位备案。")


def _problem(account: Watched) -> Iterator[Alarm]:
    if account.problem:
        yield Alarm("problem", Level.RED, PROBLEMS.get(account.problem, "帐号暂不能使用。"))


def _expiry(account: Watched, now: datetime) -> Iterator[Alarm]:
    if account.token_expires_at is None:
        return
    left = account.token_expires_at - now
    if left <= timedelta():
        yield Alarm("expiry", Level.RED, "授权已到期，请重新授权。", step=len(EXPIRES_AT_DAYS) + 1)
        return
    reached = [days for days in EXPIRES_AT_DAYS if left <= timedelta(days=days)]
    if reached:
        level = Level.RED if len(reached) == len(EXPIRES_AT_DAYS) else Level.AMBER
        yield Alarm("expiry", level, f"授权将在 {left.days + 1} 天内到期，请重新授权。", step=len(reached))


def _silence(account: Watched, now: datetime) -> Iterator[Alarm]:
    if account.last_post_at is None:
        yield Alarm("silence", Level.RED, "尚未发过文。", step=2)
        return
    silent = now - account.last_post_at
    if silent >= SILENT_RED:
        yield Alarm("silence", Level.RED, f"已 {silent.days} 天未更新，超过 14 天即不合格。", step=2)
    elif silent >= SILENT_AMBER:
        yield Alarm("silence", Level.AMBER, f"已 {silent.days} 天未更新，14 天未更新即不合格。")


def days_of_silence(account: Watched, now: datetime) -> int | None:
    """Whole days since the last post; None where there was none."""
    return (now - account.last_post_at).days if account.last_post_at else None
