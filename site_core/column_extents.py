"""How long a column's list is: counted once for each state of the site, since counting reads every page of the column."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection

from accounts.ledger_selectors import find_chain_end
from site_core.selectors import Extent, list_items_of, measure_extent
from tenants.current import current_site

if TYPE_CHECKING:
    from site_core.models import ColumnPage

LEDGER_TABLE = "accounts_ledgerhead"
"""What the state of a site is read from. It stands in no page, so a page that asked for it may be kept."""
_KEPT = 4096


def measure_column(column: "ColumnPage") -> Extent:
    """The extent of the column's list, without filters; one query for any length while nothing changes.

    Each change that the public can see stands in the site's ledger, in the transaction of the change: while the ledger
    ends with the same entry, the column holds the same pages. Inside of a transaction nothing is kept: what is read there
    may never come to be.
    """
    schema = current_site().schema_name
    state = "" if connection.in_atomic_block else find_chain_end(schema)
    if not state:
        return measure_extent(list_items_of(column))
    return _measure(schema, state, column.pk, column.path, column.depth)


@lru_cache(maxsize=_KEPT)
def _measure(schema: str, state: str, pk: int, path: str, depth: int) -> Extent:
    """Of the column at that place of the current site. The state is read first, so what is counted is never older."""
    from site_core.models import ColumnPage

    return measure_extent(list_items_of(ColumnPage(pk=pk, path=path, depth=depth)))
