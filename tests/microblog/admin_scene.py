"""The admin's forms as a browser sends them, and what an answer says."""

import html
import re
from typing import Any

from microblog.models import Account, StreamPage
from tenants.current import enter_site
from tenants.models import Organisation

_NO_ROWS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "9"}
ADMIN = "/admin/microblog/"


def post_form(text: str, *accounts: Account, **changes: Any) -> dict[str, Any]:
    """Form of a post."""
    values: dict[str, Any] = {"text": text, "slug": "", "topic_word": "", "link_page": "", "video": ""}
    values["accounts"] = [str(account.pk) for account in accounts]
    for formset in ("pictures", "comments"):
        values |= {f"{formset}-{name}": value for name, value in _NO_ROWS.items()}
    return values | changes


def new_post_address(site: Organisation) -> str:
    """Where the form of a new post is."""
    with enter_site(site):
        return f"/admin/pages/add/microblog/micropost/{StreamPage.objects.get().pk}/"


def account_form(**changes: Any) -> dict[str, str]:
    """Form of an account; fields of other platforms do no harm."""
    values = {
        "name": "崆峒说法",
        "profile_url": "https://weibo.example/kongtong",
        "verified_body": "平凉市崆峒区司法局",
        "filing_number": "甘新备〔2026〕1号",
        "filed_on": "2026-01-02",
        "responsible_person": "张某",
        "follow": "",
        "base_url": "",
        "is_preselected": "on",
    }
    return values | changes


def text_of(answer: Any) -> str:
    """All that the answer says to people."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def list_messages(answer: Any) -> list[str]:
    """What the person is told on top of the screen."""
    return [str(message).strip() for message in answer.context["messages"]]
