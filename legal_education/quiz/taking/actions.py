"""Writes of participants: entering, beginning, handing in. Answers are saved by `saving`."""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.crypto import blind_index
from legal_education.quiz.models import AnswerSaved, Attempt, Certificate, Participant, Question, Quiz, QuizPhase
from legal_education.quiz.models.bank import places_of
from legal_education.quiz.papers.drawing import draw_paper, full_score_of
from legal_education.quiz.papers.items import read_items, write_items
from legal_education.quiz.papers.marking import Marked, mark_paper
from legal_education.quiz.papers.pool import list_pool
from tenants.current import current_site

from .saving import Choice, Sitting, save_answers

_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class EntryRefused(ValueError):
    """Somebody cannot enter, or not begin; the text is for the reader."""


@dataclass(frozen=True)
class Entry:
    """What a participant says of himself, checked by the form."""

    name: str
    region: str
    unit: str
    phone: str
    key: str
    """Of the form: the same form sent twice is one entry."""


def phone_index_of(quiz: Quiz, phone: str) -> str:
    """Tells whether a telephone has entered this quiz of this site, and nothing about any other."""
    return blind_index(phone, f"legal_quiz:{current_site().schema_name}:{quiz.pk}")


@transaction.atomic
def enter(quiz: Quiz, entry: Entry, *, now: datetime) -> tuple[Participant, Attempt]:
    """Make the participant and hand out the first paper. Raises EntryRefused."""
    _require_running(quiz, now)
    index = phone_index_of(quiz, entry.phone)
    try:
        with transaction.atomic():
            participant = Participant.objects.create(
                quiz=quiz,
                name=entry.name,
                region=entry.region,
                unit=entry.unit,
                phone=entry.phone,
                phone_index=index,
                entry_key=entry.key,
            )
    except IntegrityError as error:
        same_form = Participant.objects.filter(quiz=quiz, phone_index=index, entry_key=entry.key).first()
        if same_form is None:
            raise EntryRefused("这个手机号已经报过名。请用参赛码继续答题。") from error
        return same_form, begin(quiz, same_form.pk, now=now)
    return participant, _hand_out(quiz, participant, now)


@transaction.atomic
def begin(quiz: Quiz, participant_id: int, *, now: datetime) -> Attempt:
    """The attempt that is open, else a new one. Raises EntryRefused, Participant.DoesNotExist."""
    # Two requests at a time of one person: the second waits, and finds what the first began.
    participant = Participant.objects.select_for_update(no_key=True).get(quiz=quiz, pk=participant_id)
    open_one = Attempt.objects.filter(participant=participant, submitted_at__isnull=True).first()
    if open_one is not None:
        if now <= open_one.deadline:
            return open_one
        hand_in(Sitting(quiz.pk, participant.pk, open_one.pk), now=now)
    _require_running(quiz, now)
    if Attempt.objects.filter(participant=participant, day=_day_of(now)).count() >= quiz.attempts_a_day:
        raise EntryRefused(f"今天的 {quiz.attempts_a_day} 次答题机会已经用完。")
    return _hand_out(quiz, participant, now)


def _require_running(quiz: Quiz, now: datetime) -> None:
    phase = quiz.phase_at(now)
    if phase == QuizPhase.UPCOMING:
        raise EntryRefused(f"活动还没有开始，{timezone.localtime(quiz.opens_at):%Y-%m-%d %H:%M} 开始答题。")
    if phase == QuizPhase.OVER:
        raise EntryRefused("活动已经结束，不能再答题。")


def _day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _hand_out(quiz: Quiz, participant: Participant, now: datetime) -> Attempt:
    rules = list(quiz.rules.all())
    return Attempt.objects.create(
        quiz=quiz,
        participant=participant,
        paper=write_items(draw_paper(rules, list_pool(rules))),
        day=_day_of(now),
        started_at=now,
        deadline=min(now + timedelta(minutes=quiz.minutes), quiz.closes_at),
        full_score=full_score_of(rules),
    )


@transaction.atomic
def hand_in(sitting: Sitting, *, now: datetime, choices: Mapping[int, Choice] | None = None) -> Attempt:
    """Mark the attempt by what was saved, with `choices` saved first where there is still time.

    An attempt that was handed in stays as it is: to hand in twice is harmless. Past the deadline what was saved before
    counts, and the time is the whole. Raises Attempt.DoesNotExist.
    """
    # Before anything is saved: two requests that both held the row for sharing would wait for each other for ever.
    attempts = Attempt.objects.select_related("quiz").select_for_update(no_key=True, of=("self",))
    attempt = attempts.get(pk=sitting.attempt_id, participant_id=sitting.participant_id, quiz_id=sitting.quiz_id)
    if attempt.submitted_at is None:
        if choices:
            save_answers(sitting, choices, now=now)
        _finish(attempt, min(now, attempt.deadline))
    return attempt


def _finish(attempt: Attempt, at: datetime) -> None:
    marked = mark_attempt(attempt)
    attempt.submitted_at, attempt.score, attempt.marks = at, marked.score, marked.to_text()
    attempt.seconds = math.ceil((at - attempt.started_at).total_seconds())
    before = Attempt.objects.filter(participant_id=attempt.participant_id, is_best=True).first()
    attempt.is_best = before is None or _is_better(attempt, before)
    if before is not None and attempt.is_best:
        Attempt.objects.filter(pk=before.pk).update(is_best=False)
    attempt.save(update_fields=["submitted_at", "score", "marks", "seconds", "is_best"])
    if attempt.is_best:
        _certify(attempt, at)


def mark_attempt(attempt: Attempt) -> Marked:
    """The marks of what is saved."""
    items = read_items(attempt.paper)
    questions = Question.objects.filter(pk__in=[item.question_id for item in items]).order_by()
    right = {pk: places_of(answer) for pk, answer in questions.values_list("pk", "answer")}
    chosen = dict(AnswerSaved.objects.filter(attempt=attempt).order_by().values_list("position", "chosen"))
    return mark_paper(items, right, chosen)


def _is_better(attempt: Attempt, before: Attempt) -> bool:
    """More points; of as many, less time."""
    return (-(attempt.score or 0), attempt.seconds or 0) < (-(before.score or 0), before.seconds or 0)


def _certify(attempt: Attempt, at: datetime) -> None:
    least = attempt.quiz.certificate_score
    if (attempt.score or 0) < (attempt.full_score if least is None else least):
        return
    # One statement: whoever has a certificate keeps its code, now for the better attempt.
    new = Certificate(participant_id=attempt.participant_id, attempt=attempt, code=_new_code(), issued_at=at)
    Certificate.objects.bulk_create(
        [new], update_conflicts=True, unique_fields=["participant"], update_fields=["attempt"]
    )


def _new_code() -> str:
    """Sixty bits: nobody finds one by trying."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def finish_overdue(*, now: datetime, quiz: Quiz | None = None) -> int:
    """Mark the attempts that nobody handed in before their time was up. Returns how many."""
    overdue = Attempt.objects.filter(submitted_at__isnull=True, deadline__lt=now)
    if quiz is not None:
        overdue = overdue.filter(quiz=quiz)
    sittings = [Sitting(*row) for row in overdue.values_list("quiz_id", "participant_id", "pk")]
    for sitting in sittings:
        hand_in(sitting, now=now)
    return len(sittings)
