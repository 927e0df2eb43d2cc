"""A question as somebody wrote it, by form or in a workbook, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from legal_education.quiz.models import QuestionKind
from legal_education.quiz.models.bank import LETTERS, TRUE_FALSE_OPTIONS
from site_core.leaving import is_address

LONGEST = {"text": 500, "law": 200, "law_url": 300, "explanation": 1000, "topic": 30}
LONGEST_OPTION = 200
_LABELS = {"text": "题目", "law": "法律依据", "law_url": "链接", "explanation": "解析", "topic": "主题"}


@dataclass(frozen=True)
class QuestionDraft:
    """What a question consists of; `options` is empty for true or false, whose options are always the same."""

    kind: str
    text: str
    options: tuple[str, ...]
    answer: str
    law: str
    explanation: str
    law_url: str = ""
    topic: str = ""

    @property
    def all_options(self) -> tuple[str, ...]:
        """As they are shown."""
        return TRUE_FALSE_OPTIONS if self.kind == QuestionKind.TRUE_FALSE else self.options

    def to_fields(self) -> dict[str, Any]:
        """For the model."""
        return {**asdict(self), "options": list(self.all_options)}


def find_faults(draft: QuestionDraft) -> Iterator[tuple[str, str]]:
    """(field, what is wrong), in words for the person who wrote it."""
    for name in ("text", "law", "explanation"):
        if not getattr(draft, name):
            yield name, f"缺少{_LABELS[name]}。"
    for name, longest in LONGEST.items():
        if len(getattr(draft, name)) > longest:
            yield name, f"{_LABELS[name]}超过 {longest} 字。"
    if draft.law_url and not is_address(draft.law_url):
        yield "law_url", "链接须以 / 或 http 开头。"
    if draft.kind != QuestionKind.TRUE_FALSE:
        yield from _find_option_faults(draft.options)
    yield from _find_answer_faults(draft)


def _find_option_faults(options: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(options) < 2:
        yield "options", "至少要有两个选项。"
    if len(options) > len(LETTERS):
        yield "options", f"最多 {len(LETTERS)} 个选项。"
    if any(not option for option in options):
        yield "options", "选项不能空着，中间也不能跳过。"
    if any(len(option) > LONGEST_OPTION for option in options):
        yield "options", f"选项超过 {LONGEST_OPTION} 字。"
    given = [option for option in options if option]
    if len(set(given)) < len(given):
        yield "options", "有两个选项一样。"


def _find_answer_faults(draft: QuestionDraft) -> Iterator[tuple[str, str]]:
    offered = LETTERS[: len(draft.all_options)]
    if not draft.answer:
        yield "answer", "缺少答案。"
    elif any(letter not in offered for letter in draft.answer):
        yield "answer", f"答案“{draft.answer}”不在选项 {'、'.join(offered)} 之中。"
    elif draft.kind == QuestionKind.MULTIPLE and len(draft.answer) < 2:
        yield "answer", "多选题的答案至少两个；只有一个的请改为单选题。"
    elif draft.kind != QuestionKind.MULTIPLE and len(draft.answer) != 1:
        yield "answer", f"{QuestionKind(draft.kind).label}只能有一个答案。"
