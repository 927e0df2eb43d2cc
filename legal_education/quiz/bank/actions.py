"""Writes of the bank: checked, atomic, in the ledger."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.ledger import record
from accounts.models import User
from legal_education.quiz.models import BankImport, Question
from legal_education.quiz.models.bank import fingerprint_of
from legal_education.quiz.permissions import user_can_prepare
from legal_education.workbooks import CellError

from .drafts import QuestionDraft, find_faults
from .sheet import read_sheet

_ASKED = ("kind", "text", "options", "answer")
DOUBLE = "题库里已经有这道题。"


def _authorise(acting_user: User) -> None:
    if not user_can_prepare(acting_user):
        raise PermissionDenied


def _check(draft: QuestionDraft, *, besides: int | None = None) -> None:
    faults: dict[str, list[str]] = {}
    for name, message in find_faults(draft):
        faults.setdefault(name, []).append(message)
    if "text" not in faults and _is_known(draft, besides):
        faults["text"] = [DOUBLE]
    if faults:
        raise ValidationError(faults)


def _is_known(draft: QuestionDraft, besides: int | None) -> bool:
    same = Question.objects.filter(fingerprint=fingerprint_of(draft.kind, draft.text), is_active=True)
    return same.exclude(pk=besides or 0).exists()


@transaction.atomic
def add_question(draft: QuestionDraft, *, acting_user: User) -> Question:
    """Put it into the bank. Raises ValidationError (by field), PermissionDenied."""
    _authorise(acting_user)
    _check(draft)
    question = Question.objects.create(**draft.to_fields())
    record("quiz.question_added", question, acting_user)
    return question


@transaction.atomic
def change_question(question: Question, draft: QuestionDraft, *, acting_user: User) -> Question:
    """Change it. Where what is asked changes, the old one is retired and a new one stands in its place: papers that were
    drawn keep what they asked. Raises as `add_question`.
    """
    _authorise(acting_user)
    question = Question.objects.select_for_update().get(pk=question.pk)
    _check(draft, besides=question.pk)
    fields = draft.to_fields()
    if all(getattr(question, name) == fields[name] for name in _ASKED):
        for name, value in fields.items():
            setattr(question, name, value)
        question.save()
        record("quiz.question_changed", question, acting_user)
        return question
    Question.objects.filter(pk=question.pk).update(is_active=False)
    changed = Question.objects.create(**fields)
    record("quiz.question_changed", changed, acting_user, {"replaces_question": question.pk})
    return changed


@transaction.atomic
def set_in_use(question: Question, in_use: bool, *, acting_user: User) -> None:
    """Retire it, or take it back into use. Raises ValidationError where an equal one is in use, PermissionDenied."""
    _authorise(acting_user)
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.is_active == in_use:
        return
    if in_use and Question.objects.filter(fingerprint=question.fingerprint, is_active=True).exists():
        raise ValidationError(DOUBLE)
    question.is_active = in_use
    question.save(update_fields=["is_active", "fingerprint"])
    record("quiz.question_taken_up" if in_use else "quiz.question_retired", question, acting_user)


@transaction.atomic
def import_sheet(file: IO[bytes], file_name: str, *, acting_user: User) -> tuple[int, BankImport | None]:
    """(how many were imported, None), or, where anything is wrong, (0, what waits for a word): then nothing is imported.

    Raises SheetUnreadable, PermissionDenied.
    """
    _authorise(acting_user)
    found = read_sheet(file)
    known = _list_known([draft for _, draft in found.drafts])
    errors = [*found.errors]
    for row, draft in found.drafts:
        if fingerprint_of(draft.kind, draft.text) in known:
            errors.append(CellError(row, "题目", "", DOUBLE))
    right = [draft for _, draft in found.drafts if fingerprint_of(draft.kind, draft.text) not in known]
    if errors:
        errors.sort(key=lambda error: (error.row, error.letter))
        waiting = BankImport.objects.create(
            file_name=file_name[:255],
            rows=[asdict(draft) for draft in right],
            errors=[asdict(error) for error in errors],
            made_by=acting_user,
        )
        return 0, waiting
    return _add_all(right, file_name, acting_user), None


def _list_known(drafts: list[QuestionDraft]) -> set[str]:
    prints = [fingerprint_of(draft.kind, draft.text) for draft in drafts]
    known = Question.objects.filter(is_active=True, fingerprint__in=prints)
    return set(known.values_list("fingerprint", flat=True))


@transaction.atomic
def import_right_rows(waiting: BankImport, *, acting_user: User) -> int:
    """Import what was right, leave the rest; the import is over. Raises PermissionDenied."""
    _authorise(acting_user)
    waiting = BankImport.objects.select_for_update().get(pk=waiting.pk)
    drafts = [_read_draft(row) for row in waiting.rows]
    known = _list_known(drafts)  # somebody may have been quicker
    fresh = [draft for draft in drafts if fingerprint_of(draft.kind, draft.text) not in known]
    count = _add_all(fresh, waiting.file_name, acting_user)
    waiting.delete()
    return count


def _read_draft(row: dict[str, Any]) -> QuestionDraft:
    return QuestionDraft(**{**row, "options": tuple(row["options"])})


def _add_all(drafts: Iterable[QuestionDraft], file_name: str, acting_user: User) -> int:
    questions = [Question(**draft.to_fields()) for draft in drafts]
    for question in questions:
        question.fingerprint = fingerprint_of(question.kind, question.text)
    Question.objects.bulk_create(questions, batch_size=500)
    record(
        "quiz.questions_imported",
        None,
        acting_user,
        {"question_file": file_name[:100], "question_count": len(questions)},
    )
    return len(questions)
