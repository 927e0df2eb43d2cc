"""Figures of posts: how many went out, and what became of them where the platforms tell. Figures on a post only grow, so that
those of a day are its last ones less those of the day before.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from microblog.models import Account, Delivery, DeliveryCounts
from site_core.dispatching import Dispatch

FIGURES = {"reads": "阅读", "reposts": "转发", "comments": "评论", "likes": "点赞"}
PERIODS = {"30": "近 30 天", "90": "近 90 天", "365": "近一年"}
_TOP = 20


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included; shown by day, or by month where they are many."""

    choice: str
    first: date
    last: date

    @property
    def by_month(self) -> bool:
        """Whether steps are months."""
        return (self.last - self.first).days > 100

    def step_of(self, day: date) -> date:
        """The first day of the step."""
        return day.replace(day=1) if self.by_month else day

    def label(self, step: date) -> str:
        """The step in words."""
        return step.strftime("%Y-%m" if self.by_month else "%Y-%m-%d")

    def __iter__(self) -> Iterator[date]:
        """Steps in order."""
        days = (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))
        return iter(dict.fromkeys(map(self.step_of, days)))


def find_span(choice: str, today: date) -> Span:
    """The choice (one of PERIODS, else a month), ending today."""
    choice = choice if choice in PERIODS else "30"
    return Span(choice, today - timedelta(days=int(choice) - 1), today)


def list_sent(span: Span, account: Account | None = None) -> QuerySet[Delivery]:
    """Posts that went out in that time and stand on their platforms."""
    rows = Delivery.objects.filter(
        state=Dispatch.SENT, sent_at__date__gte=span.first, sent_at__date__lte=span.last
    ).select_related("account")
    return rows.filter(account=account) if account else rows


def count_posts(span: Span, account: Account | None = None) -> dict[str, list[int]]:
    """Posts of each account, step by step."""
    found: dict[str, Counter[date]] = defaultdict(Counter)
    for row in list_sent(span, account).order_by("account__platform", "account__name", "id"):
        found[str(row.account)][span.step_of(timezone.localdate(row.sent_at))] += 1
    return {name: [counted[step] for step in span] for name, counted in found.items()}


def sum_figures(span: Span, account: Account | None = None) -> dict[str, list[int]]:
    """What came in each step, by figure; figures that no platform gave are left out."""
    rows = DeliveryCounts.objects.filter(day__lte=span.last).order_by("delivery_id", "day")
    if account:
        rows = rows.filter(delivery__account=account)
    grown: dict[str, Counter[date]] = defaultdict(Counter)
    before: dict[tuple[int, str], int] = {}
    for row in rows.iterator(chunk_size=2000):
        for name in FIGURES:
            value = getattr(row, name)
            if value is None:
                continue
            more = max(value - before.get((row.delivery_id, name), 0), 0)
            before[row.delivery_id, name] = max(value, before.get((row.delivery_id, name), 0))
            if row.day >= span.first:
                grown[name][span.step_of(row.day)] += more
    return {name: [grown[name][step] for step in span] for name in FIGURES if name in grown}


@dataclass(frozen=True)
class PostFigures:
    """A post with the last that its platform said of it."""

    delivery: Delivery
    figures: dict[str, int | None]

    @property
    def total(self) -> int:
        """What readers did with it."""
        return sum(self.figures[name] or 0 for name in ("reposts", "comments", "likes"))


def list_post_figures(span: Span, account: Account | None = None) -> list[PostFigures]:
    """All posts of that time, those that moved readers most first."""
    rows = list(list_sent(span, account))
    latest: dict[int, Any] = {}
    for counts in DeliveryCounts.objects.filter(delivery__in=rows).order_by("day"):
        latest[counts.delivery_id] = counts
    found = [PostFigures(row, {name: getattr(latest.get(row.pk), name, None) for name in FIGURES}) for row in rows]
    return sorted(found, key=lambda each: (-each.total, -(each.figures["reads"] or 0), -each.delivery.pk))


def list_top_posts(span: Span, account: Account | None = None) -> list[PostFigures]:
    """The first of them."""
    return list_post_figures(span, account)[:_TOP]
