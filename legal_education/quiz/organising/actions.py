"""Writes of organisers: checked, atomic, in the ledger."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.ledger import record
from accounts.models import User
from legal_education.quiz.models import Attempt, PaperRule, Quiz, QuizState
from legal_education.quiz.papers.drawing import BankTooSmall, draw_paper, full_score_of
from legal_education.quiz.papers.pool import list_pool
from legal_education.quiz.permissions import user_can_prepare, user_can_run

Rule = tuple[str, str, int, int]
"""Kind, topic, count, points."""
_FIXED_BY_PAPERS = ("minutes", "certificate_score")
_FIXED_BY_DRAW = ("prizes", "closes_at")


class QuizRefused(ValueError):
    """A change that the quiz does not allow (any more); the text is for the organiser."""


@transaction.atomic
def save_quiz(quiz: Quiz, rules: Sequence[Rule], *, acting_user: User) -> Quiz:
    """Make the quiz (unsaved) or change it, with its rules. Raises QuizRefused, PermissionDenied.

    Once papers were handed out, rules, time and the line for certificates stay: everybody sits the same quiz.
    """
    if not user_can_prepare(acting_user) or (quiz.state != QuizState.DRAFT and not user_can_run(acting_user)):
        raise PermissionDenied
    is_new = quiz.pk is None
    before = None if is_new else Quiz.objects.select_for_update().get(pk=quiz.pk)
    if before is not None:
        _check_changes(before, quiz, rules)
    _check_sense(quiz, rules)
    quiz.save()
    if before is None or _list_rules(quiz) != list(rules):
        quiz.rules.all().delete()
        for kind, topic, count, points in rules:
            PaperRule.objects.create(quiz=quiz, kind=kind, topic=topic, count=count, points=points)
    record("quiz.made" if is_new else "quiz.changed", quiz, acting_user)
    return quiz


def _check_changes(before: Quiz, after: Quiz, rules: Sequence[Rule]) -> None:
    is_other_paper = _list_rules(before) != list(rules) or _differs(before, after, _FIXED_BY_PAPERS)
    if is_other_paper and Attempt.objects.filter(quiz=before).exists():
        raise QuizRefused("已经有人答题，组卷规则、答题时限和证书分数线不能再改。")
    if hasattr(before, "draw") and _differs(before, after, _FIXED_BY_DRAW):
        raise QuizRefused("已经抽奖，奖项和结束时间不能再改。")


def _differs(before: Quiz, after: Quiz, names: Sequence[str]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _list_rules(quiz: Quiz) -> list[Rule]:
    return [(rule.kind, rule.topic, rule.count, rule.points) for rule in quiz.rules.all()]


def _check_sense(quiz: Quiz, rules: Sequence[Rule]) -> None:
    if not rules:
        raise QuizRefused("请至少填写一条组卷规则。")
    if len({(kind, topic) for kind, topic, _, _ in rules}) < len(rules):
        raise QuizRefused("同一题型、同一主题只能有一条组卷规则。")
    if sum(count for _, _, count, _ in rules) > 100:
        raise QuizRefused("一份试卷最多 100 题。")
    if quiz.closes_at <= quiz.opens_at:
        raise QuizRefused("结束时间须在开始时间之后。")
    full = sum(count * points for _, _, count, points in rules)
    if quiz.certificate_score is not None and not 0 < quiz.certificate_score <= full:
        raise QuizRefused(f"证书分数线须在 1 和满分 {full} 之间。")
    if quiz.prizes.strip() and not quiz.seed_source.strip():
        raise QuizRefused("设了奖项，请写明抽奖种子的来源，并在活动前公布。")


@transaction.atomic
def publish_quiz(quiz: Quiz, *, acting_user: User) -> None:
    """Show it to readers. Raises QuizRefused where no paper can be drawn, PermissionDenied."""
    _authorise_run(acting_user)
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    if quiz.state == QuizState.PUBLISHED:
        return
    rules = list(quiz.rules.all())
    try:
        draw_paper(rules, list_pool(rules))
    except BankTooSmall as problem:
        raise QuizRefused(str(problem)) from problem
    _set_state(quiz, QuizState.PUBLISHED, "quiz.published", acting_user, full_score=full_score_of(rules))


@transaction.atomic
def withdraw_quiz(quiz: Quiz, *, acting_user: User) -> None:
    """Take it off the site; all that was answered is kept. Raises PermissionDenied."""
    _authorise_run(acting_user)
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    if quiz.state == QuizState.PUBLISHED:
        _set_state(quiz, QuizState.WITHDRAWN, "quiz.withdrawn", acting_user)


def _authorise_run(acting_user: User) -> None:
    if not user_can_run(acting_user):
        raise PermissionDenied


def _set_state(quiz: Quiz, state: QuizState, action: str, acting_user: User, **detail: Any) -> None:
    quiz.state = state
    quiz.save(update_fields=["state"])
    record(action, quiz, acting_user, detail)


def note_export(quiz: Quiz, *, acting_user: User) -> None:
    """Personal data leave the site: the ledger knows. Raises PermissionDenied."""
    _authorise_run(acting_user)
    record("quiz.exported", quiz, acting_user)
