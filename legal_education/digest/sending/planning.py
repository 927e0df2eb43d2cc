"""A sending: planned when its issue is published, stopped when that is withdrawn, its words and readers fixed as it begins."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.ledger import record
from legal_education.digest.channels import Channel
from legal_education.digest.composing import compose
from legal_education.digest.models import ChannelRun, DigestDelivery, DigestIssuePage, Sending
from legal_education.digest.selectors import count_readers, list_readers
from legal_education.digest.sending.waking import wake

ROWS_A_BATCH = 500
_NEWS_FOR = timedelta(days=2)
"""What was published longer ago is an import, or an old issue put in later: nobody is sent that as news."""


@transaction.atomic
def plan_sending(issue: DigestIssuePage) -> Sending | None:
    """The issue is public: its sending, at its time. One that began already goes on with what it said then. Safe to repeat."""
    is_old = issue.public_at is not None and issue.public_at < timezone.now() - _NEWS_FOR
    if is_old and not Sending.objects.filter(item=issue.origin_key).exists():
        return None
    send_at = issue.send_at or timezone.now()
    values = {"page": issue, "title": issue.title, "audience": issue.audience, "send_at": send_at}
    sending, is_new = Sending.objects.select_for_update(of=("self",)).get_or_create(
        item=issue.origin_key, defaults=values
    )
    if not is_new:
        _plan_again(sending, values, has_time=issue.send_at is not None)
    for channel in Channel:
        run, _ = ChannelRun.objects.get_or_create(
            sending=sending, channel=channel, defaults={"next_at": sending.send_at}
        )
        if not run.is_done:
            ChannelRun.objects.filter(pk=run.pk).update(next_at=max(sending.send_at, timezone.now()))
            wake(run.pk, at=sending.send_at)
    return sending


def _plan_again(sending: Sending, values: dict[str, Any], *, has_time: bool) -> None:
    sending.is_stopped = False
    if sending.began_at is None:
        changed = values if has_time else {**values, "send_at": sending.send_at}
        for name, value in changed.items():
            setattr(sending, name, value)
    sending.save()


@transaction.atomic
def stop_sending(issue: DigestIssuePage) -> None:
    """The issue is no longer public: what was not sent waits until it is again."""
    Sending.objects.filter(item=issue.origin_key).update(is_stopped=True)


def begin(sending_id: int) -> Sending | None:
    """Fix what is said and to whom, once, by whichever channel comes first. None where it may not begin."""
    with transaction.atomic():
        sending = Sending.objects.select_for_update(of=("self",)).get(pk=sending_id)
        if sending.is_stopped or sending.began_at is not None:
            return None if sending.is_stopped else sending
        issue = DigestIssuePage.objects.live().filter(pk=sending.page_id).first()
        if issue is None:
            return None
        message = compose(issue)
        sending.title, sending.audience = issue.title, issue.audience
        sending.text, sending.html = message.text, message.html
        sending.sms_sign, sending.sms_template_id = message.sign, message.template_id
        sending.sms_params, sending.began_at = message.params, timezone.now()
        sending.save()
        readers = count_readers(sending.audience)
        record("digest.sending_begun", issue, detail={"audience": sending.get_audience_display(), "readers": readers})
        return sending


def make_rows(run: ChannelRun) -> bool:
    """The next batch of the run's deliveries, with how far it came, in one transaction. Returns whether all are there."""
    with transaction.atomic():
        locked = ChannelRun.objects.select_for_update(of=("self",)).select_related("sending").get(pk=run.pk)
        readers = list_readers(locked.sending, locked.channel).filter(pk__gt=locked.made_through)
        ids = list(readers.values_list("pk", flat=True)[:ROWS_A_BATCH])
        DigestDelivery.objects.bulk_create(
            [DigestDelivery(run=locked, sending=locked.sending, subscription_id=pk) for pk in ids],
            ignore_conflicts=True,
        )
        locked.made_through = ids[-1] if ids else locked.made_through
        locked.is_made = len(ids) < ROWS_A_BATCH
        locked.save(update_fields=["made_through", "is_made"])
    run.made_through, run.is_made = locked.made_through, locked.is_made
    return locked.is_made
