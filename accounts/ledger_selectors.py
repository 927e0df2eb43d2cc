"""Reads of the ledger: entries by what is asked, pages by key instead of by number, and the faults of a chain."""

from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet

from tenants.models import Organisation

from .ledger import PLATFORM_CHAIN, LedgerFault, verify_ledger
from .models import LedgerEntry, LedgerHead, User

Entries = QuerySet[LedgerEntry]


def list_entries(chain: str = "") -> Entries:
    """Entries of one chain, or of all; in no order yet."""
    entries = LedgerEntry.objects.order_by()
    return entries.filter(chain=chain) if chain else entries


def match_person(entries: Entries, text: str) -> Entries:
    """Those by whoever has the text in the name, or has it for a login name."""
    same_login = User.objects.filter(username=text.strip().lower()).values("pk")
    return entries.filter(Q(actor_name__icontains=text.strip()) | Q(actor_id__in=same_login))


def match_text(entries: Entries, text: str) -> Entries:
    """Those with the text in object, person, detail, address or request."""
    asked = Q()
    for field in ("object_name", "actor_name", "detail", "address", "request_id"):
        asked |= Q(**{f"{field}__icontains": text.strip()})
    return entries.filter(asked)


@dataclass(frozen=True)
class LedgerPage:
    """Some entries, newest first, with the keys that lead to the newer and older ones (None where there are none)."""

    entries: list[LedgerEntry]
    newer: int | None
    older: int | None


def get_page(
    entries: Entries, *, by: str, before: int | None = None, after: int | None = None, size: int = 50
) -> LedgerPage:
    """The page of entries older than key `before` or newer than key `after`; the newest ones without either.

    `by` is the key: `position` within one chain, else `id`. Nothing is counted: the ledger may hold millions.
    """
    if after is not None:
        rows = list(entries.filter(**{f"{by}__gt": after}).order_by(by)[: size + 1])
        if len(rows) > size:
            shown = rows[size - 1 :: -1]
            return LedgerPage(shown, _key(shown[0], by), _key(shown[-1], by))
        before = None  # fewer than a page are newer: show the first page instead
    older_ones = entries.filter(**{f"{by}__lt": before}) if before is not None else entries
    rows = list(older_ones.order_by(f"-{by}")[: size + 1])
    shown = rows[:size]
    newer = _key(shown[0], by) if shown and before is not None else None
    return LedgerPage(shown, newer, _key(shown[-1], by) if len(rows) > size else None)


def _key(entry: LedgerEntry, by: str) -> int:
    return int(getattr(entry, by))


def list_chains() -> list[str]:
    """Names of all chains that are there or should be there: each organisation has had one since it was made."""
    known = set(LedgerHead.objects.values_list("chain", flat=True))
    known |= set(LedgerEntry.objects.order_by().values_list("chain", flat=True).distinct())
    known |= set(Organisation.objects.schema_names())
    return sorted(known)


def name_chains() -> dict[str, str]:
    """Chain by what it is called: 平台 first, then the sites by name."""
    names = Organisation.objects.order_by("region_code", "kind", "schema_name").values_list("schema_name", "short_name")
    return {PLATFORM_CHAIN: "平台", **dict(names)}


def count_entries(chain: str) -> int:
    """Number of entries of a chain, as its head has it."""
    head = LedgerHead.objects.filter(pk=chain).first()
    return head.position if head else 0


def find_chain_end(chain: str) -> str:
    """Hash of the chain's last entry, '' where there is none: another one after each entry, and never the same again."""
    return LedgerHead.objects.filter(pk=chain).values_list("hash", flat=True).first() or ""


Faults = list[LedgerFault]


def find_faults(chain: str, *, limit: int | None = None) -> Faults:
    """Faults of the chain, at most `limit`.

    A chain that grows while it is walked looks cut off at its end, so faults count only when they are found again with
    the head locked. A sound chain, the usual case, is walked once and holds nobody up.
    """
    if not _walk(chain, limit):
        return []
    with transaction.atomic():
        list(LedgerHead.objects.select_for_update().filter(pk=chain))
        return _walk(chain, limit)


def _walk(chain: str, limit: int | None) -> Faults:
    with closing(verify_ledger([chain])) as faults:  # type: ignore[type-var] # it is a generator
        return list(islice(faults, limit))
