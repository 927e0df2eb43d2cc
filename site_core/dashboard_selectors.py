"""Reads of the editors' dashboard: own work, columns, documents without interpretation, searches in vain, what is scheduled."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Q
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Page, Revision

from site_core.column_freshness import ColumnState
from site_core.selectors import list_open_columns
from site_core.working_days import add_working_days

if TYPE_CHECKING:
    from site_core.models import DocumentPage

INTERPRETATION_DAYS = 3
"""Working days in which a policy document gets its interpretation (domain R1.13)."""


def list_own_work(user: Any, count: int) -> list[Page]:
    """Pages with unpublished changes that the person made or owns, latest first; with `approved_schedule` at no further cost."""
    mine = Q(owner=user) | Q(latest_revision__user=user)
    pages = Page.objects.filter(mine, has_unpublished_changes=True).annotate_approved_schedule()
    return list(pages.order_by("-latest_revision_created_at", "-pk")[:count])


def list_column_states(today: date) -> list[ColumnState]:
    """Columns that readers see in the tree's order, each with the last publication in it or below it. Three queries."""
    latest = _list_latest_by_parent()
    return [
        ColumnState(
            each.pk, each.title, each.kind, each.depth, each.update_days, _latest_below(each.path, latest), today
        )
        for each in list_open_columns()
    ]


def _list_latest_by_parent() -> dict[str, datetime]:
    from site_core.models import BasePage, ColumnPage, HomePage

    items = BasePage.objects.visible().not_type(ColumnPage, HomePage).order_by()
    parents = items.annotate(parent=Substr("path", 1, Length("path") - BasePage.steplen)).values("parent")
    rows = parents.annotate(latest=Max("public_at")).values_list("parent", "latest")
    return {parent: latest for parent, latest in rows if latest}


def _latest_below(path: str, latest: dict[str, datetime]) -> date | None:
    found = [moment for parent, moment in latest.items() if parent.startswith(path)]
    return timezone.localdate(max(found)) if found else None


@dataclass(frozen=True)
class MissingInterpretation:
    """A public document that nobody has interpreted, and the day by which somebody has to."""

    document: "DocumentPage"
    due_on: date
    today: date

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed."""
        return self.today > self.due_on


def list_documents_lacking_interpretation(now: datetime) -> list[MissingInterpretation]:
    """Public documents that need an interpretation and have no public one, the oldest first."""
    from site_core.models import ArticlePage, DocumentPage

    interpreted = ArticlePage.objects.live().filter(interprets__isnull=False).values("interprets")
    documents = DocumentPage.objects.visible().filter(needs_interpretation=True, public_at__isnull=False)
    waiting = documents.exclude(pk__in=interpreted).order_by("public_at").only("title", "public_at")
    today = timezone.localdate(now)
    return [MissingInterpretation(each, _due(each), today) for each in waiting]


def _due(document: "DocumentPage") -> date:
    return add_working_days(timezone.localdate(document.public_at), INTERPRETATION_DAYS)


@dataclass(frozen=True)
class Scheduled:
    """A page that will become public at that moment."""

    page_id: int
    title: str
    at: datetime


def list_scheduled(start: datetime, end: datetime | None = None, count: int | None = None) -> list[Scheduled]:
    """What will be published from `start` and before `end`, in order; the titles are those of the revisions."""
    revisions = Revision.page_revisions.filter(approved_go_live_at__gte=start)
    if end is not None:
        revisions = revisions.filter(approved_go_live_at__lt=end)
    rows = revisions.order_by("approved_go_live_at", "pk").values_list("object_id", "object_str", "approved_go_live_at")
    return [Scheduled(int(key), title, at) for key, title, at in rows[:count]]


def list_published(start: datetime, end: datetime) -> list[Scheduled]:
    """What was published in that time, by the publication time that readers see; columns and the home page left out."""
    from site_core.models import BasePage, ColumnPage, HomePage

    pages = BasePage.objects.live().not_type(ColumnPage, HomePage).filter(public_at__gte=start, public_at__lt=end)
    rows = pages.order_by("public_at").values_list("pk", "title", "public_at")
    return [Scheduled(pk, title, at) for pk, title, at in rows]


def list_expiring(start: datetime, end: datetime) -> list[Scheduled]:
    """What will be withdrawn in that time."""
    pages = Page.objects.live().filter(expire_at__gte=start, expire_at__lt=end).order_by("expire_at")
    return [Scheduled(pk, title, at) for pk, title, at in pages.values_list("pk", "title", "expire_at")]
