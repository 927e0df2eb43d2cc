"""The ledger: who, what, when, from where, on which site. Append-only, one hash chain a site and one for the platform.

A record is written in the caller's transaction. Chains are per site, so that sites do not wait for one another; within
a chain the row of its head is locked until the transaction ends, which keeps positions and hashes in order.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tenants.current import find_current_site, leave_site
from tenants.events import SiteEvent

from .models import LedgerEntry, LedgerHead
from .requests import current_origin

PLATFORM_CHAIN = "platform"
_HASHED = (
    "chain",
    "position",
    "at",
    "actor_id",
    "actor_name",
    "action",
    "object_type",
    "object_id",
    "object_name",
    "detail",
    "address",
    "request_id",
    "previous_hash",
)


@dataclass(frozen=True)
class LedgerFault:
    """Where a chain is not what was written."""

    chain: str
    position: int
    problem: str


def record(
    action: str, object: Any = None, actor: Any = None, detail: dict[str, Any] | None = None, *, chain: str = ""
) -> LedgerEntry:
    """Add an entry to the current site's chain (or the platform's outside of a site, or the one named).

    `object` is what was acted on (a model instance, or None); `actor` a person, or None for the person of the request.
    """
    site = find_current_site()
    chain = chain or (site.schema_name if site else PLATFORM_CHAIN)
    origin = current_origin()
    actor = actor or (origin.user.get() if origin.user else None)
    entry = LedgerEntry(
        chain=chain,
        at=timezone.now(),
        actor_id=actor.pk if actor else None,
        actor_name=str(actor)[:100] if actor else "",
        action=action,
        object_type=object._meta.label_lower[:60] if object is not None else "",
        object_id=str(object.pk)[:60] if object is not None else "",
        object_name=str(object)[:255] if object is not None else "",
        detail=detail or {},
        address=origin.address,
        request_id=origin.request_id,
    )
    with transaction.atomic():
        _append(entry)
    return entry


def _append(entry: LedgerEntry) -> None:
    head = _lock_head(entry.chain)
    entry.position, entry.previous_hash = head.position + 1, head.hash
    entry.hash = hash_of(entry)
    entry.save(force_insert=True)
    LedgerHead.objects.filter(pk=head.pk).update(position=entry.position, hash=entry.hash)


def _lock_head(chain: str) -> LedgerHead:
    head = LedgerHead.objects.select_for_update().filter(pk=chain).first()
    if head is None:
        LedgerHead.objects.bulk_create([LedgerHead(chain=chain)], ignore_conflicts=True)
        head = LedgerHead.objects.select_for_update().get(pk=chain)
    return head


def hash_of(entry: LedgerEntry) -> str:
    """SHA-256 of the entry's canonical JSON, the previous entry's hash included."""
    values = {name: getattr(entry, name) for name in _HASHED}
    values["at"] = entry.at.astimezone(timezone.get_default_timezone()).isoformat()
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verify_ledger(chains: list[str] | None = None) -> Iterator[LedgerFault]:
    """Walk the chains and yield each fault: a changed entry, a gap, a cut-off end, a chain without a head."""
    with leave_site():
        heads = {head.chain: head for head in LedgerHead.objects.all()}
        known = set(heads) | set(LedgerEntry.objects.order_by().values_list("chain", flat=True).distinct())
        for chain in chains or sorted(known):
            yield from _verify_chain(chain, heads.get(chain))


def _verify_chain(chain: str, head: LedgerHead | None) -> Iterator[LedgerFault]:
    position, previous = 0, ""
    for entry in LedgerEntry.objects.filter(chain=chain).order_by("position").iterator(chunk_size=2000):
        position += 1
        if entry.position != position:
            yield LedgerFault(chain, position, f"第 {position} 至 {entry.position - 1} 条缺失")
            position = entry.position
        elif entry.previous_hash != previous:
            yield LedgerFault(chain, position, "与上一条的校验值不衔接")
        if entry.hash != hash_of(entry):
            yield LedgerFault(chain, position, "内容与校验值不符")
        previous = entry.hash
    if head is None or (head.position, head.hash) != (position, previous):
        yield LedgerFault(chain, position, "链尾与记录的链首不符，末尾条目可能被删除")


def is_append_only() -> bool:
    """Whether the database refuses changes to the ledger: its trigger is in place (or the ledger is not there yet)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('public.accounts_ledgerentry') IS NULL OR EXISTS (SELECT 1 FROM pg_trigger"
            " WHERE tgname = 'accounts_ledgerentry_append_only' AND tgenabled = 'A')"
        )
        return bool(cursor.fetchone()[0])


_SITE_ACTIONS = {
    "created": "site.create",
    "state_changed": "site.state",
    "archived": "site.archive",
    "host_changed": "site.host",
    "details_changed": "site.details",
}


def on_site_event(event: SiteEvent) -> None:
    """The life of a site goes into the platform's chain, and into the site's own."""
    for chain in (PLATFORM_CHAIN, event.site.schema_name):
        record(_SITE_ACTIONS[event.kind], event.site, event.actor, event.detail, chain=chain)
