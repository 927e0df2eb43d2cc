"""Drawing a paper by its rules from the bank. The source of chance is the system's, so that nobody foresees a paper."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

from legal_education.quiz.models import PaperRule, QuestionKind

from .items import Item
from .pool import Entry

KIND_ORDER = tuple(QuestionKind)
_chance = random.SystemRandom()


class BankTooSmall(RuntimeError):
    """The bank has too few questions for the rules; the text is for the organiser."""


def draw_paper(rules: Iterable[PaperRule], pool: Sequence[Entry], chance: random.Random = _chance) -> list[Item]:
    """Questions in the order of their kinds, mixed within; no question twice. Raises BankTooSmall."""
    taken: set[int] = set()
    by_kind: dict[str, list[Item]] = defaultdict(list)
    for rule in _particular_first(rules):
        found = [entry for entry in pool if _fits(entry, rule) and entry.question_id not in taken]
        if len(found) < rule.count:
            raise BankTooSmall(f"题库中的题目不够：{rule}，可用的只有 {len(found)} 题。")
        for entry in chance.sample(found, rule.count):
            taken.add(entry.question_id)
            by_kind[rule.kind].append(Item(entry.question_id, _mix(entry, chance), rule.points))
    return [item for kind in KIND_ORDER for item in _mixed(by_kind[kind], chance)]


def full_score_of(rules: Iterable[PaperRule]) -> int:
    """Points of a paper that has no mistake."""
    return sum(rule.count * rule.points for rule in rules)


def _particular_first(rules: Iterable[PaperRule]) -> list[PaperRule]:
    """A rule for any topic takes what those for one topic leave."""
    return sorted(rules, key=lambda rule: not rule.topic)


def _fits(entry: Entry, rule: PaperRule) -> bool:
    return entry.kind == rule.kind and rule.topic in ("", entry.topic)


def _mix(entry: Entry, chance: random.Random) -> tuple[int, ...]:
    """Right and wrong stay in their order: there is nothing to give away, and people expect it."""
    places = list(range(entry.option_count))
    if entry.kind != QuestionKind.TRUE_FALSE:
        chance.shuffle(places)
    return tuple(places)


def _mixed(items: list[Item], chance: random.Random) -> list[Item]:
    return chance.sample(items, len(items))
