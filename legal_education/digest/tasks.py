"""Jobs of the digest."""

from django.utils import timezone
from procrastinate import RetryStrategy

from legal_education.digest.confirming import send_confirmation
from legal_education.digest.selectors import list_due_runs
from legal_education.digest.sending.turns import work_off
from legal_education.digest.sending.waking import come_again, wake
from legal_education.digest.subscribing import Request, forget_unconfirmed, prepare
from legal_education.digest.testing import send_test_mail
from tenants.jobs import every_site, site_task
from tenants.selectors import list_schemas_having

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@site_task(queue="digest")
def take_turn(run_id: int) -> None:
    """Send what is due on the run, and say when to come again."""
    again = work_off(run_id)
    if again is not None:
        come_again(run_id, again)


@site_task(queue="mail", retry=_AGAIN, priority=5)
def answer_request(purpose: str, channel: str, sealed: str, audience: str, ref: str) -> None:
    """Ask the reader to confirm, where there is something to confirm; else nothing."""
    prepared = prepare(Request(purpose, channel, sealed, audience, ref))
    if prepared is not None:
        send_confirmation(prepared)


@site_task(queue="mail", retry=_AGAIN)
def send_test(page_id: int, user_id: int) -> None:
    """An issue's draft to the person who asked for it."""
    send_test_mail(page_id, user_id)


def find_sites_with_due_runs(schemas: list[str]) -> list[str]:
    """Of these sites, those where something should have been sent by now: whatever a lost job left behind."""
    return list_schemas_having(
        schemas,
        "SELECT 1 FROM {schema}.legal_digest_channelrun r JOIN {schema}.legal_digest_sending s ON s.id = r.sending_id"
        " WHERE NOT r.is_done AND NOT s.is_stopped AND r.next_at <= %(now)s AND s.send_at <= %(now)s",
        now=timezone.now(),
    )


@every_site("* * * * *", only=find_sites_with_due_runs)
@site_task(queue="digest")
def take_due_turns() -> int:
    """Wake the runs that have something due."""
    runs = list_due_runs(timezone.now())
    for run in runs:
        wake(run.pk)
    return len(runs)


def find_sites_with_pending(schemas: list[str]) -> list[str]:
    """Of these sites, those where a subscription waits for confirmation."""
    return list_schemas_having(schemas, "SELECT 1 FROM {schema}.legal_digest_subscription WHERE state = 'pending'")


@every_site("40 3 * * *", only=find_sites_with_pending)
@site_task(queue="housekeeping")
def forget_unconfirmed_subscriptions() -> int:
    """Drop what nobody confirmed."""
    return forget_unconfirmed()
