"""What was typed by its sound, or wrong: pinyin, initials, characters of the same sound, one character too many, too few or other.

Only words of the catalogue are offered: its own vocabulary is what a reader can find.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from search.analysis.pinyin import list_syllables
from search.models import CatalogueEntry, CatalogueWord, WordVariant

_MOST_WORDS = 5
_LONGEST_SPELLING = 48
_LONGEST_WINDOW, _SHORTEST_WINDOW = 10, 2
_SHORTEST_EDITED = 4
_SHORTEST_ALIKE = 3
_LONGEST_CORRECTED = 12
_LEAST_ENTRIES = 2
_TIMES_MORE_COMMON = 40


def count_entries(words: Iterable[str]) -> dict[str, int]:
    """In how many entries each of the words stands; words that the vocabulary lacks are left out."""
    return dict(CatalogueWord.objects.filter(word__in=set(words)).values_list("word", "entries"))


def find_number(forms: Sequence[str]) -> str:
    """The longest of the forms that a page carries as its number; the first where none does."""
    for form in forms:
        if CatalogueEntry.objects.filter(numbers__contains=[form]).exists():
            return form
    return forms[0]


def find_spelled(latin: Sequence[str]) -> dict[str, list[str]]:
    """Words that each run of Latin letters may spell, likeliest first. Runs that spell one word together stand under the first.

    A run that the catalogue holds as a word of its own keeps its own meaning too.
    """
    runs = [run for run in latin if 1 < len(run) <= _LONGEST_SPELLING]
    if not runs:
        return {}
    pieces = {run[start:end] for run in runs for start in range(len(run)) for end in range(start + 2, len(run) + 1)}
    by_sound = _list_by("pinyin", pieces)
    by_initials = _list_by("initials", {run for run in runs if len(run) <= 12})
    return {run: words for run in runs if (words := _spell(run, by_sound) or by_initials.get(run, []))}


def _list_by(field: str, spellings: set[str]) -> dict[str, list[str]]:
    """Words by their sound, commonest first."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = CatalogueWord.objects.filter(**{f"{field}__in": spellings}).order_by("-entries", "word")
    for word, spelling in rows.values_list("word", field):
        if len(found[spelling]) < _MOST_WORDS and not word.isascii():
            found[spelling].append(word)
    return dict(found)


def _spell(run: str, by_sound: dict[str, list[str]]) -> list[str]:
    """The run as one word, else as the fewest words that make it up, joined."""
    if run in by_sound:
        return by_sound[run]
    best: list[list[str] | None] = [[]] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(end):
            before, words = best[start], by_sound.get(run[start:end])
            if before is not None and words and (best[end] is None or len(before) + 1 < len(best[end] or [])):
                best[end] = [*before, words[0]]
    return ["".join(best[-1])] if best[-1] else []


@dataclass(frozen=True)
class _Fix:
    """A piece of the run from `start`, `length` characters long, that should read `word`."""

    start: int
    length: int
    word: str
    score: float


def correct(run: str, words: Sequence[str], known: set[str]) -> str:
    """The run with what seems mistyped put right by words of the catalogue; the run itself where nothing does.

    Only places where the cutter found no known word of two characters and more are looked at.
    """
    weak = _list_weak_places(words, known)
    if not weak or len(run) > _LONGEST_CORRECTED:
        return run  # a sentence is no typing error: almost every stretch of it sounds like some word
    windows = {
        (start, run[start : start + length])
        for length in range(_SHORTEST_WINDOW, _LONGEST_WINDOW + 1)
        for start in range(len(run) - length + 1)
        if any(start <= place < start + length for place in weak)
    }
    odd = {word for word in words if len(word) > 1 and word not in known}
    fixes = _list_fixes(windows, list_syllables(run), odd | {run})
    return _apply(run, fixes)


def _list_weak_places(words: Sequence[str], known: set[str]) -> set[int]:
    places: set[int] = set()
    place = 0
    for word in words:
        if len(word) == 1 or word not in known:
            places.update(range(place, place + len(word)))
        place += len(word)
    return places


def _list_fixes(windows: set[tuple[int, str]], syllables: Sequence[str], odd: set[str]) -> list[_Fix]:
    sounds = {window: "".join(syllables[window[0] : window[0] + len(window[1])]) for window in windows}
    texts = {text for _, text in windows}
    shorter = {text: _leave_one_out(text) for text in texts if len(text) >= _SHORTEST_EDITED}
    around = texts.union(*shorter.values()) if shorter else texts
    wanted = Q(pinyin__in=set(sounds.values())) | Q(word__in=around)
    rows = list(CatalogueWord.objects.filter(wanted).values_list("word", "pinyin", "entries"))
    by_variant = _list_by_variant(around)
    entries = {word: count for word, _, count in rows} | {word: count for _, word, count in by_variant}
    by_sound: dict[str, list[str]] = defaultdict(list)
    for word, pinyin, _ in rows:
        by_sound[pinyin].append(word)
    fixes = []
    for start, text in windows:
        # Two characters sound like too many words; they are looked at where the cutter knows nothing better.
        may_sound = len(text) >= _SHORTEST_ALIKE or text in odd
        alike = {word: 2.0 for word in by_sound.get(sounds[start, text], ()) if may_sound and len(word) == len(text)}
        for word in _list_edited(text, shorter.get(text, set()), entries, by_variant):
            alike.setdefault(word, 1.0 if len(word) == len(text) else 0.7)
        for word, score in alike.items():
            if _is_better(word, text, entries):
                fixes.append(_Fix(start, len(text), word, score * len(text) + min(entries[word], 1000) / 2000))
    return fixes


def _list_by_variant(texts: set[str]) -> list[tuple[str, str, int]]:
    rows = WordVariant.objects.filter(variant__in=texts).values_list("variant", "word_id", "word__entries")
    return list(rows)


def _list_edited(
    text: str, shorter: set[str], entries: dict[str, int], by_variant: list[tuple[str, str, int]]
) -> list[str]:
    """Words that are one character longer, shorter or other than the text, or have two neighbours exchanged."""
    if len(text) < _SHORTEST_EDITED:
        return []
    found = [word for word in shorter if word in entries and len(word) >= _SHORTEST_EDITED]
    for variant, word, _ in by_variant:
        if (variant == text or (variant in shorter and len(word) == len(text))) and _is_one_edit(text, word):
            found.append(word)
    return found


def _is_one_edit(text: str, word: str) -> bool:
    if len(text) != len(word):
        return abs(len(text) - len(word)) == 1
    other = [place for place, (a, b) in enumerate(zip(text, word, strict=True)) if a != b]
    if len(other) == 1:
        return True
    return (
        len(other) == 2
        and other[1] == other[0] + 1
        and text[other[0]] == word[other[1]]
        and text[other[1]] == word[other[0]]
    )


def _is_better(word: str, text: str, entries: dict[str, int]) -> bool:
    count = entries.get(word, 0)
    return word != text and count >= _LEAST_ENTRIES and count > _TIMES_MORE_COMMON * entries.get(text, 0)


def _leave_one_out(text: str) -> set[str]:
    return {text[:place] + text[place + 1 :] for place in range(len(text))}


def _apply(run: str, fixes: list[_Fix]) -> str:
    """The best fixes that do not overlap."""
    taken: list[_Fix] = []
    for fix in sorted(fixes, key=lambda each: (-each.score, each.start)):
        end = fix.start + fix.length
        if all(end <= other.start or other.start + other.length <= fix.start for other in taken):
            taken.append(fix)
    for fix in sorted(taken, key=lambda each: -each.start):
        run = run[: fix.start] + fix.word + run[fix.start + fix.length :]
    return run


def list_variants(word: str) -> set[str]:
    """The word with each of its characters left out, for the table that finds words one edit apart."""
    return _leave_one_out(word) if len(word) >= _SHORTEST_EDITED else set()
