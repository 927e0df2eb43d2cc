"""The draw. Whoever has the seed and the codes can do the sum again:

each ticket is the certificate code of a person with full marks; its number is SHA-256 of `SEED:CODE` in UTF-8, written in
hexadecimal; tickets are sorted by that number, the smallest first; the prizes are given in their order from the top.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts.ledger import record
from accounts.models import User
from legal_education.quiz.models import Attempt, Certificate, Draw, Quiz, QuizPhase, QuizState
from legal_education.quiz.models.quizzes import Prize
from legal_education.quiz.permissions import user_can_run
from legal_education.quiz.taking.actions import finish_overdue


class DrawRefused(ValueError):
    """There is nothing to draw yet, or any more; the text is for the organiser."""


@dataclass(frozen=True)
class Ticket:
    """Code, its number, and the prize ('' for none)."""

    code: str
    digest: str
    prize: str = ""


def draw_tickets(seed: str, codes: Iterable[str], prizes: Sequence[Prize]) -> list[Ticket]:
    """All tickets in their order, with the prizes. Pure."""
    numbered = sorted((hashlib.sha256(f"{seed}:{code}".encode()).hexdigest(), code) for code in codes)
    given = [prize.name for prize in prizes for _ in range(prize.count)]
    given += [""] * (len(numbered) - len(given))
    return [Ticket(code, digest, prize) for (digest, code), prize in zip(numbered, given, strict=False)]


def list_entitled(quiz: Quiz) -> list[Certificate]:
    """Certificates of those with full marks."""
    found = Certificate.objects.filter(participant__quiz=quiz, attempt__score=F("attempt__full_score"))
    return list(found.select_related("participant", "attempt").order_by("code"))


@transaction.atomic
def hold_draw(quiz: Quiz, seed: str, *, acting_user: User, now: datetime) -> Draw:
    """Draw, once and for all. Raises DrawRefused, PermissionDenied."""
    if not user_can_run(acting_user):
        raise PermissionDenied
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    _require_ready(quiz, seed, now)
    finish_overdue(now=now, quiz=quiz)
    if Attempt.objects.filter(quiz=quiz, submitted_at__isnull=True).exists():
        raise DrawRefused("还有人正在答题，请稍后再抽。")
    entitled = {certificate.code: certificate.participant for certificate in list_entitled(quiz)}
    if not entitled:
        raise DrawRefused("没有人得满分，不能抽奖。")
    tickets = [
        asdict(ticket) | {"name": entitled[ticket.code].masked_name, "region": entitled[ticket.code].region}
        for ticket in draw_tickets(seed, entitled, quiz.list_prizes())
    ]
    draw = Draw.objects.create(
        quiz=quiz, seed=seed, seed_source=quiz.seed_source, tickets=tickets, drawn_at=now, drawn_by=acting_user
    )
    digest = hashlib.sha256("\n".join(sorted(entitled)).encode()).hexdigest()
    record("quiz.draw", quiz, acting_user, {"draw_seed": seed, "draw_tickets": len(tickets), "codes_sha256": digest})
    return draw


def _require_ready(quiz: Quiz, seed: str, now: datetime) -> None:
    if not seed.strip():
        raise DrawRefused("请填写种子。")
    if not quiz.list_prizes():
        raise DrawRefused("这个活动没有设奖项。")
    if quiz.state == QuizState.DRAFT or quiz.phase_at(now) != QuizPhase.OVER:
        raise DrawRefused("活动结束后才能抽奖。")
    if Draw.objects.filter(quiz=quiz).exists():
        raise DrawRefused("已经抽过奖，结果不能更改。")
