"""Reads for participants: public quizzes, one's own attempts, a paper as it is shown, a result with explanations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from legal_education.quiz.models import (
    AnswerSaved,
    Attempt,
    Certificate,
    Participant,
    Question,
    QuestionKind,
    Quiz,
    QuizState,
)
from legal_education.quiz.models.bank import LETTERS
from legal_education.quiz.papers.items import Item, read_items

_LABELS = dict(QuestionKind.choices)


def list_public_quizzes() -> QuerySet[Quiz]:
    """What readers see, the newest first."""
    return Quiz.objects.filter(state=QuizState.PUBLISHED)


def find_participant(quiz: Quiz, participant_id: int | None) -> Participant | None:
    """The person of a ticket."""
    return Participant.objects.filter(quiz=quiz, pk=participant_id).first() if participant_id else None


def list_attempts(participant: Participant) -> QuerySet[Attempt]:
    """The person's attempts, the newest first."""
    return Attempt.objects.filter(participant=participant).order_by("-pk")


def count_left_today(participant: Participant, quiz: Quiz, now: datetime) -> int:
    """How often the person may still begin today."""
    begun = Attempt.objects.filter(participant=participant, day=timezone.localtime(now).date()).count()
    return max(0, quiz.attempts_a_day - begun)


def find_certificate(participant: Participant) -> Certificate | None:
    """The person's certificate."""
    return Certificate.objects.select_related("attempt", "participant").filter(participant=participant).first()


@dataclass(frozen=True)
class ShownOption:
    """An option under the letter at which it stands on this paper."""

    letter: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownQuestion:
    """A question of a paper, without a word of what is right."""

    position: int
    kind: str
    kind_label: str
    text: str
    points: int
    options: list[ShownOption]
    turn: int

    @property
    def number(self) -> int:
        """As people count."""
        return self.position + 1

    @property
    def is_multiple(self) -> bool:
        """Whether several may be chosen."""
        return self.kind == QuestionKind.MULTIPLE

    @property
    def is_answered(self) -> bool:
        """Whether something is chosen."""
        return any(option.is_chosen for option in self.options)


def list_shown_questions(attempt: Attempt) -> list[ShownQuestion]:
    """The paper with what is saved of it: two queries, and no model made of what they say."""
    items = read_items(attempt.paper)
    # The answers and explanations are not even read.
    questions = Question.objects.filter(pk__in=[item.question_id for item in items]).order_by()
    asked = {pk: rest for pk, *rest in questions.values_list("pk", "kind", "text", "options")}
    answers = AnswerSaved.objects.filter(attempt=attempt).order_by().values_list("position", "chosen", "turn")
    saved = {position: (chosen, turn) for position, chosen, turn in answers}
    return [
        _show(position, item, asked[item.question_id], saved.get(position, ("", 0)))
        for position, item in enumerate(items)
    ]


def _show(position: int, item: Item, asked: Sequence[Any], saved: tuple[str, int]) -> ShownQuestion:
    kind, text, options = asked
    chosen, turn = saved
    lines = _show_options(item, options, chosen)
    return ShownQuestion(position, kind, _LABELS[kind], text, item.points, lines, turn)


def _show_options(item: Item, options: Sequence[str], chosen: str) -> list[ShownOption]:
    return [
        ShownOption(letter, options[place], letter in chosen)
        for letter, place in zip(LETTERS, item.order, strict=False)
    ]


@dataclass(frozen=True)
class MarkedQuestion:
    """A question of a paper that was handed in: with the right answer and why."""

    number: int
    question: Question
    kind_label: str
    options: list[ShownOption]
    chosen: str
    right: str
    is_right: bool
    points: int


def list_marked_questions(attempt: Attempt) -> list[MarkedQuestion]:
    """The result of an attempt, question by question. Raises ValueError for one that is not handed in."""
    if attempt.submitted_at is None:
        raise ValueError("the attempt is under way")
    items = read_items(attempt.paper)
    questions = Question.objects.in_bulk([item.question_id for item in items])
    chosen = dict(AnswerSaved.objects.filter(attempt=attempt).values_list("position", "chosen"))
    return mark_questions(items, questions, chosen, attempt.marks)


def mark_questions(
    items: Sequence[Item], questions: Mapping[int, Question], chosen: Mapping[int, str], marks: str
) -> list[MarkedQuestion]:
    """Questions of a paper with their answers; `marks` as in `Attempt.marks`, or '' for none."""
    return [
        _mark(
            position, item, questions[item.question_id], chosen.get(position, ""), marks[position : position + 1] == "1"
        )
        for position, item in enumerate(items)
    ]


def _mark(position: int, item: Item, question: Question, chosen: str, is_right: bool) -> MarkedQuestion:
    return MarkedQuestion(
        position + 1,
        question,
        _LABELS[question.kind],
        _show_options(item, question.options, chosen),
        chosen,
        item.letters_of(question.right),
        is_right,
        item.points,
    )


@dataclass(frozen=True)
class QuizFacts:
    """What a quiz's page says of its paper."""

    question_count: int
    full_score: int


def get_facts(quiz: Quiz) -> QuizFacts:
    """From its rules."""
    rules = list(quiz.rules.all())
    return QuizFacts(sum(rule.count for rule in rules), sum(rule.count * rule.points for rule in rules))
