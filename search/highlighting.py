"""Titles and snippets with the words that were found marked. Everything is escaped; only <mark> is ours."""

import re
from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis.folding import fold
from search.engines.base import TermGroup

SNIPPET = 120
_BEFORE = 24


def list_marks(groups: Iterable[TermGroup], phrases: Iterable[str] = ()) -> list[str]:
    """What is to be marked, folded, longest first: words as typed and what was searched along; no single characters."""
    words = {each.text for group in groups for each in group.alternatives if len(each.text) > 1}
    return sorted(words | set(phrases), key=lambda word: (-len(word), word))


def highlight(text: str, marks: Sequence[str]) -> SafeString:
    """The whole text with its marks."""
    return _join(text, _find_places(text, marks))


def make_snippet(text: str, marks: Sequence[str], length: int = SNIPPET) -> SafeString:
    """The stretch of the text that holds most of the marks, cut at both ends with an ellipsis."""
    flat = re.sub(r"\s+", " ", text).strip()
    places = _find_places(flat, marks)
    start = _find_best_start(places, length, len(flat))
    end = min(len(flat), start + length)
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in places if a < end and b > start]
    body = _join(flat[start:end], inside)
    return mark_safe(f"{'…' if start else ''}{body}{'…' if end < len(flat) else ''}")  # noqa: S308 - escaped by _join


def _find_places(text: str, marks: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the marks that do not overlap; pieces of words that do not stand there as a whole are not marked."""
    folded = fold(text)
    if len(folded) != len(text):
        return []  # written in a way that has no one-to-one form: rather no mark than a wrong one
    places: list[tuple[int, int]] = []
    for mark in marks:
        for match in re.finditer(re.escape(mark), folded):
            if all(match.end() <= a or b <= match.start() for a, b in places):
                places.append(match.span())
    return sorted(places)


def _find_best_start(places: Sequence[tuple[int, int]], length: int, whole: int) -> int:
    if whole <= length or not places:
        return 0
    starts = [max(0, place[0] - _BEFORE) for place in places[:50]]
    best = max(starts, key=lambda start: (sum(b - a for a, b in places if a >= start and b <= start + length), -start))
    return min(best, max(0, whole - length))


def _join(text: str, places: Sequence[tuple[int, int]]) -> SafeString:
    pieces, last = [], 0
    for start, end in places:
        pieces += [escape(text[last:start]), f"<mark>{escape(text[start:end])}</mark>"]
        last = end
    pieces.append(escape(text[last:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of text is escaped, the marks are ours
