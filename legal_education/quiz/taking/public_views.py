"""The list of quizzes and a quiz's own page: the same for everybody, so the page cache may keep them."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from legal_education.quiz.models import Quiz
from site_core import reading

from .selectors import get_facts, list_public_quizzes


@require_safe
@transaction.non_atomic_requests
def show_list(request: HttpRequest) -> HttpResponse:
    """`/pufa/quiz/`: all quizzes."""
    quizzes = list(list_public_quizzes())
    _hold_until_phases_change(quizzes)
    return render(request, "quiz/list.html", {"quizzes": quizzes})


@require_safe
@transaction.non_atomic_requests
def show_quiz(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """`/pufa/quiz/<id>/`: what it is about, its rules, the way in."""
    quiz = get_object_or_404(list_public_quizzes(), pk=quiz_id)
    _hold_until_phases_change([quiz])
    draw = getattr(quiz, "draw", None)
    return render(
        request, "quiz/quiz.html", {"quiz": quiz, "facts": get_facts(quiz), "draw": draw, "prizes": quiz.list_prizes()}
    )


def _hold_until_phases_change(quizzes: list[Quiz]) -> None:
    now = timezone.now()
    for moment in (moment for quiz in quizzes for moment in (quiz.opens_at, quiz.closes_at)):
        if moment > now:
            reading.hold_until(moment)
