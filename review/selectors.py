"""Reads of review: which steps a page takes, who took part, what waits for whom."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page, Revision

from accounts.models import User
from accounts.requests import keep_for_request
from review.models import (
    OPEN_STATES,
    THREE_STEPS,
    Contribution,
    Decision,
    ReviewRound,
    ReviewRule,
    ReviewStep,
    RoundKind,
    RoundState,
)
from site_core.member_selectors import list_roles

RULES = "review_rules"


def list_rules() -> list[tuple[str, tuple[str, ...]]]:
    """(tree path, steps) of all rules of the site, the deepest first; read once in a request."""
    return keep_for_request(RULES, _read_rules)


def _read_rules() -> list[tuple[str, tuple[str, ...]]]:
    rows = ReviewRule.objects.values_list("page__path", "steps")
    return sorted(((path, tuple(steps)) for path, steps in rows), key=lambda row: -len(row[0]))


def list_steps(page: Page) -> tuple[str, ...]:
    """Groups that must approve what becomes public at the page, in order; the nearest rule at it or above it says so."""
    return next((steps for path, steps in list_rules() if page.path.startswith(path)), THREE_STEPS)


def find_open_round(page: Page, kind: str = RoundKind.PUBLICATION) -> ReviewRound | None:
    """The round that the page is in, or that waits for its editor."""
    return ReviewRound.objects.filter(page_id=page.pk, kind=kind, state__in=OPEN_STATES).first()


def find_scheduled_round(page: Page, revision: Revision) -> ReviewRound | None:
    """The round in which this draft was approved for a moment that has not come yet."""
    rounds = ReviewRound.objects.filter(page_id=page.pk, kind=RoundKind.PUBLICATION)
    return rounds.filter(state=RoundState.SCHEDULED, revision=revision).first()


def list_rounds(page: Page) -> QuerySet[ReviewRound]:
    """All rounds of the page, the newest first."""
    return ReviewRound.objects.filter(page_id=page.pk).select_related("submitted_by").prefetch_related("record")


def list_contributors(page: Page) -> set[int]:
    """Ids of persons who saved a revision since the page was last published, or made it and it never was."""
    known = set(Contribution.objects.filter(page_id=page.pk).values_list("user_id", flat=True))
    since = Q(created_at__gt=page.live_revision.created_at) if page.live_revision_id else Q()
    found = Revision.page_revisions.filter(since, object_id=str(page.pk), user__isnull=False)
    known |= set(found.values_list("user_id", flat=True))
    if page.first_published_at is None and page.owner_id:
        known.add(page.owner_id)
    return known


def list_barred(round: ReviewRound) -> set[int]:
    """Ids of persons who may not act on the item now: its authors, and who has acted in the running pass."""
    acted = round.record.filter(pass_number=round.pass_number, decision=Decision.APPROVE)
    barred = set(acted.values_list("actor_id", flat=True))
    if round.kind == RoundKind.PUBLICATION and round.page is not None:
        barred |= list_contributors(round.page)
    if round.submitted_by_id:
        barred.add(round.submitted_by_id)
    return barred


def user_can_decide(user: User, round: ReviewRound) -> bool:
    """Whether the running step is the person's to decide."""
    if not user.is_active or not round.waiting_for or round.waiting_for not in list_roles(user):
        return False
    return user.pk not in list_barred(round)


def list_own(user: User) -> QuerySet[ReviewRound]:
    """Rounds that the person submitted and that are not over, the newest first."""
    states = (*OPEN_STATES, RoundState.SCHEDULED)
    return ReviewRound.objects.filter(submitted_by=user, state__in=states).select_related("page")


def list_open() -> QuerySet[ReviewRound]:
    """All rounds of the site that are not over."""
    return ReviewRound.objects.filter(state__in=(*OPEN_STATES, RoundState.SCHEDULED)).select_related("page")


def list_record(round: ReviewRound) -> list[ReviewStep]:
    """The record of a round, in order."""
    return list(round.record.select_related("actor"))


def list_people_of_step(round: ReviewRound) -> list[User]:
    """Active members who may decide the running step; for mail."""
    if not round.waiting_for:
        return []
    members = User.objects.filter(
        is_active=True, memberships__group__name=round.waiting_for, memberships__until__isnull=True
    )
    return list(members.exclude(pk__in=list_barred(round)).distinct())


@dataclass(frozen=True)
class Approvals:
    """Different persons who approved the running pass, over which content."""

    people: frozenset[int]
    hashes: frozenset[str]

    def are_enough(self, steps: tuple[str, ...], content_hash: str) -> bool:
        """Whether as many different people as there are steps approved exactly this content."""
        return len(self.people) >= len(steps) and self.hashes <= {content_hash}


def get_approvals(round: ReviewRound) -> Approvals:
    """Approvals of the running pass."""
    rows: list[Any] = list(
        round.record.filter(pass_number=round.pass_number, decision=Decision.APPROVE).values_list(
            "actor_id", "content_hash"
        )
    )
    return Approvals(frozenset(row[0] for row in rows), frozenset(row[1] for row in rows))
