"""What a bench says: one line for each figure, and the same as a JSON line in `var/bench/AREA.jsonl`.

The form of the lines is promised to outside checks; it changes nowhere else.
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

DECIMALS = 3


@dataclass(frozen=True)
class Goal:
    """What a value has to reach, in the figure's unit."""

    sign: Literal["≤", "≥"]
    limit: float

    def __str__(self) -> str:
        return f"{self.sign} {_number(self.limit)}"

    def is_met_by(self, value: float) -> bool:
        """Whether the value as it is printed reaches the goal."""
        return value <= self.limit if self.sign == "≤" else value >= self.limit


def at_most(limit: float) -> Goal:
    """The goal `≤ limit`."""
    return Goal("≤", limit)


def at_least(limit: float) -> Goal:
    """The goal `≥ limit`."""
    return Goal("≥", limit)


@dataclass(frozen=True)
class Figure:
    """A measured value; `unit` is one word, `notes` say how it came about (JSON alone)."""

    name: str
    value: float
    unit: str
    goal: Goal
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def rounded(self) -> float:
        """The value as it is printed and judged."""
        return round(self.value, DECIMALS)

    @property
    def is_reached(self) -> bool:
        """Whether the goal is met."""
        return self.goal.is_met_by(self.rounded)

    def line(self, area: str) -> str:
        """`bench: AREA.NAME VALUE UNIT (goal ≤ X) OK`, or `… SHORT`."""
        verdict = "OK" if self.is_reached else "SHORT"
        return f"bench: {area}.{self.name} {_number(self.rounded)} {self.unit} (goal {self.goal}) {verdict}"

    def record(self, area: str) -> dict[str, Any]:
        """The same for the JSON line."""
        return {
            "name": f"{area}.{self.name}",
            "value": self.rounded,
            "unit": self.unit,
            "goal": str(self.goal),
            "reached": self.is_reached,
            "notes": self.notes,
        }


@dataclass(frozen=True)
class NotMeasured:
    """A figure without a value, and why."""

    name: str
    reason: str

    def line(self, area: str) -> str:
        """`bench: AREA.NAME not measured: REASON`."""
        return f"bench: {area}.{self.name} not measured: {self.reason}"

    def record(self, area: str) -> dict[str, Any]:
        """The same for the JSON line."""
        return {"name": f"{area}.{self.name}", "value": None, "notes": {"not_measured": self.reason}}


Outcome = Figure | NotMeasured


class Report:
    """Prints each outcome as it comes and appends it to `FOLDER/AREA.jsonl` together with `stamp`."""

    def __init__(self, area: str, folder: Path, stamp: dict[str, Any]) -> None:
        self._area = area
        self._path = folder / f"{area}.jsonl"
        self._stamp = stamp
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, outcome: Outcome) -> None:
        """Print and keep it."""
        sys.stdout.write(outcome.line(self._area) + "\n")
        sys.stdout.flush()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(outcome.record(self._area) | self._stamp, ensure_ascii=False) + "\n")


def _number(value: float) -> str:
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
