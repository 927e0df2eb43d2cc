"""What each of the centre's word lists asks of a row: its one form, what is wrong with it, and which other rows it clashes with.

Texts are brought into one form before they are compared, so that a duplicate is known whatever its case, width or marks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from search.analysis.folding import clean, fold, squeeze, to_key, to_short_key
from search.analysis.vocabulary import split_words
from search.models import Abbreviation, BestBet, Direction, JudicialWord, Synonym

WordRow = Synonym | Abbreviation | JudicialWord | BestBet

_LONGEST_SAYING = 16  # the analyser looks for sayings and short names of at most so many characters
_LONGEST_TERM = 40
_WORD_LENGTHS = range(2, 13)  # words of other lengths are not taught to the cutter
_SHOWN_BETS = 3  # readers are shown so many recommendations
_LIST_MARKS = re.compile(r"[、，,;；/\r\n]+")
_NOT_IN_URL = re.compile(r"[\s\\\"'<>`{}|^]")


@dataclass(frozen=True)
class Rules:
    """Of one list: its key in the ledger, the fields that people write, their one form, and what is wrong with a row, by field."""

    key: str
    fields: tuple[str, ...]
    tidy: Callable[[Any], None]
    find_faults: Callable[[Any], Iterable[tuple[str, str]]]
    find_clashes: Callable[[Any, Iterable[Any]], Iterable[tuple[str, str]]]
    is_analysed: bool = True


def check_row(row: WordRow) -> None:
    """Bring the row into form. Raises ValidationError with the first fault of each field."""
    rules = RULES[type(row)]
    rules.tidy(row)
    faults = first_of_each([*find_long(row, rules.fields), *rules.find_faults(row)])
    if faults:
        raise ValidationError(faults)
    check_clashes(row)


def check_clashes(row: WordRow) -> None:
    """Compare with the other rows. Raises ValidationError with the first clash of each field."""
    others = type(row)._default_manager.exclude(pk=row.pk)
    faults = first_of_each(RULES[type(row)].find_clashes(row, others))
    if faults:
        raise ValidationError(faults)


def first_of_each(faults: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first fault of each field."""
    return dict(reversed(list(faults)))


def find_long(row: WordRow, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Faults of fields that are longer than their column."""
    for name in names:
        longest, length = getattr(row._meta.get_field(name), "max_length", None), len(getattr(row, name))
        if longest and length > longest:
            yield name, f"不能超过 {longest} 个字，现有 {length} 个。"


def _tidy_text(text: Any) -> str:
    return squeeze(clean(str(text)))


def _tidy_list(text: Any) -> str:
    """Words as they were written, each once, with 、 between them."""
    words: dict[str, str] = {}
    for word in map(squeeze, _LIST_MARKS.split(clean(str(text)))):
        if word:
            words.setdefault(to_key(word) or word, word)
    return "、".join(words.values())


def _find_list_fault(text: str, longest: int, shortest: int = 2) -> str:
    """What is wrong with a list of words; '' for nothing."""
    words = split_words(text)
    if not words:
        return "请至少填写一个词。"
    for word in words:
        if not to_key(word):
            return f"“{word}”里没有文字。"
        if len(to_key(word)) < shortest:
            return f"“{word}”只有一个字，会与大量无关的内容相配，请用两个字以上的词。"
        if len(word) > longest:
            return f"“{word[:longest]}…”超过 {longest} 个字，读者不会这样搜索，请缩短。"
    return ""


def tidy_synonym(row: Synonym) -> None:
    """Both lists in one form."""
    row.words, row.terms = _tidy_list(row.words), _tidy_list(row.terms)


def find_synonym_faults(row: Synonym) -> Iterator[tuple[str, str]]:
    """What is wrong with the synonym itself, by field."""
    for name, longest in (("words", _LONGEST_SAYING), ("terms", _LONGEST_TERM)):
        if fault := _find_list_fault(getattr(row, name), longest):
            yield name, fault
    words, terms = synonym_key(row)
    if len(words) == 1 and words == terms:
        yield "terms", "与“说法”相同，没有作用。"
    if row.direction not in Direction.values:
        yield "direction", "请选择单向或双向。"


def synonym_key(row: Synonym) -> tuple[frozenset[str], frozenset[str]]:
    """What two rows have in common that say the same."""
    return frozenset(split_words(row.words)), frozenset(split_words(row.terms))


def _find_same_synonyms(row: Synonym, others: Iterable[Synonym]) -> Iterator[tuple[str, str]]:
    key = synonym_key(row)
    for other in others:
        if synonym_key(other) == key:
            yield "words", f"已有同样的一条：{other}{_say_off(other)}。"


def _say_off(row: WordRow) -> str:
    return "" if row.is_active else "（已停用）"


def _tidy_abbreviation(row: Abbreviation) -> None:
    row.short, row.full = (_tidy_text(text).strip("《》 ") for text in (row.short, row.full))


def _find_abbreviation_faults(row: Abbreviation) -> Iterator[tuple[str, str]]:
    if fault := _find_word_fault(row.short):
        yield "short", fault
    elif len(fold(row.short)) > _LONGEST_SAYING:
        yield "short", f"简称不能超过 {_LONGEST_SAYING} 个字。"
    if not to_key(row.full):
        yield "full", "请填写法律的全称。"
    elif to_short_key(row.full) == to_key(row.short):
        yield "full", "全称与简称相同；“中华人民共和国”可以省略，不需要另设简称。"


def _find_word_fault(text: str) -> str:
    if not text:
        return "请填写。"
    if len(to_key(text)) < 2:
        return "至少两个字。"
    return "只能填写一个词，不能有空格和标点。" if not text.isalnum() else ""


def _find_name_clashes(row: Abbreviation, others: Iterable[Abbreviation]) -> Iterator[tuple[str, str]]:
    """A name leads to one law: it is no other's short name, and no other's title."""
    short, title = to_key(row.short), to_short_key(row.full)
    for other in others:
        other_title = to_short_key(other.full)
        if to_key(other.short) == short:
            yield "short", f"简称“{other.short}”已用于《{other.full}》{_say_off(other)}。"
        elif other_title == short and other_title != title:
            yield "short", f"“{row.short}”是《{other.full}》的名称，不能再指另一部法律。"
        elif to_key(other.short) == title and other_title != title:
            yield "full", f"“{row.full}”已是《{other.full}》的简称。"


def _tidy_word(row: JudicialWord) -> None:
    row.word = _tidy_text(row.word)


def _find_word_faults(row: JudicialWord) -> Iterator[tuple[str, str]]:
    if fault := _find_word_fault(row.word):
        yield "word", fault
    elif len(row.word) not in _WORD_LENGTHS:
        yield "word", f"专业词为 {_WORD_LENGTHS[0]} 至 {_WORD_LENGTHS[-1]} 个字，更长的不会起作用。"


def _find_same_words(row: JudicialWord, others: Iterable[JudicialWord]) -> Iterator[tuple[str, str]]:
    for other in others:
        if fold(other.word) == fold(row.word):
            yield "word", f"已有“{other.word}”{_say_off(other)}。"


def _tidy_best_bet(row: BestBet) -> None:
    row.words, row.title, row.summary = _tidy_list(row.words), _tidy_text(row.title), _tidy_text(row.summary)
    row.url = clean(str(row.url)).strip()


def _find_best_bet_faults(row: BestBet) -> Iterator[tuple[str, str]]:
    if fault := _find_list_fault(row.words, _LONGEST_TERM, shortest=1):
        yield "words", fault
    if not row.title:
        yield "title", "请填写标题。"
    if not _is_web_address(row.url):
        yield "url", "请填写以 http:// 或 https:// 开头的网址，或以一个 / 开头的站内路径；不能有空格和引号。"


def _is_web_address(url: str) -> bool:
    if _NOT_IN_URL.search(url):
        return False
    if url.startswith("/"):
        return not url.startswith("//")
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_plain and bool(re.fullmatch(r"[\w.-]+", parts.hostname or ""))


def _find_crowded_bets(row: BestBet, others: Iterable[BestBet]) -> Iterator[tuple[str, str]]:
    held = [(other, set(map(to_key, split_words(other.words)))) for other in others]
    for word in split_words(row.words):
        bets = [other for other, words in held if to_key(word) in words]
        if any(other.url == row.url for other in bets):
            yield "words", f"“{word}”已有指向同一网址的推荐。"
        elif row.is_active and sum(other.is_active for other in bets) >= _SHOWN_BETS:
            yield "words", f"“{word}”已有 {_SHOWN_BETS} 条推荐，读者最多看到 {_SHOWN_BETS} 条；请先停用一条。"


RULES: dict[type, Rules] = {
    Synonym: Rules("synonym", ("words", "terms", "direction"), tidy_synonym, find_synonym_faults, _find_same_synonyms),
    Abbreviation: Rules(
        "abbreviation", ("short", "full"), _tidy_abbreviation, _find_abbreviation_faults, _find_name_clashes
    ),
    JudicialWord: Rules("word", ("word",), _tidy_word, _find_word_faults, _find_same_words),
    BestBet: Rules(
        "best_bet",
        ("words", "title", "url", "summary"),
        _tidy_best_bet,
        _find_best_bet_faults,
        _find_crowded_bets,
        is_analysed=False,
    ),
}
