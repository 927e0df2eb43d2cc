"""What the editor previews beside the page: the message on a phone, the mail in a mailbox."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse

from legal_education.digest.composing import compose, list_entries
from legal_education.digest.models import DigestIssuePage
from legal_education.digest.models.pages import MAIL, PHONE


def _answer_mail(request: Any, html: str) -> HttpResponseBase:
    """Mailboxes know no style sheets of ours: a mail carries its style in itself, and here alone that is let in."""

    @csp_update({"style-src": [UNSAFE_INLINE]})
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(html)

    return answer(request)


def render_preview(issue: DigestIssuePage, request: Any, mode: str) -> HttpResponseBase | None:
    """The preview of that mode; None for those of every page."""
    if mode == MAIL:
        return _answer_mail(request, compose(issue).html)
    if mode == PHONE:
        message = compose(issue)
        context = {"page": issue, "message": message, "length": message.sms_length, "entries": list_entries(issue)}
        request.is_preview = True
        return TemplateResponse(request, "legal_digest/phone_preview.html", context)
    return None
