"""Reads for the admin's screens."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from microblog.actions import is_connected
from microblog.models import Account, AccountState, ComposeRule, Connection, Delivery, MicroPost
from microblog.outbox.connecting import get_connection
from microblog.watch.alarms import Alarm, list_alarms
from microblog.watch.telling import watch
from site_core.dispatching import Dispatch
from site_core.models import BasePage

WAITS = Q(waits_for_person=True) | Q(state__in=(Dispatch.DRAFT, Dispatch.FAILED))
"""A person has to do something: decide, or mend what failed."""


def list_open_accounts() -> QuerySet[Account]:
    """Accounts that a post can go to, now or once they are opened."""
    return Account.objects.exclude(state=AccountState.CLOSED)


def list_preselected_accounts() -> QuerySet[Account]:
    """Accounts that are ticked in a new post."""
    return Account.objects.filter(state=AccountState.LIVE, is_preselected=True)


def list_deliveries() -> QuerySet[Delivery]:
    """All of the site, newest first, with their accounts."""
    return Delivery.objects.select_related("account", "account__connection").order_by("-id")


def list_deliveries_of(page: MicroPost) -> QuerySet[Delivery]:
    """Those of one post."""
    return list_deliveries().filter(item=page.origin_key)


def count_waiting() -> int:
    """How many deliveries wait for a person."""
    return Delivery.objects.filter(WAITS).count()


@dataclass(frozen=True)
class AccountRow:
    """An account for the list and its screen: the row, its connection, whether it is connected, and what is wrong."""

    account: Account
    connection: Connection
    is_connected: bool
    alarms: list[Alarm]
    waiting: int


def list_account_rows() -> list[AccountRow]:
    """All accounts of the site."""
    return [describe_account(each) for each in Account.objects.select_related("connection")]


def describe_account(account: Account) -> AccountRow:
    """One of them."""
    connection = get_connection(account)
    return AccountRow(
        account,
        connection,
        is_connected(account, connection),
        list_alarms(watch(account), timezone.now()),
        Delivery.objects.filter(WAITS, account=account).count(),
    )


def list_rules() -> QuerySet[ComposeRule]:
    """All rules of the site."""
    return ComposeRule.objects.prefetch_related("columns", "accounts")


def find_latest_article(columns: Any) -> BasePage | None:
    """The newest public item in or below these columns."""
    from site_core.models import ArticlePage

    below = Q()
    for column in columns:
        below |= Q(path__startswith=column.path)
    if not below:
        return None
    return ArticlePage.objects.visible().filter(below).order_by("-public_at", "-pk").first()
