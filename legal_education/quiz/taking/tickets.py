"""By what a participant is known again: a signed cookie for each quiz, and a code to take to another browser."""

import base64
import hmac

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from legal_education.quiz.models import Participant, Quiz
from tenants.current import current_site

PATH = "/pufa/quiz/"
_KEPT_AFTER_THE_END_S = 60 * 24 * 3600
_CODE_LETTERS = 8


def cookie_name(quiz_id: int) -> str:
    """One cookie a quiz, so that two quizzes at a time do not push each other out."""
    return f"quiz_{quiz_id}"


def set_ticket(response: HttpResponse, quiz: Quiz, participant_id: int) -> None:
    """Let the browser know who it is: on this host alone, out of reach of scripts."""
    from django.utils import timezone

    left = (quiz.closes_at - timezone.now()).total_seconds()
    response.set_cookie(
        cookie_name(quiz.pk),
        _signer(quiz.pk).sign(str(participant_id)),
        max_age=max(0, int(left)) + _KEPT_AFTER_THE_END_S,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read_ticket(request: HttpRequest, quiz_id: int) -> int | None:
    """Id of the participant; None where there is no cookie, or one that was not signed here for this quiz."""
    try:
        return int(_signer(quiz_id).unsign(request.COOKIES.get(cookie_name(quiz_id), "")))
    except (BadSignature, ValueError):
        return None


def _signer(quiz_id: int) -> Signer:
    """The site stands in the salt: ids are the same on many sites, and a ticket is good on one."""
    return Signer(salt=f"legal_quiz.ticket:{current_site().schema_name}:{quiz_id}")


def return_code(participant: Participant) -> str:
    """Eight letters and digits that let the person go on in another browser, together with the telephone number."""
    purpose = f"{current_site().schema_name}:{participant.quiz_id}:{participant.pk}"
    digest = salted_hmac("legal_quiz.return_code", purpose, algorithm="sha256").digest()
    return base64.b32encode(digest).decode()[:_CODE_LETTERS]


def is_return_code(participant: Participant, text: str) -> bool:
    """Whether it is the person's; spaces, hyphens and small letters are forgiven."""
    sent = text.replace(" ", "").replace("-", "").upper()
    return hmac.compare_digest(return_code(participant).encode(), sent.encode())
