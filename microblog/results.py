"""What became of the posts on their platforms: asked for in batches, kept by day."""

from datetime import timedelta

from django.utils import timezone

from microblog.adapters.base import LimitReached, get_adapter
from microblog.clock import hour
from microblog.incoming.fetching import take_turn_to_ask
from microblog.models import Account, AccountState, Delivery, DeliveryCounts
from microblog.outbox.connecting import connect
from microblog.outbox.limits import make_counter
from site_core.dispatching import Dispatch

_COUNTED = "counted"
_BATCH = 50
_FOR_DAYS = 30


def count_due() -> int:
    """Ask for the figures of each account that was not asked for six hours. Returns for how many posts there were some."""
    accounts = Account.objects.filter(state=AccountState.LIVE, connection__problem="")
    return sum(count(account) for account in accounts if take_turn_to_ask(account, _COUNTED, 6 * hour()))


def count(account: Account) -> int:
    """Figures of the account's posts of the last thirty days, as of today."""
    since = timezone.now() - timedelta(days=_FOR_DAYS)
    rows = Delivery.objects.filter(account=account, state=Dispatch.SENT, sent_at__gte=since).exclude(remote_id="")
    deliveries = dict(rows.order_by("-id").values_list("remote_id", "pk"))
    ids, counted = list(deliveries), 0
    counter = make_counter(account, adapter := get_adapter(account.platform))
    try:
        for start in range(0, len(ids), _BATCH):
            found = adapter.fetch_counts(connect(account, counter), ids[start : start + _BATCH])
            for remote_id, counts in found.items():
                _keep(deliveries[remote_id], counts)
            counted += len(found)
    except LimitReached:
        return counted  # posts come before figures: the rest is asked for next time
    finally:
        counter.settle()
    return counted


def _keep(delivery_id: int, counts: object) -> None:
    names = ("reads", "reposts", "comments", "likes")
    values = {name: getattr(counts, name) for name in names}
    DeliveryCounts.objects.update_or_create(delivery_id=delivery_id, day=timezone.localdate(), defaults=values)
