"""How an upper floor dresses a column: by the key of the blueprint's node, a template and a context of its own.

The column stays what it is: its list stands on its further pages and under its filters as before, so that old bookmarks
and its feed keep working; the dress is what its plain address shows. Registered in `AppConfig.ready()`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from site_core.models import ColumnPage

_OF_THE_LIST = frozenset({"page", "year", "q"})
"""What the list's own links put into their queries (`listings`)."""


@dataclass(frozen=True)
class ColumnDress:
    """A template that extends `site_core/base.html`, and what it is given beside the column's own context."""

    template: str
    describe: "Callable[[ColumnPage, Mapping[str, str]], dict[str, Any]]"


class DressRefused(ValueError):
    """A column that is dressed already."""


_dresses: dict[str, ColumnDress] = {}


def dress_column(node_key: str, dress: ColumnDress) -> None:
    """Show columns of that node so. Raises DressRefused for a second dress."""
    if node_key in _dresses:
        raise DressRefused(f"column {node_key!r} is dressed already")
    _dresses[node_key] = dress


def find_dress(column: "ColumnPage", query: Mapping[str, str]) -> ColumnDress | None:
    """What the column wears for this query; None where its list was asked for, and for columns without a dress."""
    if not column.node_key or _OF_THE_LIST & set(query):
        return None
    return _dresses.get(column.node_key)
