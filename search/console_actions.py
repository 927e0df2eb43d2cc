"""What the centre changes in search: its word lists, what it recommends, what readers are offered. All for the whole cluster.

Texts are brought into one form before they are compared, so that a duplicate is known whatever its case, width or marks.
Each change is written to the platform's chain; one that the analyser reads holds from the next search on.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.ledger import PLATFORM_CHAIN, record
from accounts.ledger_labels import register_action_labels, register_detail_labels
from search import counting
from search.analysis.folding import clean, fold, squeeze, to_key, to_short_key
from search.analysis.vocabulary import split_words
from search.catalogue_words import touch_vocabulary
from search.models import Abbreviation, BestBet, Direction, HotQuery, JudicialWord, Synonym, VocabularyVersion

WordRow = Synonym | Abbreviation | JudicialWord | BestBet
Row = TypeVar("Row", Synonym, Abbreviation, JudicialWord, BestBet)

MOST_LINES = 1000
"""Lines of one import."""

_LONGEST_SAYING = 16  # the analyser looks for sayings and short names of at most so many characters
_LONGEST_TERM = 40
_WORD_LENGTHS = range(2, 13)  # words of other lengths are not taught to the cutter
_SHOWN_BETS = 3  # readers are shown so many recommendations
_LIST_MARKS = re.compile(r"[、，,;；/\r\n]+")
_NOT_IN_URL = re.compile(r"[\s\\\"'<>`{}|^]")
_DIRECTIONS = {
    "": Direction.ONE,
    "one": Direction.ONE,
    "单向": Direction.ONE,
    "both": Direction.BOTH,
    "双向": Direction.BOTH,
}
_HEADS = frozenset({"说法", "群众用语", "words"})

_LABELS = {"synonym": "同义词", "abbreviation": "法律简称", "word": "专业词", "best_bet": "推荐结果"}
_VERBS = {"added": "添加", "changed": "修改", "switched": "启用或停用", "removed": "删除"}
register_action_labels(
    {f"search.{key}_{verb}": f"{say}{label}" for key, label in _LABELS.items() for verb, say in _VERBS.items()}
)
register_action_labels(
    {
        "search.synonyms_imported": "导入同义词",
        "search.hot_approved": "同意显示热门搜索",
        "search.hot_refused": "不显示热门搜索",
        "search.hot_proposed": "从统计中提取热门搜索",
    }
)
register_detail_labels(
    {
        "words": "说法",
        "terms": "查找",
        "direction": "方向",
        "short": "法律简称",
        "full": "法律全称",
        "word": "词",
        "title": "标题",
        "url": "网址",
        "summary": "摘要说明",
        "is_active": "启用",
        "rank": "排序",
    }
)


def add_row(row: Row, *, acting_user: Any) -> Row:
    """Add a synonym, abbreviation, word or best bet. Raises ValidationError by field."""
    rules = _RULES[type(row)]
    with transaction.atomic():
        _lock_lists()
        _check(row)
        row.save()
        record(f"search.{rules.key}_added", row, acting_user, _describe(row), chain=PLATFORM_CHAIN)
        _announce(rules)
    return row


def change_row(row: Row, values: Mapping[str, Any], *, acting_user: Any) -> bool:
    """Change those of the row's fields that `values` names; returns whether anything changed. Raises ValidationError by field."""
    rules = _RULES[type(row)]
    with transaction.atomic():
        _lock_lists()
        row = _read_again(row)
        before = _describe(row)
        for name in rules.fields:
            setattr(row, name, values.get(name, getattr(row, name)))
        _check(row)
        after = _describe(row)
        changed = [name for name in rules.fields if before[name] != after[name]]
        if changed:
            row.save()
            detail = {"from": {name: before[name] for name in changed}, "to": {name: after[name] for name in changed}}
            record(f"search.{rules.key}_changed", row, acting_user, detail, chain=PLATFORM_CHAIN)
            _announce(rules)
    return bool(changed)


def switch_row(row: Row, *, is_active: bool, acting_user: Any) -> bool:
    """Let the row hold, or not; returns whether that changed. Raises ValidationError by field."""
    rules = _RULES[type(row)]
    with transaction.atomic():
        _lock_lists()
        row = _read_again(row)
        if row.is_active == is_active:
            return False
        row.is_active = is_active
        if is_active:
            _check_clashes(row)
        row.save()
        record(f"search.{rules.key}_switched", row, acting_user, {"is_active": is_active}, chain=PLATFORM_CHAIN)
        _announce(rules)
    return True


def remove_row(row: WordRow, *, acting_user: Any) -> None:
    """Remove the row for good; the ledger keeps what it said. Raises ValidationError."""
    rules = _RULES[type(row)]
    with transaction.atomic():
        _lock_lists()
        row = _read_again(row)
        record(f"search.{rules.key}_removed", row, acting_user, _describe(row), chain=PLATFORM_CHAIN)
        row.delete()
        _announce(rules)


def _lock_lists() -> None:
    """One change at a time: what was compared with the other rows still holds when it is written."""
    VocabularyVersion.objects.get_or_create(pk=1)
    VocabularyVersion.objects.select_for_update().get(pk=1)


def _read_again(row: Any) -> Any:
    found = type(row)._default_manager.filter(pk=row.pk).first()
    if found is None:
        raise ValidationError("这一条已被他人删除。")
    return found


def _describe(row: WordRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _RULES[type(row)].fields}
    if isinstance(row, Synonym):
        values["direction"] = str(row.get_direction_display())
    return values


def _announce(rules: "_Rules") -> None:
    if rules.is_analysed:
        touch_vocabulary()


# --- What each list asks of a row ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rules:
    """Of one list: its key in the ledger, the fields that people write, their one form, and what is wrong with a row, by field."""

    key: str
    fields: tuple[str, ...]
    tidy: Callable[[Any], None]
    find_faults: Callable[[Any], Iterable[tuple[str, str]]]
    find_clashes: Callable[[Any, Iterable[Any]], Iterable[tuple[str, str]]]
    is_analysed: bool = True


def _check(row: WordRow) -> None:
    """Bring the row into form. Raises ValidationError with the first fault of each field."""
    rules = _RULES[type(row)]
    rules.tidy(row)
    faults = _first_of_each([*_find_long(row, rules.fields), *rules.find_faults(row)])
    if faults:
        raise ValidationError(faults)
    _check_clashes(row)


def _check_clashes(row: WordRow) -> None:
    others = type(row)._default_manager.exclude(pk=row.pk)
    faults = _first_of_each(_RULES[type(row)].find_clashes(row, others))
    if faults:
        raise ValidationError(faults)


def _first_of_each(faults: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(reversed(list(faults)))


def _find_long(row: WordRow, names: Iterable[str]) -> Iterator[tuple[str, str]]:
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


def _tidy_synonym(row: Synonym) -> None:
    row.words, row.terms = _tidy_list(row.words), _tidy_list(row.terms)


def _find_synonym_faults(row: Synonym) -> Iterator[tuple[str, str]]:
    for name, longest in (("words", _LONGEST_SAYING), ("terms", _LONGEST_TERM)):
        if fault := _find_list_fault(getattr(row, name), longest):
            yield name, fault
    words, terms = _synonym_key(row)
    if len(words) == 1 and words == terms:
        yield "terms", "与“说法”相同，没有作用。"
    if row.direction not in Direction.values:
        yield "direction", "请选择单向或双向。"


def _synonym_key(row: Synonym) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(split_words(row.words)), frozenset(split_words(row.terms))


def _find_same_synonyms(row: Synonym, others: Iterable[Synonym]) -> Iterator[tuple[str, str]]:
    key = _synonym_key(row)
    for other in others:
        if _synonym_key(other) == key:
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


_RULES: dict[type, _Rules] = {
    Synonym: _Rules(
        "synonym", ("words", "terms", "direction"), _tidy_synonym, _find_synonym_faults, _find_same_synonyms
    ),
    Abbreviation: _Rules(
        "abbreviation", ("short", "full"), _tidy_abbreviation, _find_abbreviation_faults, _find_name_clashes
    ),
    JudicialWord: _Rules("word", ("word",), _tidy_word, _find_word_faults, _find_same_words),
    BestBet: _Rules(
        "best_bet",
        ("words", "title", "url", "summary"),
        _tidy_best_bet,
        _find_best_bet_faults,
        _find_crowded_bets,
        is_analysed=False,
    ),
}


# --- Many synonyms at once ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineFault:
    """A line that was not taken: its number (from 1), the line itself, and why."""

    number: int
    line: str
    problem: str


@dataclass
class ImportReport:
    """What came of an import: rows added, how many were there before, and the lines that were not taken."""

    added: list[Synonym] = field(default_factory=list)
    known: int = 0
    faults: list[LineFault] = field(default_factory=list)


class LineRefused(ValueError):
    """A line that is no synonym; the text is for the reader."""


def import_synonyms(text: str, *, acting_user: Any) -> ImportReport:
    """Add the synonyms of a table pasted as text: 说法, 查找 and, if need be, 单向/双向, parted by tabs or commas.

    What is sound is added, what is not comes back line by line. Raises ValidationError for more than MOST_LINES lines.
    """
    lines = [(number, line) for number, line in enumerate(_list_lines(text), 1) if _is_content(number, line)]
    if len(lines) > MOST_LINES:
        raise ValidationError({"text": f"一次最多导入 {MOST_LINES} 行，现有 {len(lines)} 行，请分几次导入。"})
    report = ImportReport()
    with transaction.atomic():
        _lock_lists()
        taken = {_synonym_key(row): row for row in Synonym.objects.all()}
        for number, line in lines:
            _take_line(number, line, taken, report)
        if report.added:
            Synonym.objects.bulk_create(report.added)
            detail = {"added": [str(row) for row in report.added], "faults": len(report.faults)}
            record("search.synonyms_imported", None, acting_user, detail, chain=PLATFORM_CHAIN)
            touch_vocabulary()
    return report


def _list_lines(text: str) -> list[str]:
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).removeprefix("\ufeff").split("\n")


def _is_content(number: int, line: str) -> bool:
    is_head = number == 1 and re.split(r"[\t,]", line)[0].strip('" ').lower() in _HEADS
    return bool(line.strip()) and not line.lstrip().startswith("#") and not is_head


def _take_line(number: int, line: str, taken: dict[Any, Synonym], report: ImportReport) -> None:
    try:
        row = _read_line(line)
        same = taken.setdefault(_synonym_key(row), row)
        _refuse_contrary(row, same)
    except LineRefused as refusal:
        report.faults.append(LineFault(number, line, str(refusal)))
        return
    if same is row:
        report.added.append(row)
    else:
        report.known += 1


def _refuse_contrary(row: Synonym, same: Synonym) -> None:
    """Raises LineRefused where the row is known, but says something else."""
    if row.direction != same.direction or not same.is_active:
        raise LineRefused(f"已有同样的一条，但{'方向不同' if same.is_active else '已停用'}：请在列表中修改。")


def _read_line(line: str) -> Synonym:
    """The line's synonym, in form. Raises LineRefused."""
    cells = _split_line(line)
    if not 2 <= len(cells) <= 3:
        raise LineRefused(f"应有两列或三列（说法、查找、方向），这一行有 {len(cells)} 列；列内的词请用顿号分隔。")
    direction = _DIRECTIONS.get(cells[2].strip().lower() if len(cells) == 3 else "")
    if direction is None:
        raise LineRefused("第三列只能是“单向”或“双向”（或 one、both）；列内的词请用顿号分隔。")
    row = Synonym(words=cells[0], terms=cells[1], direction=direction)
    _tidy_synonym(row)
    faults = _first_of_each([*_find_long(row, ("words", "terms")), *_find_synonym_faults(row)])
    if faults:
        said = (f"{row._meta.get_field(name).verbose_name}：{fault}" for name, fault in faults.items())  # type: ignore[union-attr] # fields of ours
        raise LineRefused(" ".join(said))
    return row


def _split_line(line: str) -> list[str]:
    if "\t" in line:
        cells = line.split("\t")
    else:
        try:
            cells = next(csv.reader([line], strict=True))
        except csv.Error:
            raise LineRefused("引号没有配对。") from None
    while cells and not cells[-1].strip():
        cells.pop()
    return [cell.strip().strip('"') for cell in cells]


# --- Hot queries -------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve_hot_query(row: HotQuery, *, rank: int, acting_user: Any) -> None:
    """Offer the query to readers, at that place. Raises ValidationError for what may be somebody's own."""
    if not counting.normalise_query(row.query):
        raise ValidationError("这个词过长、过短或含有号码，不能向公众显示。")
    changed = HotQuery.objects.filter(pk=row.pk).exclude(is_approved=True, is_refused=False, rank=rank)
    if changed.update(is_approved=True, is_refused=False, rank=rank):
        record("search.hot_approved", row, acting_user, {"rank": rank}, chain=PLATFORM_CHAIN)


@transaction.atomic
def refuse_hot_query(row: HotQuery, *, acting_user: Any) -> None:
    """Do not offer the query; it is kept, so that it is not proposed again."""
    if HotQuery.objects.filter(pk=row.pk, is_refused=False).update(is_approved=False, is_refused=True):
        record("search.hot_refused", row, acting_user, chain=PLATFORM_CHAIN)


@transaction.atomic
def propose_hot_queries(*, acting_user: Any) -> int:
    """Put what was asked for most among those to be reviewed; returns how many are new."""
    count = counting.propose_hot_queries()
    if count:
        record("search.hot_proposed", None, acting_user, {"rows": count}, chain=PLATFORM_CHAIN)
    return count
