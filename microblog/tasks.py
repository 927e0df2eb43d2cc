"""Jobs of the microblog."""

from django.utils import timezone

from microblog.incoming.fetching import fetch_due
from microblog.incoming.pictures import fetch_pictures
from microblog.outbox.limits import forget_old_calls
from microblog.outbox.sending import work_off
from microblog.outbox.waking import come_again, wake
from microblog.results import count_due
from microblog.watch.telling import tell_all
from tenants.jobs import every_site, site_task
from tenants.selectors import list_schemas_having


@site_task(queue="microblog", priority=10)
def take_turn(account_id: int) -> None:
    """Send what is due for the account, and say when to come again."""
    again = work_off(account_id)
    if again is not None:
        come_again(account_id, again)


def find_sites_with_due_deliveries(schemas: list[str]) -> list[str]:
    """Of these sites, those where something should have been sent by now: whatever a lost job left behind."""
    return list_schemas_having(
        schemas,
        "SELECT 1 FROM {schema}.microblog_delivery WHERE next_at < %(now)s AND NOT waits_for_person"
        " AND (state IN ('approved', 'queued', 'sending', 'unknown') OR (state = 'sent' AND is_withdrawal_wanted))",
        now=timezone.now(),
    )


@every_site("* * * * *", only=find_sites_with_due_deliveries)
@site_task(queue="microblog")
def take_due_turns() -> int:
    """Wake the accounts that have something due."""
    from microblog.selectors import list_accounts_with_due

    accounts = list_accounts_with_due()
    for account in accounts:
        wake(account)
    return len(accounts)


@site_task(queue="microblog")
def fetch_arrived_pictures(page_id: int, addresses: list[str]) -> int:
    """Pictures of a post that came in."""
    return fetch_pictures(page_id, addresses)


def find_sites_with_accounts(schemas: list[str]) -> list[str]:
    """Of these sites, those that have an account on a platform at all."""
    return list_schemas_having(schemas, "SELECT 1 FROM {schema}.microblog_account WHERE state <> 'closed'")


@every_site("*/10 * * * *", only=find_sites_with_accounts)
@site_task(queue="microblog")
def ask_platforms() -> None:
    """Posts made on the platforms by hand, and figures: each account is asked when its turn has come."""
    fetch_due()
    count_due()


@every_site("30 8 * * *", only=find_sites_with_accounts)
@site_task(queue="mail")
def tell_of_alarms() -> int:
    """Mail what is new about the site's accounts."""
    return tell_all()


@every_site("20 3 * * *", only=find_sites_with_accounts)
@site_task(queue="housekeeping")
def forget_calls() -> int:
    """Drop what is no longer counted against any limit."""
    return forget_old_calls()
