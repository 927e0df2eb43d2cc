"""How a query is understood: numbers, phrases, ideas with what else they may be called. Both engines get the same."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log

from search.analysis import sounds
from search.analysis.folding import clean, fold, squeeze, to_short_key
from search.analysis.numbers import find_spans
from search.analysis.terms import list_runs, terms_of_word
from search.analysis.vocabulary import Vocabulary, get_vocabulary, strip_particles
from search.analysis.words import cut
from search.engines.base import Alternative, TermGroup

LONGEST_QUERY = 200
_MOST_GROUPS = 12
_MOST_ALTERNATIVES = 6
_SYNONYM_WEIGHT = 0.7
_FULL_NAME_WEIGHT = 0.95
_PHRASE = re.compile(r"[\"“”„「『]([^\"“”„「」『』]{2,100})[\"“”「」『』]")
_ONE_LETTER = re.compile(r"^[\u4e00-\u9fff]\d")  # 发2026-18: any organ's
_SHORTEST_FREE_MATCH = 3
_SHORTEST_SENTENCE = 4
_LONGEST_FILLER = 4
_WHOLE_RARITY = 4.0


@dataclass(frozen=True)
class Understood:
    """A query as the engines and the ranking get it; all text in it is folded.

    `also` are terms that are searched along without having been typed, for the reader to know. `titles` are keys of titles that
    the query may name as a whole. `correction` is the query put right, '' where nothing seems wrong.
    """

    text: str = ""
    groups: tuple[TermGroup, ...] = ()
    numbers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    correction: str = ""
    spelled: tuple[str, ...] = ()
    """Words that were found by their sound: they come from what is published, so whoever shows them asks where they stand."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.groups or self.numbers or self.phrases)


def read_text(typed: str) -> str:
    """What was typed, cleaned and cut to 200 characters, as it is shown again."""
    return squeeze(clean(typed[: 4 * LONGEST_QUERY]))[:LONGEST_QUERY].rstrip()


def understand(text: str, *, correct: bool = True) -> Understood:
    """Understand a query (of `read_text`); two to four questions to the database, whatever its length."""
    vocabulary = get_vocabulary()
    folded = fold(text)
    phrases = tuple(squeeze(phrase) for phrase in _PHRASE.findall(folded))
    rest, numbers = _take_numbers(folded)
    ideas = _list_ideas(rest, vocabulary)
    spelled = sounds.find_spelled(_list_latin(rest))
    counts = sounds.count_entries(_list_all_words(ideas, spelled))
    groups = [_make_group(idea, spelled, counts, vocabulary) for idea in ideas]
    groups += [_make_number_group(forms) for forms in numbers]
    groups += [TermGroup((Alternative(phrase, terms_of_word(phrase)),), rarity=8.0) for phrase in phrases]
    groups = [group for group in groups if any(each.terms for each in group.alternatives)]
    groups = groups if len(groups) <= _MOST_GROUPS else sorted(groups, key=lambda each: -each.rarity)[:_MOST_GROUPS]
    return Understood(
        text=squeeze(folded),
        groups=(*_mark_needed(groups), *(_make_whole(run) for run in list_runs(rest) if _is_sentence(run, ideas))),
        numbers=tuple(sounds.find_number(forms) for forms in numbers),
        phrases=phrases,
        titles=_list_titles(rest, ideas, spelled),
        also=_list_also(groups, folded),
        services=_find_services(rest, vocabulary),
        spelled=tuple(word for words in spelled.values() for word in words),
        correction=_correct(rest, ideas, counts, vocabulary) if correct and not numbers and not phrases else "",
    )


@dataclass(frozen=True)
class _Idea:
    """A word of the query, with what it also means and the law it is short for."""

    word: str
    synonyms: tuple[str, ...] = ()
    law: str = ""


def _take_numbers(folded: str) -> tuple[str, list[list[str]]]:
    """The text without numbers of documents, and these."""
    spans = find_spans(folded)
    rest = folded
    for start, end, _ in reversed(spans):
        rest = f"{rest[:start]} {rest[end:]}"
    return rest, [forms for _, _, forms in spans]


def _list_ideas(text: str, vocabulary: Vocabulary) -> list[_Idea]:
    ideas: list[_Idea] = []
    for run in list_runs(text):
        ideas += _split_run(run, vocabulary) if run[0] > "z" else [_name(run, vocabulary)]
    if not ideas:  # nothing but words that say nothing: then they are what is asked for
        ideas = [_Idea(word) for run in list_runs(text) for word in cut(run)]
    return list({idea.word: idea for idea in ideas}.values())


def _split_run(run: str, vocabulary: Vocabulary) -> list[_Idea]:
    """Known sayings and short names first, the longest at each place; what stands between them is cut into words.

    Particles are left out before, as they are in the sayings: 被别人的狗咬了 holds 狗咬.
    """
    run = strip_particles(run)
    edges = _list_edges(run)
    ideas: list[_Idea] = []
    start = place = 0
    while place < len(run):
        known = _find_known(run, place, edges, vocabulary)
        if known is None:
            place += 1
            continue
        ideas += _cut_rest(run[start:place], vocabulary)
        ideas.append(_name(known, vocabulary))
        start = place = place + len(known)
    return ideas + _cut_rest(run[start:], vocabulary)


def _list_edges(run: str) -> frozenset[int]:
    """Places between the words of the run."""
    edges, place = {0}, 0
    for word in cut(run):
        place += len(word)
        edges.add(place)
    return frozenset(edges)


_LONGEST_SAYING = 16


def _find_known(run: str, place: int, edges: frozenset[int], vocabulary: Vocabulary) -> str | None:
    """The longest saying or short name that begins there. One of two characters must be a word (人大 in 老人大病 is none)."""
    for length in range(min(_LONGEST_SAYING, len(run) - place), 0, -1):
        piece = run[place : place + length]
        if piece not in vocabulary.synonyms and piece not in vocabulary.short_names:
            continue
        if place in edges and (length >= _SHORTEST_FREE_MATCH or place + length in edges):
            return piece
    return None


def _cut_rest(rest: str, vocabulary: Vocabulary) -> list[_Idea]:
    """Words of what stands between sayings, without fillers, which may be made of several words (怎么办 of 怎么, 办)."""
    words = cut(rest)
    kept, place = [], 0
    while place < len(words):
        length = next(
            (n for n in range(_LONGEST_FILLER, 0, -1) if "".join(words[place : place + n]) in vocabulary.fillers), 0
        )
        if not length:
            kept.append(_name(words[place], vocabulary))
        place += max(length, 1)
    return kept


def _name(word: str, vocabulary: Vocabulary) -> _Idea:
    return _Idea(word, vocabulary.synonyms.get(word, ()), vocabulary.short_names.get(word, ""))


def _list_latin(text: str) -> list[str]:
    return [run for run in list_runs(text) if run.isascii() and run.isalpha()]


def _list_all_words(ideas: Iterable[_Idea], spelled: dict[str, list[str]]) -> set[str]:
    words = {word for idea in ideas for word in (idea.word, idea.law, *idea.synonyms) if word}
    return words | {word for found in spelled.values() for word in found}


def _make_group(
    idea: _Idea, spelled: dict[str, list[str]], counts: dict[str, int], vocabulary: Vocabulary
) -> TermGroup:
    alternatives = [Alternative(idea.word, terms_of_word(idea.word))]
    if idea.law:
        alternatives.append(Alternative(idea.law, terms_of_word(idea.law), _FULL_NAME_WEIGHT))
    # A word that no published page uses is the reader's own: then what it means in law is what he asks for.
    weight = _SYNONYM_WEIGHT if counts.get(idea.word) else 1.0
    alternatives += [Alternative(term, terms_of_word(term), weight) for term in idea.synonyms]
    for place, word in enumerate(spelled.get(idea.word, ())):
        alternatives.append(Alternative(word, terms_of_word(word), max(0.5, 0.95 - 0.08 * place)))
    return _rate_group(idea.word, alternatives[:_MOST_ALTERNATIVES], counts, vocabulary.entries)


def _rate_group(word: str, alternatives: list[Alternative], counts: dict[str, int], entries: int) -> TermGroup:
    """As rare as its first known alternative; a commoner one is worth as much less as it is commoner."""
    known = [each for each in alternatives if counts.get(each.text)]
    rarity = _rate(counts[known[0].text] if known else 0, entries, word)
    rated = tuple(
        replace(each, weight=each.weight * min(1.0, _rate(counts.get(each.text, 0), entries, each.text) / rarity))
        for each in alternatives
    )
    return TermGroup(rated, rarity, is_needed=bool(known) or not word.isalpha())


def _make_number_group(forms: Sequence[str]) -> TermGroup:
    """A number in running text may have other letters before it: each of its endings will do, the longer the better."""
    forms = [form for form in forms if len(form) == len(forms[0]) or not _ONE_LETTER.match(form)]
    return TermGroup(tuple(Alternative(form, (form,), 0.9**place) for place, form in enumerate(forms[:6])), rarity=12.0)


def _is_sentence(run: str, ideas: Sequence[_Idea]) -> bool:
    """Whether the run is longer than each of its words: then it may stand somewhere just as it is."""
    return run[0] > "z" and len(run) >= _SHORTEST_SENTENCE and all(idea.word != run for idea in ideas)


def _make_whole(run: str) -> TermGroup:
    """The run word for word: nobody need have it, but who has it is meant."""
    return TermGroup((Alternative(run, terms_of_word(run)),), rarity=_WHOLE_RARITY, is_needed=False)


def _rate(frequency: int, entries: int, word: str) -> float:
    """Inverse document frequency; a word that the catalogue's vocabulary lacks is taken for fairly rare."""
    if len(word) == 1:
        return 0.5
    total = max(entries, 1000)
    return log(1 + total / (frequency or total / 60 + 1))


def _mark_needed(groups: Sequence[TermGroup]) -> Iterable[TermGroup]:
    """Single characters, and words that the catalogue's vocabulary lacks, order the hits; alone they are needed all the same."""
    may_miss = [all(len(each.text) == 1 for each in group.alternatives) or not group.is_needed for group in groups]
    for group, free in zip(groups, may_miss, strict=True):
        yield replace(group, is_needed=not free or all(may_miss))


def _list_titles(text: str, ideas: Sequence[_Idea], spelled: dict[str, list[str]]) -> tuple[str, ...]:
    whole = to_short_key(text)
    laws = [idea.law for idea in ideas] + [words[0] for words in spelled.values()]
    return tuple(key for key in dict.fromkeys([whole, *laws]) if key)


def _list_also(groups: Iterable[TermGroup], folded: str) -> tuple[str, ...]:
    words = (each.text for group in groups for each in group.alternatives[1:4])
    return tuple(dict.fromkeys(word for word in words if word not in folded))


def _find_services(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    joined = "".join(list_runs(text))
    found = [service for word, service in vocabulary.services.items() if word in joined]
    return tuple(dict.fromkeys(found))


def _correct(rest: str, ideas: Sequence[_Idea], counts: dict[str, int], vocabulary: Vocabulary) -> str:
    """The query put right; '' where nothing seems wrong, or where what comes out holds unknown words as well."""
    known = {idea.word for idea in ideas if idea.synonyms or idea.law or counts.get(idea.word)}
    corrected = rest
    for run in list_runs(rest):
        if run[0] > "z" and run not in vocabulary.short_names:
            corrected = corrected.replace(run, sounds.correct(run, cut(run), known), 1)
    corrected = squeeze(corrected)
    return corrected if corrected != squeeze(rest) and _is_sound(corrected, vocabulary) else ""


# Characters that stand alone at the end of what law calls things.
_MAY_STAND_ALONE = frozenset("法条案罪权税证")


def _is_sound(text: str, vocabulary: Vocabulary) -> bool:
    """Whether the catalogue knows every word of the text: what comes out of a correction must be all right."""
    words = {word for run in list_runs(text) for word in cut(run)} - vocabulary.fillers
    counts = sounds.count_entries(words)
    singles = {word for word in words if len(word) == 1 and word.isalpha()}
    return singles <= _MAY_STAND_ALONE and all(
        counts.get(word) or word in vocabulary.synonyms for word in words - singles
    )
