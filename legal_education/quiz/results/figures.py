"""What the organiser wants to know: how many, when, how well, and which questions were hard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncDate

from legal_education.quiz.models import Attempt, Participant, Question, Quiz
from site_core.charts import load_pygal, make_style, render
from tenants.connection import connection

_COLOURS = ("#2f6fb2",)
_WIDE, _NARROW = (900, 320), (360, 300)
BANDS = 10
HARDEST = 10
_BY_QUESTION = """
    SELECT (item.value ->> 0)::bigint AS question, count(*), count(*) FILTER (WHERE substr(marks, item.place::int, 1) = '1')
    FROM legal_quiz_attempt, jsonb_array_elements(paper) WITH ORDINALITY AS item (value, place)
    WHERE quiz_id = %s AND submitted_at IS NOT NULL
    GROUP BY 1
"""


@dataclass(frozen=True)
class Figures:
    """Of a quiz, as it stands now; points are those of each person's best attempt."""

    people: int
    attempts: int
    finished_people: int
    average: float
    full: int
    certificates: int


def get_figures(quiz: Quiz) -> Figures:
    """Three queries."""
    best = Attempt.objects.filter(quiz=quiz, is_best=True).aggregate(
        people=Count("pk"),
        average=Avg("score"),
        full=Count("pk", filter=Q(score=F("full_score"))),
        certificates=Count("participant__certificate"),
    )
    return Figures(
        people=Participant.objects.filter(quiz=quiz).count(),
        attempts=Attempt.objects.filter(quiz=quiz).count(),
        finished_people=best["people"],
        average=round(best["average"] or 0, 1),
        full=best["full"],
        certificates=best["certificates"],
    )


def count_by_day(quiz: Quiz) -> list[tuple[date, int]]:
    """People who entered, day by day."""
    found = Participant.objects.filter(quiz=quiz).annotate(day=TruncDate("created_at")).values("day")
    return [(row["day"], row["people"]) for row in found.annotate(people=Count("pk")).order_by("day")]


def count_by_band(quiz: Quiz) -> list[tuple[str, int]]:
    """People by tenths of the full score, the full score by itself."""
    counts = [0] * (BANDS + 1)
    best = Attempt.objects.filter(quiz=quiz, is_best=True).values_list("score", "full_score")
    for score, full_score in best:
        counts[(score or 0) * BANDS // full_score if full_score else 0] += 1
    labels = [f"{band * 10}%—{band * 10 + 9}%" for band in range(BANDS)] + ["满分"]
    return list(zip(labels, counts, strict=True))


@dataclass(frozen=True)
class QuestionRow:
    """How a question was answered."""

    question: Question
    asked: int
    right: int

    @property
    def percent(self) -> float:
        """Answered rightly, in the hundred."""
        return round(100 * self.right / self.asked, 1) if self.asked else 0.0


def list_by_question(quiz: Quiz) -> list[QuestionRow]:
    """The hardest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_QUESTION, [quiz.pk])
        rows = cursor.fetchall()
    questions = Question.objects.in_bulk([question_id for question_id, _, _ in rows])
    found = [QuestionRow(questions[question_id], asked, right) for question_id, asked, right in rows]
    return sorted(found, key=lambda row: (row.percent, -row.asked, row.question.pk))


def draw_bars(rows: Sequence[tuple[Any, int]], title: str, *, is_narrow: bool = False) -> bytes:
    """Bars with their labels, as SVG for an `<img>`."""
    width, height = _NARROW if is_narrow else _WIDE
    size = 11 if is_narrow else 13
    chart = load_pygal().Bar(
        js=[],
        style=make_style(_COLOURS, label_font_size=size, title_font_size=size + 2, background="#ffffff"),
        width=width,
        height=height,
        title=title,
        show_legend=False,
        truncate_label=-1,
        x_label_rotation=40 if is_narrow or len(rows) > 12 else 0,
        formatter=lambda value: f"{value:,.0f}",
    )
    chart.x_labels = [f"{label:%m-%d}" if isinstance(label, date) else str(label) for label, _ in rows]
    most = max((count for _, count in rows), default=0)
    if most < 10:
        chart.y_labels = range(most + 2)
    chart.add(title, [count for _, count in rows])
    return render(chart)
