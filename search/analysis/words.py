"""Words: how a query is cut into ideas, and what of a text counts as vocabulary. The cutter is rjieba with our own words added.

It is loaded by the first text that is cut: a tenth of a process's start, and most processes cut none.
"""

import threading
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rjieba import Jieba

_SHORTEST, _LONGEST = 2, 12
_NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百千万亿第条款项章节年月日个")

_lock = threading.RLock()
_added: set[str] = set()


def add_words(words: Iterable[str]) -> None:
    """Keep these words whole from now on, in this process."""
    with _lock:
        for word in words:
            if word not in _added:
                _cutter().add_word(word, None, None)
                _added.add(word)


def cut(folded: str) -> list[str]:
    """A folded text as the words that it is cut into, blanks and marks among them."""
    return list(_cutter().cut(folded))


def list_words(folded: str) -> list[str]:
    """Words of two and more characters, with the shorter ones that stand within them; numerals are none."""
    return [word for word in _cutter().cut_for_search(folded) if _is_word(word)]


def _cutter() -> "Jieba":
    with _lock:  # two threads must not have one each: added words are known to the one that they were told
        return _load_cutter()


@cache
def _load_cutter() -> "Jieba":
    from rjieba import Jieba

    return Jieba()


def _is_word(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and word.isalnum() and not _NUMERALS.issuperset(word)
