"""Reads of the microblog."""

from typing import TYPE_CHECKING

from django.utils import timezone

from site_core.dispatching import Dispatch

if TYPE_CHECKING:
    from microblog.models import Account


def list_accounts_with_due() -> "list[Account]":
    """Accounts that go out to their platforms and have something due."""
    from microblog.models import Account, Delivery

    waiting = (Dispatch.APPROVED, Dispatch.QUEUED, Dispatch.SENDING, Dispatch.UNKNOWN)
    rows = Delivery.objects.filter(next_at__lte=timezone.now(), waits_for_person=False)
    due = rows.filter(state__in=waiting) | rows.filter(state=Dispatch.SENT, is_withdrawal_wanted=True)
    accounts = Account.objects.filter(pk__in=due.values("account_id"), connection__problem="")
    return [account for account in accounts if account.is_sending]
