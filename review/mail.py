"""Mails of review, sent by jobs: to those whose step is next then, and to whoever submitted."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from procrastinate import RetryStrategy

from review.models import ReviewRound
from review.selectors import list_people_of_step
from site_core.roles import ROLE_LABELS
from tenants.current import current_site, root_url
from tenants.jobs import site_task

_AGAIN = RetryStrategy(max_attempts=6, exponential_wait=4)
_SUBJECTS = {"returned": "已退回修改", "done": "已通过审核"}


def tell_reviewers(round: ReviewRound) -> None:
    """Queue the mails to those who may decide the running step."""
    if round.waiting_for:
        send_to_reviewers.defer(round_id=round.pk, pass_number=round.pass_number, passed=round.passed)


def tell_author(round: ReviewRound, outcome: str, opinion: str = "") -> None:
    """Queue the mail to whoever submitted: `returned` or `done`."""
    if round.submitted_by_id:
        send_to_author.defer(round_id=round.pk, outcome=outcome, opinion=opinion)


@site_task(queue="mail", retry=_AGAIN)
def send_to_reviewers(round_id: int, pass_number: int, passed: int) -> None:
    """Mail those who may decide the step; nobody where it was decided meanwhile."""
    round = ReviewRound.objects.filter(pk=round_id, pass_number=pass_number, passed=passed).first()
    if round is None or not round.waiting_for:
        return
    subject = f"待您审核（{ROLE_LABELS[round.waiting_for]}）：{round.page_title}"
    for person in list_people_of_step(round):
        _send("waiting", person.email, subject, round, {})


@site_task(queue="mail", retry=_AGAIN)
def send_to_author(round_id: int, outcome: str, opinion: str) -> None:
    """Mail whoever submitted what became of it."""
    round = ReviewRound.objects.select_related("submitted_by").get(pk=round_id)
    if round.submitted_by is not None and round.submitted_by.is_active:
        subject = f"{_SUBJECTS[outcome]}：{round.page_title}"
        _send(outcome, round.submitted_by.email, subject, round, {"opinion": opinion})


def _send(template: str, to: str, subject: str, round: ReviewRound, context: dict[str, object]) -> None:
    site = current_site()
    link = f"{root_url(site)}{reverse('review_round', args=[round.pk])}"
    text = render_to_string(f"review/mail/{template}.txt", {"site": site, "round": round, "link": link, **context})
    send_mail(f"［{site.short_name}］{subject}", text, settings.DEFAULT_FROM_EMAIL, [to])
