"""How the Varnish nodes are, for the centre's console."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count

from delivery.edge.actions import AGAIN_PREFIX, PREFIX
from delivery.models import ChangedTag, EdgeNode


@dataclass(frozen=True)
class NodeState:
    """A node as people see it: what it is doing in a word, since when, and how many changes wait for it."""

    address: str
    label: str
    is_well: bool
    since: datetime | None
    waiting: int
    error: str


def list_node_states() -> list[NodeState]:
    """All nodes of `VARNISH_NODES`, in their order."""
    known = {node.address: node for node in EdgeNode.objects.all()}
    counts = dict(ChangedTag.objects.values_list("consumer").annotate(Count("pk")).order_by())
    return [_describe(address, known.get(address), counts) for address in settings.VARNISH_NODES]


def _describe(address: str, node: EdgeNode | None, counts: dict[str, int]) -> NodeState:
    waiting = sum(counts.get(prefix + address, 0) for prefix in (PREFIX, AGAIN_PREFIX))
    if node is not None and node.failing_since:
        return NodeState(address, "失联，恢复应答后先整体清空", False, node.failing_since, waiting, node.last_error)
    if node is None or node.must_flush:
        return NodeState(address, "等待首次清空", False, None, waiting, "")
    return NodeState(address, "正常", True, node.answered_at, waiting, "")
