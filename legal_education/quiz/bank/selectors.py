"""Reads of the bank."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from legal_education.quiz.models import BankImport, Question, QuestionKind


def list_questions(*, words: str = "", kind: str = "", topic: str = "", retired: bool = False) -> QuerySet[Question]:
    """The bank, the newest first."""
    found = Question.objects.filter(is_active=not retired)
    for word in words.split():
        found = found.filter(Q(text__icontains=word) | Q(law__icontains=word) | Q(topic__icontains=word))
    if kind in QuestionKind.values:
        found = found.filter(kind=kind)
    return found.filter(topic=topic) if topic else found


def list_topics() -> list[str]:
    """Topics of questions in use."""
    found = Question.objects.filter(is_active=True).exclude(topic="").order_by("topic")
    return list(found.values_list("topic", flat=True).distinct())


@dataclass(frozen=True)
class Stock:
    """How many questions in use there are of a topic, by kind in the order of `QuestionKind`."""

    topic: str
    counts: list[int]


def list_stock() -> list[Stock]:
    """By topic; what has none comes last."""
    rows = Question.objects.filter(is_active=True).values("topic", "kind").annotate(count=Count("pk")).order_by()
    counts = {(row["topic"], row["kind"]): row["count"] for row in rows}
    topics = sorted({topic for topic, _ in counts}, key=lambda topic: (not topic, topic))
    return [Stock(topic, [counts.get((topic, kind), 0) for kind in QuestionKind.values]) for topic in topics]


def list_own_imports(user: User) -> QuerySet[BankImport]:
    """Imports of the person that wait for a word."""
    return BankImport.objects.filter(made_by=user).order_by("-pk")
