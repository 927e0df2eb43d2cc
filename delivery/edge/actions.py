"""What Varnish nodes are told, and when: outbox rows in the transaction of the change, jobs that bring them to each node.

A row goes only once its node said yes. A node that failed may have missed anything: it is emptied before all else.
The jobs of one node work one at a time, behind a lock on its row.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from delivery import outbox
from delivery.edge import nodes
from delivery.models import ChangedTag, EdgeNode
from delivery.once import is_first
from delivery.purge import EVERYTHING

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

PREFIX = "edge:"
AGAIN_PREFIX = "edge-again:"
AGAIN_AFTER = 2
"""Seconds after which the same is purged once more. An answer that was found fresh just before the purge and reached
Varnish just after it is at most 1 s old there (sitecluster.vcl), so by then it has arrived."""
TRIED_EVERY = 3
"""Seconds between two attempts to reach a node that fails."""
_LONGEST_ERROR = 500


def note_changes(tags: Iterable[str]) -> None:
    """Consumer of purges: leave the tags for each node, and queue the jobs, in the transaction of the change."""
    for address in settings.VARNISH_NODES:
        # Without a savepoint of its own: what is done once is done for the whole transaction.
        with transaction.atomic(savepoint=False):
            outbox.leave(PREFIX + address, tags)
            _queue_push(address)


def _queue_push(address: str) -> None:
    """One job for each transaction: a job of another one may have taken its rows before this one is committed."""
    from delivery.edge.tasks import push_to_node

    if is_first(f"{PREFIX}{address} is pushed"):
        push_to_node.configure(lock=PREFIX + address).defer(address=address)


def push(address: str) -> bool:
    """Tell the node what waits for it; returns whether it is well. A node that fails is left to `revive`."""
    with _locked(address) as node:
        if node is None or node.failing_since:
            return False
        return _try(node, _flush if node.must_flush else _purge_waiting)


def push_again(address: str, up_to: int) -> bool:
    """Purge once more what was purged `AGAIN_AFTER` seconds ago; returns whether the node is well."""
    with _locked(address) as node:
        if node is None or node.failing_since:
            return False
        return _try(node, lambda node: _purge_again(node, up_to))


def revive(address: str) -> bool:
    """Empty a node that failed, if it answers again; returns whether it is well."""
    with _locked(address) as node:
        return node is not None and (not node.must_flush or _try(node, _flush))


def watch() -> list[str]:
    """Look after all nodes: who must be emptied or waits for something gets a job, who is named no more is forgotten.

    Returns the addresses of those that are not well.
    """
    _forget_others()
    unwell = []
    for address in settings.VARNISH_NODES:
        with _locked(address) as node:
            if node is not None and node.must_flush:
                unwell.append(address)
                _queue_revival(address, seconds=0)
            elif _waiting(PREFIX, address).exists():
                _queue_push(address)
    return unwell


@contextmanager
def _locked(address: str) -> Iterator[EdgeNode | None]:
    """The node's row in a transaction, ours alone; None for an address that is no node (any more)."""
    with transaction.atomic():
        if address not in settings.VARNISH_NODES:
            yield None
            return
        # Nobody knows what a node that we never met holds.
        EdgeNode.objects.get_or_create(address=address, defaults={"must_flush": True})
        yield EdgeNode.objects.select_for_update().get(address=address)


def _waiting(prefix: str, address: str) -> "QuerySet[ChangedTag]":
    return ChangedTag.objects.filter(consumer=prefix + address)


def _purge_waiting(node: EdgeNode) -> None:
    rows = list(_waiting(PREFIX, node.address).order_by("pk").values_list("pk", "tag"))
    if not rows:
        return
    tags = [tag for _, tag in rows]
    nodes.purge(node.address, tags)
    ChangedTag.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    _queue_again(node.address, tags)


def _purge_again(node: EdgeNode, up_to: int) -> None:
    rows = _waiting(AGAIN_PREFIX, node.address).filter(pk__lte=up_to)
    tags = list(rows.values_list("tag", flat=True))
    if tags:
        nodes.purge(node.address, tags)
        rows.delete()


def _flush(node: EdgeNode) -> None:
    # Before it is emptied: what is committed afterwards stands for itself.
    for prefix in (PREFIX, AGAIN_PREFIX):
        _waiting(prefix, node.address).delete()
    nodes.flush(node.address)
    _queue_again(node.address, [EVERYTHING])


def _try(node: EdgeNode, work: Callable[[EdgeNode], None]) -> bool:
    """Do it whole or not at all, and note how the node is."""
    try:
        with transaction.atomic():
            work(node)
    except nodes.EdgeProblem as problem:
        _mark_failing(node, str(problem))
        return False
    _mark_well(node)
    return True


def _mark_failing(node: EdgeNode, error: str) -> None:
    if node.failing_since is None:
        logger.warning("edge node %s fails, and will be emptied when it answers: %s", node.address, error)
        node.failing_since = timezone.now()
    node.must_flush, node.last_error = True, error[:_LONGEST_ERROR]
    node.save()
    _queue_revival(node.address, seconds=TRIED_EVERY)


def _mark_well(node: EdgeNode) -> None:
    if node.must_flush:
        logger.info("edge node %s was emptied, and gets its purges", node.address)
    node.must_flush, node.failing_since, node.last_error = False, None, ""
    node.answered_at = timezone.now()
    node.save()


def _queue_again(address: str, tags: Iterable[str]) -> None:
    from delivery.edge.tasks import push_to_node_again

    up_to = outbox.leave(AGAIN_PREFIX + address, tags)
    push_to_node_again.configure(schedule_in={"seconds": AGAIN_AFTER}).defer(address=address, up_to=up_to)


def _queue_revival(address: str, *, seconds: int) -> None:
    from delivery.edge.tasks import revive_node

    with suppress(AlreadyEnqueued), transaction.atomic():
        revive_node.configure(queueing_lock=f"edge-revive:{address}", schedule_in={"seconds": seconds}).defer(
            address=address
        )


def _forget_others() -> None:
    addresses = settings.VARNISH_NODES
    ours = [prefix + address for prefix in (PREFIX, AGAIN_PREFIX) for address in addresses]
    with transaction.atomic():
        EdgeNode.objects.exclude(address__in=addresses).delete()
        ChangedTag.objects.filter(consumer__startswith="edge").exclude(consumer__in=ours).delete()
