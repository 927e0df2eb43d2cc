"""What an issue says: its entries as readers may see them, the mail and the short message made of them, and how long they are."""

import re
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from legal_education.digest.models import DigestIssuePage, DigestPage
from legal_education.digest.segments import SmsLength, measure
from legal_education.digest.sms_template import USUAL_TEMPLATE, fill
from site_core.models import BasePage
from site_core.privacy import is_public
from tenants.current import current_site, root_url

UNSUBSCRIBE_PLACE = "https://unsubscribe.invalid/"
"""Stands in the composed mail where each reader's own address goes."""


@dataclass(frozen=True)
class Entry:
    """An article of an issue, in the issue's words."""

    page: BasePage
    title: str
    summary: str

    @property
    def url(self) -> str:
        """Full address of the article."""
        return str(self.page.full_url or "")


@dataclass(frozen=True)
class Message:
    """An issue as it is sent: subject, both bodies, and the short message with its parameters."""

    subject: str
    text: str
    html: str
    sign: str
    template_id: str
    params: dict[str, str]
    sms: str

    @property
    def sms_length(self) -> SmsLength:
        """As the operators charge it."""
        return measure(self.sms)


def list_entries(issue: DigestIssuePage) -> list[Entry]:
    """Articles of the issue that everybody may read, in its order; one that was withdrawn since is left out."""
    items = sorted(issue.items.all(), key=lambda item: item.sort_order or 0)
    pages = {page.pk: page for page in BasePage.objects.filter(pk__in=[item.article_id for item in items])}
    found = ((item, pages.get(item.article_id)) for item in items)
    return [
        Entry(page, item.title.strip() or page.title, item.summary.strip() or page.summary.strip())
        for item, page in found
        if page is not None and is_public(page)
    ]


def find_digest_of(issue: DigestIssuePage) -> DigestPage | None:
    """The digest that the issue belongs to; a draft that is not in the tree yet belongs to the site's."""
    parent = issue.get_parent() if issue.path else None
    found = parent.specific if parent is not None else None
    return found if isinstance(found, DigestPage) else DigestPage.objects.single()


def compose(issue: DigestIssuePage) -> Message:
    """The issue as it would go out now."""
    digest, entries = find_digest_of(issue), list_entries(issue)
    link = str(issue.full_url or root_url()) if issue.path else root_url()
    params = {
        "title": issue.title,
        "text": issue.sms_text.strip() or "；".join(entry.title for entry in entries),
        "link": link,
        "unsubscribe": root_url() + reverse("legal_digest_leave"),
    }
    context = {
        "site": current_site(),
        "issue": issue,
        "digest": digest,
        "entries": entries,
        "link": link,
        "unsubscribe": UNSUBSCRIBE_PLACE,
    }
    sign = digest.sms_sign if digest else ""
    return Message(
        subject=f"［{current_site().short_name}］{issue.title}",
        text=tidy(render_to_string("legal_digest/mail/issue.txt", context)),
        html=render_to_string("legal_digest/mail/issue.html", context).strip(),
        sign=sign,
        template_id=digest.sms_template_id if digest else "",
        params=params,
        sms=fill(sign, digest.sms_template if digest else USUAL_TEMPLATE, params),
    )


def tidy(text: str) -> str:
    """A plain mail without the blank lines that a template leaves."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@dataclass(frozen=True)
class Extent:
    """How long an issue is: as a short message, and as a page in characters."""

    sms: SmsLength
    sms_text: str
    page: int
    entries: int
    left_out: int


def measure_issue(issue: DigestIssuePage) -> Extent:
    """How long the draft is as it stands; `left_out` are articles that are not public (yet)."""
    message, entries = compose(issue), list_entries(issue)
    words: list[Any] = [issue.title, issue.greeting, *(f"{entry.title}{entry.summary}" for entry in entries)]
    characters = sum(len(re.sub(r"\s", "", str(word))) for word in words)
    return Extent(message.sms_length, message.sms, characters, len(entries), issue.items.count() - len(entries))
