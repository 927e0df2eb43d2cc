"""Where a campaign stands on a day."""

from datetime import date
from enum import StrEnum


class Phase(StrEnum):
    """Before, during, after."""

    AHEAD = "ahead"
    RUNNING = "running"
    OVER = "over"

    @property
    def label(self) -> str:
        """In words."""
        return {"ahead": "预告", "running": "进行中", "over": "已结束"}[self.value]


def find_phase(first: date, last: date, day: date) -> Phase:
    """The phase of what lasts from `first` to `last`, both days within it."""
    if day < first:
        return Phase.AHEAD
    return Phase.RUNNING if day <= last else Phase.OVER
