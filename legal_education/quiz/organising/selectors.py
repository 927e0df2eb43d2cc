"""Reads of organisers."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from legal_education.quiz.models import Attempt, Participant, Question, Quiz
from legal_education.quiz.papers.drawing import draw_paper
from legal_education.quiz.papers.pool import list_pool
from legal_education.quiz.results.ranking import list_best
from legal_education.quiz.taking.selectors import MarkedQuestion, mark_questions


def list_quizzes() -> QuerySet[Quiz]:
    """All, with how many people entered (`people`)."""
    entered = Participant.objects.filter(quiz=OuterRef("pk")).order_by().values("quiz")
    return Quiz.objects.annotate(people=Coalesce(Subquery(entered.annotate(count=Count("pk")).values("count")), 0))


def list_results(quiz: Quiz, words: str) -> QuerySet[Attempt]:
    """Best attempts in the order of their places, of people whose name, region or unit has the words."""
    found = list_best(quiz)
    for word in words.split():
        found = found.filter(participant__in=_find_people(quiz, word))
    return found


def _find_people(quiz: Quiz, word: str) -> QuerySet[Participant]:
    people = Participant.objects.filter(quiz=quiz)
    return (
        people.filter(name__icontains=word)
        | people.filter(region__icontains=word)
        | people.filter(unit__icontains=word)
    )


def draw_preview(quiz: Quiz) -> list[MarkedQuestion]:
    """A paper as somebody might get it, with its answers. Raises BankTooSmall. Nothing is kept of it."""
    rules = list(quiz.rules.all())
    items = draw_paper(rules, list_pool(rules))
    questions = Question.objects.in_bulk([item.question_id for item in items])
    return mark_questions(items, questions, {}, "")
