"""Site administrators are told of an alarm once, and again when it has become more urgent."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from microblog.models import Account, Connection
from microblog.outbox.connecting import get_connection
from microblog.watch.alarms import Alarm, list_alarms
from tenants.current import current_site

TOLD_ROLE = "site_admin"


@dataclass(frozen=True)
class WatchedAccount:
    """An account and its connection, as alarms see them."""

    state: str
    filing_number: str
    last_post_at: datetime | None
    token_expires_at: datetime | None
    problem: str


def watch(account: Account) -> WatchedAccount:
    """The account as alarms see it."""
    connection = get_connection(account)
    return WatchedAccount(
        account.state,
        account.filing_number,
        connection.last_post_at,
        connection.token_expires_at,
        connection.problem,
    )


def tell_all(now: datetime | None = None) -> int:
    """Tell of every alarm of the site that is new, or more urgent than when it was told. Returns how many."""
    now = now or timezone.now()
    return sum(_tell(account, now) for account in Account.objects.all())


@transaction.atomic
def _tell(account: Account, now: datetime) -> int:
    connection = Connection.objects.select_for_update().get(pk=get_connection(account).pk)
    alarms = list_alarms(watch(account), now)
    news = [alarm for alarm in alarms if alarm.step > connection.warned.get(alarm.kind, 0)]
    connection.warned = {alarm.kind: alarm.step for alarm in alarms}
    connection.save(update_fields=["warned"])
    if news:
        _mail(account, news)
    return len(news)


def _mail(account: Account, alarms: list[Alarm]) -> None:
    """One mail for each account. Within the transaction: where the mail cannot be handed over, it is told next time."""
    site = current_site()
    people = User.objects.filter(
        is_active=True, memberships__group__name=TOLD_ROLE, memberships__until__isnull=True
    ).distinct()
    lines = [f"{account}：", *(f"· {alarm.text}" for alarm in alarms)]
    subject = f"［{site.short_name}］政务新媒体提醒：{account.name}"
    for person in people.exclude(email=""):
        send_mail(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [person.email])
