"""A paper as it is kept in `Attempt.paper`: the questions in their order, each with its options in theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from legal_education.quiz.models.bank import LETTERS


@dataclass(frozen=True)
class Item:
    """A question of a paper; `order[n]` is the place in the bank of the option that is shown as the n-th letter."""

    question_id: int
    order: tuple[int, ...]
    points: int

    def places_of(self, chosen: str) -> frozenset[int]:
        """Places in the bank of the letters that the person chose; a letter that was not offered is -1."""
        shown = dict(zip(LETTERS, self.order, strict=False))
        return frozenset(shown.get(letter, -1) for letter in chosen)

    def letters_of(self, places: Iterable[int]) -> str:
        """The letters under which these places are shown."""
        wanted = set(places)
        return "".join(letter for letter, place in zip(LETTERS, self.order, strict=False) if place in wanted)


def write_items(items: Sequence[Item]) -> list[list[Any]]:
    """For `Attempt.paper`."""
    return [[item.question_id, "".join(map(str, item.order)), item.points] for item in items]


def read_items(paper: Sequence[Sequence[Any]]) -> list[Item]:
    """From `Attempt.paper`."""
    return [Item(question_id, tuple(map(int, order)), points) for question_id, order, points in paper]
