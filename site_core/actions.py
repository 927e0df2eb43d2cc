"""Writes to a site's pages: checked, atomic, announced."""

import logging
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published

from site_core import doors
from site_core.locks import PageLocked
from site_core.models import ArticlePage, BasePage, ColumnPage
from site_core.publication import Publication, announce

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ArticleDraft:
    """What an article is made of. `body` is a list of (block type, value); `fields` are further fields by name.

    `refers` says whether it may point to pages, pictures or files of the site, which Wagtail's index of usages follows.
    """

    title: str
    body: list[tuple[str, Any]]
    source_id: str = ""
    public_at: datetime | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    refers: bool = True


@transaction.atomic
def publish_article(
    column: ColumnPage, draft: ArticleDraft, *, acting_user: Any = None, reason: str = ""
) -> ArticlePage:
    """Make the article in the column and publish it (`publish_page`). Raises ValidationError."""
    page = ArticlePage(title=draft.title, source_id=draft.source_id, **draft.fields)
    page.body = [{"type": kind, "value": value} for kind, value in draft.body]  # type: ignore[assignment] # a StreamField takes it
    publish_page(column, page, public_at=draft.public_at, acting_user=acting_user, reason=reason, refers=draft.refers)
    return page


@transaction.atomic
def publish_page(
    parent: Page,
    page: BasePage,
    *,
    public_at: datetime | None = None,
    acting_user: Any = None,
    reason: str = "",
    refers: bool = True,
) -> None:
    """Add the new page below the parent and publish it: page, revision, log entry and event, as the admin leaves them.

    The admin saves a page three times for that; here it is saved once, which is what makes an import bearable.
    `reason` stands in the ledger where the publication time lies in the past; `refers` says whether the page may point to
    others, or to pictures and files. Raises ValidationError.
    """
    now = timezone.now()
    page.public_at, page.backdating_reason = public_at, reason if public_at else ""
    page.owner, page.live = acting_user, True
    page.first_published_at = page.last_published_at = now
    with doors.announced_by_caller(), nullcontext() if refers else disable_reference_index_auto_update():
        parent.add_child(instance=page)
    revision = _add_live_revision(page, acting_user)
    log(instance=page, action="wagtail.publish", user=acting_user, revision=revision, content_changed=True)
    announce(Publication("published", page, revision, acting_user))
    page_published.send(sender=type(page), instance=page, revision=revision)


def _add_live_revision(page: BasePage, user: Any) -> Revision:
    revision = Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        user=user,
        content=page.serializable_data(),
        object_str=str(page),
    )
    page.latest_revision = page.live_revision = revision
    page.latest_revision_created_at = revision.created_at
    fields = ("latest_revision", "live_revision", "latest_revision_created_at")
    Page.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in fields})
    return revision


def publish_due(now: datetime | None = None) -> int:
    """Publish and expire what is due on the current site, each item in a transaction of its own. Returns how many."""
    now = now or timezone.now()
    return sum(_expire(pk) for pk in _list_expired(now)) + sum(_go_live(pk) for pk in _list_going_live(now))


def _list_expired(now: datetime) -> list[int]:
    return list(Page.objects.live().filter(expire_at__lt=now).order_by("expire_at").values_list("pk", flat=True))


def _list_going_live(now: datetime) -> list[int]:
    due = Revision.objects.filter(approved_go_live_at__lt=now)
    return list(due.order_by("approved_go_live_at").values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int) -> int:
    page = Page.objects.select_for_update(of=("self",)).filter(pk=pk, live=True).first()
    if page is None:
        return 0
    try:
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    except PageLocked as refusal:
        # An expiry that got past the guards; the others that are due must not wait for it.
        logger.error("a locked page was to expire: %s", refusal)  # noqa: TRY400 - the trace says nothing more
        return 0
    return 1


@transaction.atomic
def _go_live(pk: int) -> int:
    revision = Revision.objects.select_for_update(of=("self",)).filter(pk=pk, approved_go_live_at__isnull=False).first()
    if revision is None:
        return 0
    revision.publish(log_action="wagtail.publish.scheduled")
    return 1
