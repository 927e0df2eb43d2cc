"""Terms of a text: pairs of neighbouring characters, words of Latin letters and digits, numbers of documents.

Pairs need no dictionary: whatever a reader cuts a sentence into is found again. Where a word of three characters and more is
asked for, all its pairs are, which in one article means the word itself in all but odd cases.
"""

import re
from collections.abc import Iterable, Mapping

from search.analysis.folding import fold
from search.analysis.numbers import find_numbers

_RUN = re.compile(r"[\u3007\u3400-\u9fff]+|[0-9a-z]+")
_MAY_BE_NUMBER = re.compile(r"[令〔\[［【]|[（(](?:19|20)\d\d")
LONGEST_TERM = 40


def list_runs(folded: str) -> list[str]:
    """Unbroken runs of ideographs, and of letters and digits, in order."""
    return _RUN.findall(folded)


def list_terms(text: str) -> set[str]:
    """Terms of a text as it is indexed: a single character stands for itself only where it stands alone."""
    terms: set[str] = set()
    for run in _RUN.findall(fold(text)):
        if run[0] <= "z":
            terms.add(run[:LONGEST_TERM])
        elif len(run) == 1:
            terms.add(run)
        else:
            terms.update(map(str.__add__, run, run[1:]))
    if _MAY_BE_NUMBER.search(text):
        terms.update(find_numbers(text))
    return terms


def list_title_terms(title: str) -> set[str]:
    """Terms of a title, and each of its characters: a title is also found by one."""
    terms = list_terms(title)
    for run in _RUN.findall(fold(title)):
        if run[0] > "z":
            terms.update(run)
    return terms


def terms_of_word(word: str) -> tuple[str, ...]:
    """Terms that must all be there for a word or phrase of a query (folded); () for one without letters."""
    terms: list[str] = []
    for run in _RUN.findall(word):
        if run[0] <= "z":
            terms.append(run[:LONGEST_TERM])
        elif len(run) == 1:
            terms.append(run)
        else:
            terms += map(str.__add__, run, run[1:])
    return tuple(dict.fromkeys(terms))


def to_vector(terms: Iterable[str]) -> str:
    """The terms as PostgreSQL's text form of a `tsvector`."""
    return " ".join(map(_quote, terms))


def to_weighted_vector(weighted: Mapping[str, Iterable[str]]) -> str:
    """Terms by weight (`A` to `D`) as a `tsvector`; a term keeps its highest weight alone."""
    seen: set[str] = set()
    pieces = []
    for weight in sorted(weighted):
        for term in set(weighted[weight]) - seen:
            seen.add(term)
            pieces.append(f"{_quote(term)}:1{weight}")
    return " ".join(pieces)


def _quote(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def to_query(terms: Iterable[str]) -> str:
    """Terms that must all be there, as the text form of a `tsquery`."""
    return "(" + " & ".join(map(_quote, terms)) + ")"
