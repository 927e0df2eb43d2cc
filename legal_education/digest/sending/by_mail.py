"""E-mail: one message each, on one connection. A message of unknown fate is not sent again by itself."""

import hashlib
from datetime import datetime
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from legal_education.digest.channels import scrub
from legal_education.digest.clock import backoff
from legal_education.digest.composing import UNSUBSCRIBE_PLACE
from legal_education.digest.mail_server import MailServer
from legal_education.digest.models import ChannelRun, DigestDelivery, Sending, Subscription, SubscriptionState
from legal_education.digest.outcomes import Away, Outcome, Refused, Retry, Sent, Unknown
from legal_education.digest.sending.steps import move
from legal_education.digest.unsubscribing import make_unsubscribe_url
from site_core.dispatching import Dispatch
from tenants.current import current_site
from tenants.selectors import find_primary_host

MOST_ATTEMPTS = 6
_FETCHED = 100


def notice_orphans(run: ChannelRun) -> None:
    """Mails that a dead worker left in the middle. No mail server can be asked for them: a person decides."""
    rows = list(DigestDelivery.objects.filter(run=run, state=Dispatch.SENDING))
    if rows:
        text = "发送时程序中断，不知是否发出。为免重复，不自动重发。"
        move(rows, Dispatch.UNKNOWN, text=text, waits_for_person=True)


def work(run: ChannelRun, *, until: datetime) -> Away | None:
    """Send what is due, until the time is up. Returns what keeps the server from taking anything, if so."""
    with MailServer() as server:
        while rows := _list_due(run):
            for row in rows:
                trouble = _send(row, run.sending, server)
                if trouble is not None:
                    return trouble
                if timezone.now() >= until or _is_stopped(run):
                    return None
    return None


def _is_stopped(run: ChannelRun) -> bool:
    return Sending.objects.filter(pk=run.sending_id, is_stopped=True).exists()


def _list_due(run: ChannelRun) -> list[DigestDelivery]:
    rows = DigestDelivery.objects.filter(run=run, state=Dispatch.QUEUED, next_at__lte=timezone.now())
    return list(rows.select_related("subscription").order_by("pk")[:_FETCHED])


def _send(row: DigestDelivery, sending: Sending, server: MailServer) -> Away | None:
    reader = Subscription.objects.get(pk=row.subscription_id)  # as it is now: he may have left a moment ago
    if reader.state != SubscriptionState.ACTIVE:
        move([row], Dispatch.WITHDRAWN, text="已退订，不再发送。")
        return None
    message = make_mail(sending, reader)
    move([row], Dispatch.SENDING, attempts=row.attempts + 1, sending_since=timezone.now())
    outcome = server.send(message)
    _settle(row, outcome, message_id=message.extra_headers["Message-ID"], address=reader.address)
    return outcome if isinstance(outcome, Away) else None


def _settle(row: DigestDelivery, outcome: Outcome, *, message_id: str, address: str) -> None:
    if isinstance(outcome, Sent):
        move([row], Dispatch.SENT, remote_id=message_id, sent_at=timezone.now())
    elif isinstance(outcome, Unknown):
        move([row], Dispatch.UNKNOWN, text=f"{outcome.text}为免重复，不自动重发。", waits_for_person=True)
    elif isinstance(outcome, Away):
        move([row], Dispatch.QUEUED, code=outcome.code, text=scrub(outcome.text, address), attempts=row.attempts - 1)
    elif isinstance(outcome, Retry) and row.attempts < MOST_ATTEMPTS:
        wait = timezone.now() + backoff(row.attempts)
        move([row], Dispatch.QUEUED, code=outcome.code, text=scrub(outcome.text, address), next_at=wait)
    elif isinstance(outcome, Retry | Refused):
        move([row], Dispatch.FAILED, code=outcome.code, text=scrub(outcome.text, address))


def make_message_id(item: object, reader: Subscription) -> str:
    """The same for the same issue and reader, whatever happens: mail servers and mailboxes know a repeat by it."""
    key = hashlib.sha256(f"{current_site().schema_name}|{item}|{reader.uid}".encode()).hexdigest()[:28]
    return f"<digest.{key}@{find_primary_host(current_site())}>"


def make_mail(sending: Sending, reader: Subscription) -> EmailMultiAlternatives:
    """The issue to one reader, with his own way out of it (RFC 8058)."""
    site, link = current_site(), make_unsubscribe_url(reader)
    headers = {
        "Message-ID": make_message_id(sending.item, reader),
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{site.schema_name} digest <digest.{find_primary_host(site)}>",
        "Precedence": "bulk",
    }
    mail = EmailMultiAlternatives(
        subject=f"［{site.short_name}］{sending.title}",
        body=sending.text.replace(UNSUBSCRIBE_PLACE, link),
        from_email=formataddr((site.short_name, settings.DEFAULT_FROM_EMAIL)),
        to=[reader.address],
        headers=headers,
    )
    mail.attach_alternative(sending.html.replace(UNSUBSCRIBE_PLACE, link), "text/html")
    return mail
