"""Marking a paper: all points of a question or none. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .items import Item


@dataclass(frozen=True)
class Marked:
    """Which questions were answered rightly, in the paper's order, and the points."""

    marks: tuple[bool, ...]
    score: int

    def to_text(self) -> str:
        """For `Attempt.marks`."""
        return "".join("1" if mark else "0" for mark in self.marks)


def mark_paper(items: Sequence[Item], right: Mapping[int, frozenset[int]], chosen: Mapping[int, str]) -> Marked:
    """`right`: by question, the places of its right options; `chosen`: by position, the letters.

    A choice of several is right when it is whole: one too few or one too many is worth nothing.
    """
    marks = tuple(
        bool(chosen.get(position)) and item.places_of(chosen[position]) == right[item.question_id]
        for position, item in enumerate(items)
    )
    return Marked(marks, sum(item.points for item, mark in zip(items, marks, strict=True) if mark))
