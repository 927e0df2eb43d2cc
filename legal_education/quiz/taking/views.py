"""What is one person's: below `take/`, which no cache ever keeps; everything that posts is there too.

The list and a quiz's own page (`public_views`) are the same for everybody: they lead here, and hold no form.
"""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import client_address
from legal_education.quiz import limits
from legal_education.quiz.models import Attempt, Participant, Quiz
from legal_education.quiz.papers.drawing import BankTooSmall

from . import actions
from .actions import EntryRefused
from .forms import EntryForm, ReturnForm, read_answer_form, read_paper_form
from .saving import AnswerMalformed, Saved, Sitting, save_answer, save_answers
from .selectors import (
    count_left_today,
    find_certificate,
    find_participant,
    list_attempts,
    list_marked_questions,
    list_public_quizzes,
    list_shown_questions,
)
from .tickets import read_ticket, return_code, set_ticket

WORDS = {
    Saved.OUTDATED: "这道题在别的窗口里改过，已保留后来的答案。",
    Saved.HANDED_IN: "已经交卷，不能再改。",
    Saved.LATE: "答题时间已到，这个答案没有保存。",
    Saved.NOBODYS: "没有找到这份答卷。",
}
_STATUS = {Saved.KEPT: 200, Saved.OUTDATED: 409, Saved.HANDED_IN: 409, Saved.LATE: 409, Saved.NOBODYS: 404}
TOO_OFTEN = "操作太频繁，请过一分钟再试。"


class PersonalView(View):
    """What the views below have in common: a public quiz, the person of the ticket, and no cache."""

    request: HttpRequest

    @method_decorator([never_cache, transaction.non_atomic_requests])
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Never kept, never searched."""
        response = super().dispatch(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def get_quiz(self) -> Quiz:
        """The quiz of the address. Raises Http404."""
        return get_object_or_404(list_public_quizzes(), pk=self.kwargs["quiz_id"])

    def is_too_often(self) -> bool:
        """Counts the request against its address."""
        return not limits.ENTRIES.allows(client_address(self.request))

    def refuse(self, words: str, *, status: int = 409, **context: Any) -> HttpResponse:
        """A page with what is wrong and the ways on."""
        return render(self.request, "quiz/refused.html", {"words": words, **context}, status=status)


class HomeView(PersonalView):
    """`take/<quiz>/`: the form for who is new, and for participants what they did and may do."""

    def get(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """The one or the other."""
        quiz = self.get_quiz()
        participant = find_participant(quiz, read_ticket(request, quiz_id))
        if participant is None:
            return self.show_forms(quiz, EntryForm(quiz), ReturnForm(quiz))
        now = timezone.now()
        attempts = list(list_attempts(participant))
        context = {
            "quiz": quiz,
            "participant": participant,
            "attempts": attempts,
            "open_attempt": next((a for a in attempts if a.submitted_at is None and now <= a.deadline), None),
            "left_today": count_left_today(participant, quiz, now),
            "certificate": find_certificate(participant),
            "return_code": return_code(participant),
        }
        return render(request, "quiz/home.html", context)

    def post(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """Enter, and go straight to the paper. Sent twice, the second finds the person in."""
        quiz = self.get_quiz()
        if find_participant(quiz, read_ticket(request, quiz_id)) is not None:
            return redirect("quiz_home", quiz_id)
        if self.is_too_often():
            return self.refuse(TOO_OFTEN, status=429, quiz=quiz)
        form = EntryForm(quiz, request.POST)
        if not form.is_valid():
            return self.show_forms(quiz, form, ReturnForm(quiz), status=422)
        try:
            participant, attempt = actions.enter(quiz, form.get_entry(), now=timezone.now())
        except (EntryRefused, BankTooSmall) as refusal:
            form.add_error(None, _tell(refusal))
            return self.show_forms(quiz, form, ReturnForm(quiz), status=409)
        response = redirect("quiz_paper", quiz_id, attempt.pk)
        set_ticket(response, quiz, participant.pk)
        return response

    def show_forms(self, quiz: Quiz, entry: EntryForm, back: ReturnForm, *, status: int = 200) -> HttpResponse:
        """Both ways in."""
        return render(self.request, "quiz/enter.html", {"quiz": quiz, "form": entry, "back": back}, status=status)


def _tell(refusal: Exception) -> str:
    """A bank that is too small is the organiser's business, and said to readers in other words."""
    return "活动的题目还没有准备好，请与主办单位联系。" if isinstance(refusal, BankTooSmall) else str(refusal)


class ReturnView(HomeView):
    """`take/<quiz>/return/`: telephone and code, for another browser."""

    def get(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """The form stands on the page above."""
        return redirect("quiz_home", quiz_id)

    def post(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """A new ticket for the same person."""
        quiz = self.get_quiz()
        if not limits.CODES.allows(client_address(request)):
            return self.refuse(TOO_OFTEN, status=429, quiz=quiz)
        form = ReturnForm(quiz, request.POST)
        if not form.is_valid() or form.participant is None:
            return self.show_forms(quiz, EntryForm(quiz), form, status=422)
        response = redirect("quiz_home", quiz_id)
        set_ticket(response, quiz, form.participant.pk)
        return response


class TicketView(PersonalView):
    """For participants alone: whoever has no ticket is sent to the door."""

    participant_id: int

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Reads the ticket; the database is not asked."""
        found = read_ticket(request, kwargs["quiz_id"])
        if found is None:
            return redirect("quiz_home", kwargs["quiz_id"])
        self.participant_id = found
        return super().dispatch(request, *args, **kwargs)

    def get_attempt(self) -> Attempt:
        """The attempt of the address, if it is the person's. Raises Http404."""
        return get_object_or_404(
            Attempt.objects.select_related("quiz", "participant"),
            pk=self.kwargs["attempt_id"],
            quiz_id=self.kwargs["quiz_id"],
            participant_id=self.participant_id,
        )

    def get_sitting(self) -> Sitting:
        """The same as numbers, for the actions."""
        return Sitting(self.kwargs["quiz_id"], self.participant_id, self.kwargs["attempt_id"])


class BeginView(TicketView):
    """`take/<quiz>/begin/`: a further attempt, or the open one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, quiz_id: int) -> HttpResponse:
        """Sent twice, both lead to the same paper."""
        quiz = self.get_quiz()
        if self.is_too_often():
            return self.refuse(TOO_OFTEN, status=429, quiz=quiz)
        try:
            attempt = actions.begin(quiz, self.participant_id, now=timezone.now())
        except Participant.DoesNotExist as error:
            raise Http404 from error
        except (EntryRefused, BankTooSmall) as refusal:
            return self.refuse(_tell(refusal), quiz=quiz)
        return redirect("quiz_paper", quiz_id, attempt.pk)


class PaperView(TicketView):
    """`take/<quiz>/<attempt>/`: the paper, whole, once; answers are small requests of their own."""

    def get(self, request: HttpRequest, quiz_id: int, attempt_id: int) -> HttpResponse:
        """The paper; the result where it is handed in, or its time is up."""
        attempt, now = self.get_attempt(), timezone.now()
        if attempt.submitted_at is None and now > attempt.deadline:
            actions.hand_in(self.get_sitting(), now=now)
            return redirect("quiz_result", quiz_id, attempt_id)
        if attempt.submitted_at is not None:
            return redirect("quiz_result", quiz_id, attempt_id)
        questions = list_shown_questions(attempt)
        context = {
            "quiz": attempt.quiz,
            "attempt": attempt,
            "questions": questions,
            "answered": sum(question.is_answered for question in questions),
            "seconds_left": max(0, int((attempt.deadline - now).total_seconds())),
            "is_saved": "saved" in request.GET,
        }
        return render(request, "quiz/paper.html", context)

    def post(self, request: HttpRequest, quiz_id: int, attempt_id: int) -> HttpResponse:
        """The whole paper as a plain form: `save` keeps the answers, anything else hands in."""
        try:
            choices = read_paper_form(request.POST)
        except AnswerMalformed:
            return self.refuse("提交的答案不完整，请回到试卷再试。", status=400)
        if not limits.SAVES.allows(str(self.participant_id)):
            return self.refuse(TOO_OFTEN, status=429)
        now, sitting = timezone.now(), self.get_sitting()
        if "save" in request.POST:
            save_answers(sitting, choices, now=now)
            return redirect(f"{request.path}?saved=1")
        try:
            attempt = actions.hand_in(sitting, now=now, choices=choices)
        except Attempt.DoesNotExist as error:
            raise Http404 from error
        late = "?late=1" if now > attempt.deadline else ""
        return redirect(f"{request.path}result/{late}")


class ResultView(TicketView):
    """`take/<quiz>/<attempt>/result/`: points, and each question with what is right and why."""

    def get(self, request: HttpRequest, quiz_id: int, attempt_id: int) -> HttpResponse:
        """Back to the paper where it is not handed in."""
        attempt = self.get_attempt()
        if attempt.submitted_at is None:
            return redirect("quiz_paper", quiz_id, attempt_id)
        context = {
            "quiz": attempt.quiz,
            "attempt": attempt,
            "participant": attempt.participant,
            "questions": list_marked_questions(attempt),
            "certificate": find_certificate(attempt.participant),
            "return_code": return_code(attempt.participant),
            "left_today": count_left_today(attempt.participant, attempt.quiz, timezone.now()),
            "is_late": "late" in request.GET,
        }
        return render(request, "quiz/result.html", context)


@never_cache
@require_POST
@transaction.non_atomic_requests
def keep_answer(request: HttpRequest, quiz_id: int, attempt_id: int) -> HttpResponse:
    """`take/<quiz>/<attempt>/answer/`: one answer, as often as it comes. JSON: `saved`, and `words` where it is not.

    The way that two thousand people go at a time: no session, no template, one statement.
    """
    participant_id = read_ticket(request, quiz_id)
    if participant_id is None:
        return _say(Saved.NOBODYS)
    if not limits.SAVES.allows(str(participant_id)):
        return JsonResponse({"saved": False, "words": TOO_OFTEN}, status=429)
    try:
        position, choice = read_answer_form(request.POST)
    except AnswerMalformed:
        return JsonResponse({"saved": False, "words": "答案的格式不对。"}, status=400)
    sitting = Sitting(quiz_id, participant_id, attempt_id)
    return _say(save_answer(sitting, position, choice, now=timezone.now()))


def _say(saved: Saved) -> JsonResponse:
    if saved is Saved.KEPT:
        return JsonResponse({"saved": True})
    return JsonResponse({"saved": False, "why": saved.value, "words": WORDS[saved]}, status=_STATUS[saved])
