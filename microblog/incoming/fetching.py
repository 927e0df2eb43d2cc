"""Posts that a site's own accounts made on their platforms by hand, fetched from there."""

import logging
from datetime import timedelta

from django.utils import timezone

from microblog.adapters.base import LimitReached, get_adapter
from microblog.clock import hour
from microblog.incoming.receiving import StillSending, receive
from microblog.models import Account, AccountState, Connection, Follow
from microblog.outbox.connecting import connect, get_connection
from microblog.outbox.limits import make_counter

logger = logging.getLogger(__name__)

_FOLLOWED = "followed"


def fetch_due() -> int:
    """Fetch for each account that is followed and was not asked for an hour. Returns how many posts came in."""
    accounts = Account.objects.filter(state=AccountState.LIVE, connection__problem="").exclude(follow=Follow.NONE)
    return sum(fetch(account) for account in accounts if take_turn_to_ask(account, _FOLLOWED, hour()))


def take_turn_to_ask(account: Account, what: str, every: timedelta) -> bool:
    """Whether so much time has passed since the account was last asked for this; notes that it is asked now."""
    connection, now = get_connection(account), timezone.now()
    if connection.checked.get(what, 0) > (now - every).timestamp():
        return False
    connection.checked[what] = now.timestamp()
    connection.save(update_fields=["checked"])
    return True


def fetch(account: Account) -> int:
    """What is new on the platform. How far it was read is kept post by post, so that a killed job goes on where it was."""
    adapter = get_adapter(account.platform)
    counter = make_counter(account, adapter)
    connection = get_connection(account)
    came_in = 0
    try:
        for remote in adapter.fetch_posts(connect(account, counter), connection.follow_cursor):
            came_in += receive(account, remote) is not None
            Connection.objects.filter(pk=connection.pk).update(follow_cursor=remote.remote_id)
    except StillSending:
        logger.info("account %s: posts are under way, its own are fetched later", account.pk)
    except LimitReached as wait:
        logger.info("account %s: not fetched before %s", account.pk, wait.until)
    finally:
        counter.settle()
    return came_in
