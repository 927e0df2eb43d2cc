"""Any order of saves, submissions, approvals, returns, schedules, moves and attempts, by anybody.

Beside the product stands a clerk who knows nothing of it but what people did: who saved, who approved which content. Nothing
may be public that the clerk cannot account for.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import PageViewRestriction, Revision

from accounts.requests import RequestOrigin, reset_origin, set_origin
from review import actions
from review.actions import Judgement, ReviewRefused
from review.content_hash import hash_revision
from review.models import REVIEWERS, Decision, ReviewRound, RoundKind
from review.selectors import find_open_round, list_steps
from site_core.actions import publish_due
from site_core.locks import rollout
from site_core.models import ArticlePage
from site_core.selectors import get_column
from tests.factories import make_member
from tests.review.memberships import also
from tests.site_core.page_samples import make_column

EXAMPLES = int(os.environ.get("REVIEW_EXAMPLES", "12"))
PEOPLE = {
    "ann": ("editor",),
    "ben": ("editor", "reviewer_1"),
    "cai": ("reviewer_1",),
    "dan": ("reviewer_2", "reviewer_1"),
    "eva": ("reviewer_3", "reviewer_2"),
    "fei": ("reviewer_3",),
    "gao": ("site_admin",),
    "hao": ("site_admin", *REVIEWERS),
}
NAMES = sorted(PEOPLE)
ACTS = (
    *("save", "save_schedule", "submit", "approve", "approve", "approve", "approve", "return_it", "cancel", "withdraw"),
    *(
        "publish",
        "publish_page",
        "unpublish",
        "due",
        "move_away",
        "move_back",
        "rule",
        "ask_privacy",
        "restrict",
        "stale",
    ),
)
# Mostly what leads on, so that publications are reached; between them whatever else people may think of.
ANY_ACT = st.one_of(*[st.just("go_on")] * 3, st.sampled_from(ACTS))
REFUSALS = (PermissionDenied, ReviewRefused, ValidationError)


class Clerk:
    """What people did, in plain words."""

    def __init__(self) -> None:
        self.savers: set[str] = set()
        self.approvals: dict[str, list[str]] = {}
        self.settled: dict[int, tuple[list[str], int, set[str]]] = {}
        self.accounted: set[int] = set()

    def saved(self, name: str) -> None:
        self.savers.add(name)
        self.approvals = {}

    def approved(self, name: str, content: str, revision: int, wanted: int) -> None:
        self.approvals.setdefault(content, []).append(name)
        self.settled[revision] = (list(self.approvals[content]), wanted, set(self.savers))

    def returned(self) -> None:
        self.approvals = {}

    def check(self, revision: int) -> None:
        """The revision is public by right: enough different people approved it, and none of them wrote it."""
        if revision in self.accounted:
            return
        people, wanted, savers = self.settled.get(revision, ([], 99, set()))
        assert len(set(people)) == len(people) >= wanted, f"revision {revision}: {people} of {wanted}"
        assert not set(people) & savers, f"revision {revision}: {people} wrote it"
        self.accounted.add(revision)
        self.savers, self.approvals = set(), {}


class Scene:
    """One article in one reviewed column, and what people do with it."""

    def __init__(self, people: dict[str, Any], column: Any, elsewhere: Any) -> None:
        self.people, self.column, self.elsewhere = people, column, elsewhere
        self.clerk = Clerk()
        self.count = 0
        self.page = ArticlePage(title="一则通知", live=False, owner=people["ann"], body=[])
        column.add_child(instance=self.page)
        self.save("ann")

    def fresh(self) -> Any:
        return ArticlePage.objects.get(pk=self.page.pk)

    def round(self) -> ReviewRound | None:
        return find_open_round(self.fresh())

    def act(self, what: str, name: str) -> None:
        """Let the person try it, as in a request of theirs; what is refused changes nothing."""
        token = set_origin(RequestOrigin(Just(self.people[name])))
        try:
            with transaction.atomic():
                getattr(self, what)(name)
        except REFUSALS:
            pass
        finally:
            reset_origin(token)

    def save(self, name: str, **fields: Any) -> None:
        user, page = self.people[name], self.fresh()
        if not page.permissions_for_user(user).can_edit():
            raise PermissionDenied
        self.count += 1
        draft = page.get_latest_revision_as_object()
        draft.title = f"第{self.count}稿"
        for key, value in fields.items():
            setattr(draft, key, value)
        draft.save_revision(user=user)
        self.clerk.saved(name)

    def save_schedule(self, name: str) -> None:
        self.save(name, go_live_at=timezone.now() + timedelta(hours=1))

    def submit(self, name: str) -> None:
        actions.submit(self.fresh(), acting_user=self.people[name])
        self.clerk.returned()

    def go_on(self, name: str) -> None:
        """What usually comes next, by one of those whose group it is, whether or not the person may."""
        round = self.round()
        role = round.waiting_for if round is not None and round.waiting_for else "editor"
        able = [each for each in NAMES if role in PEOPLE[each]]
        chosen = able[NAMES.index(name) % len(able)]
        if role != "editor":
            self.approve(chosen)
        elif self.fresh().has_unpublished_changes:
            self.submit(chosen)
        else:
            self.save(chosen)

    def approve(self, name: str) -> None:
        self._approve(name, self._current_hash())

    def stale(self, name: str) -> None:
        """Approve what an earlier draft said."""
        first = self.page.revisions.order_by("pk").first()
        self._approve(name, hash_revision(first) if first else "")

    def _approve(self, name: str, content: str) -> None:
        round = self.round()
        if round is None:
            raise ReviewRefused
        latest, wanted = self.fresh().latest_revision, len(list_steps(self.fresh()))
        judgement = Judgement(Decision.APPROVE, content, secrecy_checked=True)
        before = round.passed
        after = actions.decide(round, judgement, acting_user=self.people[name])
        self.clerk.approved(name, content, latest.pk, wanted)
        if after.passed <= before and after.state == "in_review":
            self.clerk.returned()  # begun anew

    def _current_hash(self) -> str:
        latest = self.fresh().latest_revision
        return hash_revision(latest) if latest else ""

    def return_it(self, name: str) -> None:
        round = self.round()
        if round is None:
            raise ReviewRefused
        actions.decide(round, Judgement(Decision.RETURN, "", "请改"), acting_user=self.people[name])
        self.clerk.returned()

    def cancel(self, name: str) -> None:
        round = self.round()
        if round is None:
            raise ReviewRefused
        actions.cancel(round, acting_user=self.people[name])
        self.clerk.returned()

    def withdraw(self, name: str) -> None:
        actions.withdraw(self.fresh(), "有误", acting_user=self.people[name])

    def publish(self, name: str) -> None:
        PublishPageRevisionAction(self.fresh().latest_revision, user=self.people[name]).execute()

    def publish_page(self, name: str) -> None:
        """As a door that nobody thought of would: without asking for any permission."""
        action = PublishPageRevisionAction(self.fresh().latest_revision, user=self.people[name])
        action.execute(skip_permission_checks=True)

    def unpublish(self, name: str) -> None:
        UnpublishPageAction(self.fresh(), user=self.people[name]).execute()

    def due(self, name: str) -> None:
        """An hour passes; the clock has nobody behind it."""
        for revision in Revision.objects.filter(approved_go_live_at__isnull=False, object_id=str(self.page.pk)):
            past = timezone.now() - timedelta(minutes=1)
            content = {**revision.content, "go_live_at": past.isoformat()}
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past, content=content)
        token = set_origin(RequestOrigin())
        try:
            publish_due()
        finally:
            reset_origin(token)

    def move_away(self, name: str) -> None:
        self._move_to(self.elsewhere, name)

    def move_back(self, name: str) -> None:
        self._move_to(self.column, name)

    def _move_to(self, column: Any, name: str) -> None:
        target = type(column).objects.get(pk=column.pk)
        MovePageAction(self.fresh(), target, pos="last-child", user=self.people[name]).execute()

    def rule(self, name: str) -> None:
        """The site administrator asks for one step more or less, never for none."""
        steps = REVIEWERS[: 1 + self.count % 3]
        actions.set_rule(self.column, steps, acting_user=self.people[name])

    def ask_privacy(self, name: str) -> None:
        actions.ask_for_privacy(self.fresh(), {"type": "login"}, acting_user=self.people[name])

    def restrict(self, name: str) -> None:
        if not self.fresh().permissions_for_user(self.people[name]).can_set_view_restrictions():
            raise PermissionDenied
        PageViewRestriction.objects.create(page=self.page, restriction_type="login")

    def check(self) -> None:
        page = self.fresh()
        if page.live:
            assert page.live_revision_id is not None
            self.clerk.check(page.live_revision_id)
        if PageViewRestriction.objects.filter(page=page).exists():
            done = ReviewRound.objects.filter(page=page, kind=RoundKind.PRIVACY, state="done")
            assert done.exists(), "private without review"


class Just:
    """A person who is there already, where requests look one up."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def get(self) -> Any:
        return self.user


@pytest.fixture
def people(in_kongtong: Any) -> dict[str, Any]:
    made = {}
    for name, roles in PEOPLE.items():
        made[name] = make_member(in_kongtong, roles[0], f"{name}-x")
        for role in roles[1:]:
            also(made[name], role)
    return made


@pytest.fixture
def column(in_kongtong: Any) -> Any:
    return get_column("tzgg")


@pytest.fixture
def elsewhere(in_kongtong: Any) -> Any:
    """Another column of three steps."""
    with rollout():
        column = make_column("biechu", "lines")
        actions.set_rule(column, REVIEWERS, acting_user=None)
    return column


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    # Without shrinking, which may take minutes on a database: what fails says what was done.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.integers(1, 3),
    acts=st.lists(st.tuples(ANY_ACT, st.sampled_from(NAMES)), min_size=6, max_size=24),
)
def test_nothing_is_public_without_as_many_approvers_as_the_column_wants(
    people: dict[str, Any], column: Any, elsewhere: Any, steps: int, acts: list[tuple[str, str]]
) -> None:
    sid = transaction.savepoint()
    try:
        with rollout():
            actions.set_rule(column, REVIEWERS[:steps], acting_user=None)
        scene = Scene(people, column, elsewhere)
        for what, name in acts:
            scene.act(what, name)
            scene.check()
    finally:
        transaction.savepoint_rollback(sid)


def test_usual_order_does_become_public(people: dict[str, Any], column: Any, elsewhere: Any) -> None:
    """Else the property would hold of a product that publishes nothing."""
    scene = Scene(people, column, elsewhere)
    for what, name in (("submit", "ann"), ("approve", "cai"), ("approve", "eva"), ("approve", "fei")):
        scene.act(what, name)
        scene.check()
    assert scene.fresh().live
