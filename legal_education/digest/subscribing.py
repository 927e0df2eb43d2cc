"""Writes to subscriptions, by readers: asked for, confirmed by whoever reads what is sent to the address, ended with one click.

A request queues the same job for an address that is known and for one that is not, so that neither answer nor time tells.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.crypto import blind_index, decrypt, encrypt
from accounts.tokens import digest_of, new_token
from legal_education.digest.channels import Channel, index_of
from legal_education.digest.models import Purpose, Subscription, SubscriptionState
from legal_education.digest.selectors import find_by_address_index
from legal_education.digest.unsubscribing import find_by_unsubscribe_token, make_unsubscribe_token
from tenants.current import current_site

LINK_HOURS = 48
CODE_MINUTES = 10
MOST_TRIES = 5
MOST_A_DAY = 5
BETWEEN = timedelta(minutes=1)
PENDING_DAYS = 7


@dataclass(frozen=True)
class Request:
    """What a reader asked for: `sealed` is his address, encrypted; `ref` names the request to him alone."""

    purpose: str
    channel: str
    sealed: str
    audience: str
    ref: str


def ask(purpose: str, channel: str, address: str, audience: str = "") -> uuid.UUID:
    """Queue the answer to a reader's request. Returns its name. The address is one that `normalise` made."""
    from legal_education.digest.tasks import answer_request

    ref = uuid.uuid4()
    answer_request.defer(purpose=purpose, channel=channel, sealed=encrypt(address), audience=audience, ref=str(ref))
    return ref


@dataclass(frozen=True)
class Prepared:
    """A subscription that waits for an answer, and the secret for the message that asks for it."""

    subscription: Subscription
    secret: str


def prepare(request: Request) -> Prepared | None:
    """Bring the subscription into waiting for confirmation; None where nothing is to be sent.

    Run again, it makes another secret, and the older one is void.
    """
    address = decrypt(request.sealed)
    with transaction.atomic():
        row = _find_or_make(request, address)
        if row is None or not _may_ask(row, request):
            return None
        secret, row.secret_digest = _make_secret(row, request)
        row.purpose, row.wanted_audience, row.ref = request.purpose, request.audience, uuid.UUID(request.ref)
        row.used_at, row.tries = None, 0
        hours = timedelta(hours=LINK_HOURS) if row.channel == Channel.EMAIL else timedelta(minutes=CODE_MINUTES)
        row.expires_at = timezone.now() + hours
        if row.state != SubscriptionState.ACTIVE:
            row.state, row.address = SubscriptionState.PENDING, address
        row.save()
        return Prepared(row, secret)


def _find_or_make(request: Request, address: str) -> Subscription | None:
    index = index_of(request.channel, address)
    row = find_by_address_index(request.channel, index)
    if request.purpose == Purpose.END:
        return _lock(row) if row is not None and row.state == SubscriptionState.ACTIVE else None
    if row is None:
        row = _make(request, index)
    return _lock(row)


def _lock(row: Subscription) -> Subscription:
    return Subscription.objects.select_for_update().get(pk=row.pk)


def _make(request: Request, index: str) -> Subscription:
    row = Subscription(channel=request.channel, address_index=index, audience=request.audience)
    row.unsubscribe_digest = digest_of(make_unsubscribe_token(row))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # another worker was first
        return Subscription.objects.get(channel=request.channel, address_index=index)
    return row


def _may_ask(row: Subscription, request: Request) -> bool:
    """Whether another message may go to the address; counts it. The same request again is not another one."""
    if row.ref == uuid.UUID(request.ref):
        return row.used_at is None
    now = timezone.now()
    is_today = row.asked_at is not None and timezone.localdate(row.asked_at) == timezone.localdate(now)
    count = row.asked_count if is_today else 0
    if count >= MOST_A_DAY or (row.asked_at is not None and now - row.asked_at < BETWEEN):
        return False
    row.asked_at, row.asked_count = now, count + 1
    return True


def _make_secret(row: Subscription, request: Request) -> tuple[str, str]:
    """A token for a link, or six digits to type, and the digest to keep. Six digits alone would be guessed from a plain one."""
    if row.channel == Channel.EMAIL:
        return new_token()
    code = f"{secrets.randbelow(1_000_000):06d}"
    return code, _digest_code(code, request.ref)


def _digest_code(code: str, ref: str) -> str:
    return blind_index(code, f"digest code {current_site().schema_name} {ref}")


def find_by_token(token: str) -> Subscription | None:
    """The subscription that the link of a mail is about, while the link is good."""
    rows = Subscription.objects.filter(channel=Channel.EMAIL, secret_digest=digest_of(token))
    return rows.filter(expires_at__gt=timezone.now()).first()


@transaction.atomic
def confirm_by_token(token: str) -> Subscription | None:
    """Do what the link was asked for. None where it is worth nothing; used again it changes nothing."""
    row = find_by_token(token)
    if row is None:
        return None
    row = _lock(row)
    if row.used_at is None:
        _fulfil(row)
    return row


@transaction.atomic
def confirm_by_code(ref: uuid.UUID, code: str) -> Subscription | None:
    """The same for the code of a short message, five tries; each counts."""
    row = Subscription.objects.select_for_update().filter(ref=ref, channel=Channel.SMS).first()
    if row is None or row.used_at or row.expires_at is None or row.expires_at <= timezone.now():
        return None
    if row.tries >= MOST_TRIES:
        return None
    row.tries += 1
    row.save(update_fields=["tries"])
    if not constant_time_compare(row.secret_digest, _digest_code(code, str(ref))):
        return None
    _fulfil(row)
    return row


def _fulfil(row: Subscription) -> None:
    now = timezone.now()
    row.used_at = now
    if row.purpose == Purpose.END:
        _end(row)
        return
    if row.state != SubscriptionState.ACTIVE:
        row.confirmed_at, row.ended_at = now, None
    row.state, row.audience = SubscriptionState.ACTIVE, row.wanted_audience or row.audience
    row.save()


@transaction.atomic
def unsubscribe(token: str) -> Subscription | None:
    """End by the link of a mail, with one click; harmless when repeated. None for a link that is nobody's."""
    row = find_by_unsubscribe_token(token)
    if row is None:
        return None
    row = _lock(row)
    if row.state != SubscriptionState.ENDED:
        _end(row)
    return row


def _end(row: Subscription) -> None:
    """The address is forgotten, and so is whatever was still to be confirmed: an old link must not bring it back."""
    row.state, row.ended_at, row.address = SubscriptionState.ENDED, timezone.now(), ""
    row.used_at = row.used_at or row.ended_at
    row.save()


@transaction.atomic
def end_subscription(row: Subscription) -> Subscription:
    """End it for the reader, who asked the site's people to."""
    row = _lock(row)
    if row.state != SubscriptionState.ENDED:
        _end(row)
    return row


def forget_unconfirmed() -> int:
    """Drop what nobody confirmed in a week: an address that somebody else may have entered."""
    since = timezone.now() - timedelta(days=PENDING_DAYS)
    rows = Subscription.objects.filter(state=SubscriptionState.PENDING, asked_at__lt=since, deliveries__isnull=True)
    dropped, _ = rows.delete()
    return dropped
