"""Plan periods of legal education (`data/plans.toml`): the same on every site, so that a city can count by them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "plans.toml"


@dataclass(frozen=True)
class Plan:
    """A five-year plan: key, name, first and last year."""

    key: str
    name: str
    first_year: int
    last_year: int

    @property
    def label(self) -> str:
        """Name and years, as people read it."""
        return f"{self.name}（{self.first_year}—{self.last_year}）"


@cache
def list_plans() -> tuple[Plan, ...]:
    """All plans, newest first."""
    return tuple(Plan(**row) for row in tomllib.loads(_FILE.read_text(encoding="utf-8"))["plan"])


def find_plan(key: str) -> Plan | None:
    """The plan with that key; None for none."""
    return next((plan for plan in list_plans() if plan.key == key), None)
