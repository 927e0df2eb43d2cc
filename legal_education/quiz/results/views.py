"""Public pages of what comes of a quiz: ranking, certificates and their verification, the draw."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import client_address
from legal_education.quiz import limits
from legal_education.quiz.models import Draw
from legal_education.quiz.taking.selectors import find_certificate, find_participant, list_public_quizzes
from legal_education.quiz.taking.tickets import read_ticket
from themes.selectors import get_look

from .certificates import draw_certificate, find_by_code
from .ranking import get_shown_ranking

_DEFAULT_BRAND = "#20456b"
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@never_cache
@require_safe
@transaction.non_atomic_requests
def show_ranking(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """`ranking/<quiz>/`: persons (names masked), regions, units."""
    quiz = get_object_or_404(list_public_quizzes(), pk=quiz_id)
    return render(request, "quiz/ranking.html", {"quiz": quiz, "ranking": get_shown_ranking(quiz)})


@never_cache
@require_safe
@transaction.non_atomic_requests
def show_certificate(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """`take/<quiz>/certificate.svg`: one's own, with the full name: only for who holds the ticket."""
    quiz = get_object_or_404(list_public_quizzes(), pk=quiz_id)
    participant = find_participant(quiz, read_ticket(request, quiz_id))
    certificate = find_certificate(participant) if participant else None
    if certificate is None:
        raise Http404
    look = get_look()
    svg = draw_certificate(certificate, look.brand if look else _DEFAULT_BRAND)
    response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = _PICTURE_POLICY
    if "download" in request.GET:
        response.headers["Content-Disposition"] = f'attachment; filename="certificate-{certificate.code}.svg"'
    return response


@never_cache
@require_safe
@transaction.non_atomic_requests
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """`verify/<code>/`: whether the certificate is one, with the name masked; `verify/` asks for the code."""
    typed = request.GET.get("code", "").strip()[:40]
    if not limits.CHECKS.allows(client_address(request)):
        return render(request, "quiz/refused.html", {"words": "查询太频繁，请过一分钟再试。"}, status=429)
    found = find_by_code(code or typed)
    if found is not None and found.code != code:
        return redirect("quiz_verify_code", found.code)
    asked = code or typed
    status = 404 if asked and found is None else 200
    response = render(request, "quiz/verify.html", {"certificate": found, "asked": asked}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@transaction.non_atomic_requests
def show_draw(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """`<quiz>/draw/`: the rule, the seed, who won, and how to do the sum again."""
    draw = get_object_or_404(Draw, quiz__in=list_public_quizzes(), quiz_id=quiz_id)
    winners = [ticket for ticket in draw.tickets if ticket["prize"]]
    context = {"quiz": draw.quiz, "draw": draw, "winners": winners, "sample": draw.tickets[0]}
    return render(request, "quiz/draw.html", context)


@require_safe
@transaction.non_atomic_requests
def download_codes(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """`<quiz>/draw/codes.txt`: the codes of all tickets, sorted, a line each: what the sum needs besides the seed."""
    draw = get_object_or_404(Draw, quiz__in=list_public_quizzes(), quiz_id=quiz_id)
    codes = "".join(f"{code}\n" for code in sorted(ticket["code"] for ticket in draw.tickets))
    return HttpResponse(codes, content_type="text/plain; charset=utf-8")
