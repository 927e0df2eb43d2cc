"""What the centre's word lists say, in memory: synonyms, short names, our own words, words that say nothing.

Read again whenever the version in the database is another one, which each search asks for; so a change holds at once.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from search.analysis.folding import fold, to_short_key
from search.analysis.words import add_words, cut

FOLDER = Path(__file__).resolve().parent.parent / "vocabulary"
PARTICLES = frozenset("被把的了着给让吗呢啊吧呀我你他她") | {"人家", "别人", "自己", "别人家"}
_SEPARATORS = re.compile(r"[、，,;；/]")


@dataclass(frozen=True)
class Vocabulary:
    """Folded words: what each also means, what law each is short for, and which service it asks for."""

    version: int = -1
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    short_names: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    entries: int = 0
    parts: int = 0

    @property
    def parts_an_entry(self) -> float:
        """Average length of an entry, in parts; at least 1."""
        return max(1.0, self.parts / self.entries) if self.entries else 1.0


_lock = threading.Lock()
_kept = Vocabulary()


def get_vocabulary() -> Vocabulary:
    """The word lists as they stand in the database now."""
    global _kept  # noqa: PLW0603 - one vocabulary a process
    from search.models import VocabularyVersion

    row = VocabularyVersion.objects.first()
    version = row.number if row else 0
    kept = _kept
    if kept.version == version:
        return kept
    with _lock:
        _kept = _read(version, row.entries if row else 0, row.parts if row else 0)
        return _kept


def _read(version: int, entries: int, parts: int) -> Vocabulary:
    from search.models import Abbreviation, JudicialWord, Synonym

    short = {fold(row.short): to_short_key(row.full) for row in Abbreviation.objects.filter(is_active=True)}
    synonyms = _join_synonyms(Synonym.objects.filter(is_active=True).values_list("words", "terms", "direction"))
    words = {fold(word) for word in JudicialWord.objects.filter(is_active=True).values_list("word", flat=True)}
    terms = {term for found in synonyms.values() for term in found}
    add_words(word for word in sorted(words | set(short) | terms) if 2 <= len(word) <= 12)
    return Vocabulary(version, synonyms, short, read_services(), read_fillers(), entries, parts)


def _join_synonyms(rows: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for words, terms, direction in rows:
        left, right = split_words(words), split_words(terms)
        for word in left:
            found[word] += right
        if direction == "both":
            for word in left + right:
                found[word] += left + right
    for word in list(found):
        if (bare := strip_particles(word)) != word and len(bare) > 1:
            found[bare] += found[word]
    return {word: tuple(dict.fromkeys(term for term in terms if term != word)) for word, terms in found.items()}


def strip_particles(text: str) -> str:
    """The text without words that only bind others (被、把、的、了 …), where the cutter takes them for words."""
    return "".join(word for word in cut(text) if word not in PARTICLES)


def split_words(text: str) -> list[str]:
    """Words of a list as people write it, folded, without blanks inside."""
    words = (re.sub(r"\s+", "", fold(word)) for word in _SEPARATORS.split(text))
    return [word for word in words if word]


@cache
def read_fillers() -> frozenset[str]:
    """Words of questions that say nothing of what is asked for; shipped with the product."""
    return frozenset(word for row in read_rows("stop.txt") for word in split_words(row[0]))


@cache
def read_services() -> Mapping[str, str]:
    """Words that ask for a service → the service; shipped with the product."""
    return {word: fold(row[1]) for row in read_rows("services.tsv") for word in split_words(row[0])}


def read_rows(name: str) -> list[list[str]]:
    """Rows of one of the shipped word lists: columns by tabs, `#` begins a remark."""
    path = FOLDER / name
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.rstrip().split("\t") for line in lines if line.strip() and not line.startswith("#")]
