"""Checks before publication: what stands in the way (`must`) and what could be better (`should`), each with its place.

A registry: an app registers its checks for the page types they are about, in `AppConfig.ready()`. Checks only look; what
a finding stops is decided by the doors of publication (`page_forms`, `bulk_publishing`, `checked_publishing`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from site_core.checking.pieces import Path, Piece, list_pieces


class Severity(StrEnum):
    """Whether a finding stops publication."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    `where` names the place for people; `field` and `path` say it for the form ('' and () for the page as a whole).
    A finding that `may_be_confirmed` stops nothing once the editor has confirmed it (`page_forms.NUMBERS_CONFIRMED`).
    """

    severity: Severity
    where: str
    message: str
    hint: str = ""
    field: str = ""
    path: Path = ()
    may_be_confirmed: bool = False

    @property
    def is_must(self) -> bool:
        """Whether it stops publication."""
        return self.severity == Severity.MUST

    @property
    def text(self) -> str:
        """Message and hint as one."""
        return f"{self.message}{self.hint}"


@dataclass(frozen=True)
class Draft:
    """What is checked: the page as it would be published, the column it stands in (or None), and the pieces it is made of."""

    page: Any
    column: Any
    pieces: list[Piece]


Check = Callable[[Draft], Iterable[Finding]]


class CheckRefused(ValueError):
    """A check that is registered already for the page type."""


@dataclass
class _Registry:
    checks: list[tuple[type, Check]] = field(default_factory=list)


_registry = _Registry()


def register_check(page_class: type, check: Check) -> None:
    """Run the check on pages of the class and of those derived from it. Raises CheckRefused for a second time."""
    if (page_class, check) in _registry.checks:
        raise CheckRefused(f"{check!r} is registered already for {page_class.__name__}")
    _registry.checks.append((page_class, check))


def list_findings(page: Any, *, column: Any = None) -> list[Finding]:
    """All findings on the page as it is in memory: those that stop publication first, else in the order of the checks.

    `column` is where a page will stand that is not in the tree yet.
    """
    draft = Draft(page, column.specific if column else _find_column(page), list_pieces(page))
    found = [each for kind, check in _registry.checks if isinstance(page, kind) for each in check(draft)]
    return sorted(found, key=lambda finding: not finding.is_must)


def list_obstacles(page: Any, *, column: Any = None, confirmed: bool = False) -> list[Finding]:
    """Findings that stop publication; with `confirmed` without those that an editor may confirm."""
    found = (each for each in list_findings(page, column=column) if each.is_must)
    return [each for each in found if not (confirmed and each.may_be_confirmed)]


def _find_column(page: Any) -> Any:
    parent = page.get_parent() if page.path else None
    return parent.specific if parent else None
