"""Checks of an issue before it is published, or submitted for review."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from legal_education.digest.composing import compose, list_entries
from legal_education.digest.models import DigestIssuePage
from site_core.privacy import is_public
from site_core.publication_checks import Draft, Finding, Severity, register_check

MOST_SEGMENTS = 4


def check_entries(draft: Draft) -> Iterable[Finding]:
    """Something is in it, each article once, and each may be read by everybody."""
    items = list(draft.page.items.all())
    if not items:
        yield Finding(Severity.MUST, "内容", "至少选一篇文章。", field="items")
    seen: set[int] = set()
    for number, item in enumerate(items, 1):
        yield from _check_item(number, item, seen)


def _check_item(number: int, item: Any, seen: set[int]) -> Iterable[Finding]:
    place = f"第 {number} 篇"
    if item.article_id is None:
        return
    if item.article_id in seen:
        yield Finding(Severity.MUST, place, f"“{item.article.title}”选了两次。")
    seen.add(item.article_id)
    if not is_public(item.article):
        yield Finding(Severity.MUST, place, f"“{item.article.title}”尚未发布或不公开，读者打不开。")


def check_length(draft: Draft) -> Iterable[Finding]:
    """A short message of many parts costs as many messages for each reader, and phones may mix them up."""
    if not list_entries(draft.page):
        return
    length = compose(draft.page).sms_length
    if length.segments > MOST_SEGMENTS:
        text = f"短信共 {length.units} 字，每位读者按 {length.segments} 条计费。"
        yield Finding(Severity.SHOULD, "短信", text, "可在“短信内容”中另写一句。", field="sms_text")


def check_time(draft: Draft) -> Iterable[Finding]:
    """A time that has passed means now."""
    send_at = draft.page.send_at
    if send_at and send_at < timezone.now() and draft.page.first_published_at is None:
        yield Finding(Severity.SHOULD, "发送时间", "发送时间已过，发布后立即发送。", field="send_at")


def register_own_checks() -> None:
    """Called once, when the app is ready."""
    for check in (check_entries, check_length, check_time):
        register_check(DigestIssuePage, check)
