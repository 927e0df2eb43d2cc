"""Rounds of review: who may act, in which order, on which content, and what becomes public by it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import PageViewRestriction

from review import actions
from review.actions import Judgement, ReviewRefused
from review.models import REVIEWERS, Decision, ReviewRound, RoundKind, RoundState
from review.screen_selectors import list_inbox
from review.selectors import list_record, list_steps
from site_core.actions import publish_due
from site_core.locks import PageLocked, rollout
from site_core.models import ArticlePage
from site_core.selectors import get_column
from tests.factories import make_article, make_member, soon

ALL_STEPS = REVIEWERS


@pytest.fixture
def people(in_kongtong: Any) -> dict[str, Any]:
    """One member for each role, and two more."""
    roles = ("editor", "site_admin", *REVIEWERS)
    made = {role: make_member(in_kongtong, role) for role in roles}
    return made | {"second_editor": make_member(in_kongtong, "editor", "second-editor")}


@pytest.fixture
def column(in_kongtong: Any) -> Any:
    """通知公告, with three steps."""
    column = get_column("tzgg")
    with rollout():
        actions.set_rule(column, ALL_STEPS, acting_user=None)
    return column


def write(column: Any, user: Any, title: str = "一则通知", **fields: Any) -> ArticlePage:
    page = ArticlePage(
        title=title, live=False, owner=user, body=[{"type": "paragraph", "value": "<p>正文。</p>"}], **fields
    )
    column.add_child(instance=page)
    page.save_revision(user=user)
    return page


def edit(page: Any, user: Any, title: str) -> None:
    draft = ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.title = title
    draft.save_revision(user=user)


def approve(round: Any, user: Any, **more: Any) -> Any:
    round.refresh_from_db()
    judgement = Judgement(Decision.APPROVE, round.content_hash, "同意", secrecy_checked=True, **more)
    return actions.decide(round, judgement, acting_user=user)


def return_it(round: Any, user: Any, opinion: str = "请改") -> Any:
    round.refresh_from_db()
    return actions.decide(round, Judgement(Decision.RETURN, round.content_hash, opinion), acting_user=user)


def let_the_hour_pass(revision: Any) -> None:
    content = {**revision.content, "go_live_at": soon().isoformat()}
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=soon(), content=content)


def is_public(page: Any) -> bool:
    return ArticlePage.objects.get(pk=page.pk).live


def test_article_is_public_after_three_people_approved(people: Any, column: Any) -> None:
    page = write(column, people["editor"])
    round = actions.submit(page, acting_user=people["editor"])
    for role in REVIEWERS:
        assert not is_public(page)
        assert list_inbox(people[role]) == [round]
        approve(round, people[role])
    assert is_public(page)
    round.refresh_from_db()
    assert (round.state, round.passed) == (RoundState.DONE, 3)
    decisions = [(step.decision, step.role, step.actor) for step in list_record(round)]
    assert decisions == [
        ("submit", "", people["editor"]),
        *(("approve", role, people[role]) for role in REVIEWERS),
        ("finish", "", people["reviewer_3"]),
    ]
    assert len({step.content_hash for step in list_record(round)}) == 1


def test_steps_are_taken_in_their_order_by_those_of_the_group(people: Any, column: Any) -> None:
    round = actions.submit(write(column, people["editor"]), acting_user=people["editor"])
    for role in ("reviewer_2", "reviewer_3", "editor", "site_admin"):
        with pytest.raises(PermissionDenied):
            approve(round, people[role])


def test_nobody_acts_twice_with_two_roles(people: Any, column: Any) -> None:
    from tests.review.memberships import also

    both = also(people["reviewer_1"], "reviewer_2")
    round = actions.submit(write(column, people["editor"]), acting_user=people["editor"])
    approve(round, both)
    with pytest.raises(PermissionDenied):
        approve(round, both)


def test_whoever_saved_a_revision_never_approves_though_another_submits(people: Any, column: Any) -> None:
    from tests.review.memberships import also

    author = also(people["second_editor"], "reviewer_1")
    page = write(column, people["editor"])
    edit(page, author, "改过的通知")
    round = actions.submit(page, acting_user=people["editor"])
    with pytest.raises(PermissionDenied):
        approve(round, author)
    edit(page, people["editor"], "又改过的通知")
    with pytest.raises(PermissionDenied):
        approve(round, author)


def test_author_of_a_purged_revision_still_never_approves(people: Any, column: Any) -> None:
    from tests.review.memberships import also

    author = also(people["second_editor"], "reviewer_1")
    page = write(column, people["editor"])
    edit(page, author, "改过的通知")
    edit(page, people["editor"], "定稿")
    page.revisions.filter(user=author).delete()
    round = actions.submit(page, acting_user=people["editor"])
    with pytest.raises(PermissionDenied):
        approve(round, author)


def test_author_may_approve_the_next_article_of_another(people: Any, column: Any) -> None:
    from tests.review.memberships import also

    page = write(column, people["editor"])
    round = actions.submit(page, acting_user=people["editor"])
    for role in REVIEWERS:
        approve(round, people[role])
    also(people["editor"], "reviewer_1")
    edit(page, people["second_editor"], "更正")
    second = actions.submit(page, acting_user=people["second_editor"])
    assert approve(second, people["editor"]).passed == 1


def test_edit_after_a_step_begins_anew_at_the_first(people: Any, column: Any) -> None:
    page = write(column, people["editor"])
    round = actions.submit(page, acting_user=people["editor"])
    approve(round, people["reviewer_1"])
    approve(round, people["reviewer_2"])
    edit(page, people["editor"], "改了一个字")
    round.refresh_from_db()
    assert (round.state, round.passed, round.waiting_for) == (RoundState.IN_REVIEW, 0, "reviewer_1")
    with pytest.raises(PermissionDenied):
        approve(round, people["reviewer_3"])
    assert not is_public(page)


def test_approval_of_what_was_not_seen_is_refused(people: Any, column: Any) -> None:
    page = write(column, people["editor"])
    round = actions.submit(page, acting_user=people["editor"])
    seen = round.content_hash
    edit(page, people["editor"], "趁着没看")
    with pytest.raises(ReviewRefused, match="有改动"):
        actions.decide(round, Judgement(Decision.APPROVE, seen), acting_user=people["reviewer_1"])


def test_replaced_picture_begins_anew(people: Any, column: Any) -> None:
    from site_core.models import SiteImage
    from tests.site_core.page_samples import make_picture

    image = make_picture()
    page = write(column, people["editor"], cover=image)
    round = actions.submit(page, acting_user=people["editor"])
    approve(round, people["reviewer_1"])
    SiteImage.objects.filter(pk=image.pk).update(file_hash="0" * 40)
    with pytest.raises(PermissionDenied):
        approve(round, people["reviewer_2"])
    round.refresh_from_db()
    assert (round.passed, round.waiting_for) == (0, "reviewer_1")


def test_returned_item_is_submitted_again_and_passes_all_steps(people: Any, column: Any) -> None:
    page = write(column, people["editor"])
    round = actions.submit(page, acting_user=people["editor"])
    approve(round, people["reviewer_1"])
    with pytest.raises(ReviewRefused, match="理由"):
        return_it(round, people["reviewer_2"], "  ")
    return_it(round, people["reviewer_2"])
    round.refresh_from_db()
    assert round.state == RoundState.RETURNED
    edit(page, people["editor"], "改好了")
    again = actions.submit(page, acting_user=people["editor"])
    assert (again.pk, again.passed, again.pass_number) == (round.pk, 0, 2)
    for role in REVIEWERS:
        approve(round, people[role])
    assert is_public(page)


def test_last_step_wants_the_check_of_secrecy(people: Any, column: Any) -> None:
    with rollout():
        actions.set_rule(column, ("reviewer_1",), acting_user=None)
    round = actions.submit(write(column, people["editor"]), acting_user=people["editor"])
    with pytest.raises(ReviewRefused, match="保密"):
        actions.decide(round, Judgement(Decision.APPROVE, round.content_hash), acting_user=people["reviewer_1"])


def test_stricter_rule_holds_for_what_is_under_way(people: Any, column: Any) -> None:
    with rollout():
        actions.set_rule(column, ("reviewer_1",), acting_user=None)
    page = write(column, people["editor"])
    round = actions.submit(page, acting_user=people["editor"])
    with rollout():
        actions.set_rule(column, ALL_STEPS, acting_user=None)
    approve(round, people["reviewer_1"])
    assert not is_public(page)
    for role in REVIEWERS:
        approve(round, people[role])
    assert is_public(page)


def test_schedule_takes_effect_only_after_approval(people: Any, column: Any) -> None:
    page = write(column, people["editor"], go_live_at=timezone.now() + timedelta(hours=1))
    assert publish_due(timezone.now() + timedelta(hours=2)) == 0
    round = actions.submit(page, acting_user=people["editor"])
    for role in REVIEWERS:
        approve(round, people[role])
    round.refresh_from_db()
    assert round.state == RoundState.SCHEDULED
    assert not is_public(page)
    let_the_hour_pass(round.revision)
    publish_due()
    assert is_public(page)
    round.refresh_from_db()
    assert round.state == RoundState.DONE


def test_what_is_approved_for_a_moment_is_not_submitted_again(people: Any, column: Any) -> None:
    page = write(column, people["editor"], go_live_at=timezone.now() + timedelta(hours=1))
    round = actions.submit(page, acting_user=people["editor"])
    for role in REVIEWERS:
        approve(round, people[role])
    with pytest.raises(ReviewRefused, match="已通过审核"):
        actions.submit(page, acting_user=people["editor"])
    edit(page, people["editor"], "另一稿")
    assert actions.submit(page, acting_user=people["editor"]).pk != round.pk


def test_taken_off_the_schedule_it_has_to_be_approved_again(people: Any, column: Any) -> None:
    page = write(column, people["editor"], go_live_at=timezone.now() + timedelta(hours=1))
    round = actions.submit(page, acting_user=people["editor"])
    for role in REVIEWERS:
        approve(round, people[role])
    revision = page.revisions.get(approved_go_live_at__isnull=False)
    revision.approved_go_live_at = None
    revision.save()
    round.refresh_from_db()
    assert round.state == RoundState.CANCELLED
    publish_due(timezone.now() + timedelta(hours=2))
    assert not is_public(page)


def test_withdrawal_takes_one_step_and_a_reason(people: Any, column: Any, in_kongtong: Any) -> None:
    page = make_article(in_kongtong)
    with pytest.raises(PermissionDenied):
        actions.withdraw(page, "有误", acting_user=people["editor"])
    with pytest.raises(ReviewRefused, match="理由"):
        actions.withdraw(page, " ", acting_user=people["reviewer_1"])
    round = actions.withdraw(page, "数据有误", acting_user=people["reviewer_3"])
    assert not is_public(page)
    assert round.waiting_for == "reviewer_3"
    with pytest.raises(PermissionDenied):
        approve(round, people["reviewer_3"])


def test_visitor_of_the_centre_may_withdraw_and_set_rules_and_never_approves(
    people: Any, column: Any, in_kongtong: Any
) -> None:
    from tests.factories import make_central
    from tests.review.memberships import also

    central = also(make_central(), "site_admin", until=timezone.now() + timedelta(hours=1))
    also(central, "reviewer_1", until=timezone.now() + timedelta(hours=1))
    page = make_article(in_kongtong)
    actions.withdraw(page, "市局要求", acting_user=central)
    actions.set_rule(get_column("gzdt"), ("reviewer_1",), acting_user=central)
    round = actions.submit(write(column, people["editor"]), acting_user=people["editor"])
    with pytest.raises(PermissionDenied):
        approve(round, central)


def test_locked_page_is_not_withdrawn(people: Any, column: Any) -> None:
    with rollout():
        column.locks = ["existence"]
        column.save()
    with pytest.raises(PageLocked):
        actions.withdraw(column, "不要了", acting_user=people["site_admin"])


def test_privacy_goes_through_the_same_steps(people: Any, column: Any, in_kongtong: Any) -> None:
    page = make_article(in_kongtong)
    round = actions.ask_for_privacy(page, {"type": "password", "password": "geheim"}, acting_user=people["editor"])
    assert not PageViewRestriction.objects.exists()
    for role in REVIEWERS:
        approve(round, people[role])
    assert PageViewRestriction.objects.get().page_id == page.pk
    assert "password" not in ReviewRound.objects.get(pk=round.pk).request
    opening = actions.ask_for_privacy(page, {"type": "none"}, acting_user=people["editor"])
    for role in REVIEWERS[:2]:
        approve(opening, people[role])
    assert PageViewRestriction.objects.exists()
    approve(opening, people["reviewer_3"])
    assert not PageViewRestriction.objects.exists()


def test_rejected_privacy_is_over(people: Any, column: Any, in_kongtong: Any) -> None:
    page = make_article(in_kongtong)
    round = actions.ask_for_privacy(page, {"type": "login"}, acting_user=people["editor"])
    return_it(round, people["reviewer_1"])
    round.refresh_from_db()
    assert (round.state, round.kind) == (RoundState.REJECTED, RoundKind.PRIVACY)


def test_nearest_rule_counts_and_none_means_three_steps(people: Any, column: Any, in_kongtong: Any) -> None:
    from review.models import ReviewRule

    ReviewRule.objects.all().delete()
    assert list_steps(column) == ALL_STEPS
    with rollout():
        actions.set_rule(column.get_parent(), ("reviewer_1",), acting_user=None)
        assert list_steps(column) == ("reviewer_1",)
        actions.set_rule(column, (), acting_user=None)
    assert list_steps(column) == ()
    assert list_steps(get_column("gzdt")) == ("reviewer_1",)


def test_locked_rule_is_not_changed_by_the_site(people: Any, column: Any) -> None:
    with rollout():
        column.locks = ["review"]
        column.save()
    with pytest.raises(PageLocked):
        actions.set_rule(column, (), acting_user=people["site_admin"])


def test_record_cannot_be_changed(people: Any, column: Any) -> None:
    from django.db import DatabaseError, transaction

    round = actions.submit(write(column, people["editor"]), acting_user=people["editor"])
    with pytest.raises(DatabaseError), transaction.atomic():
        round.record.update(opinion="从未退回")
    with pytest.raises(DatabaseError), transaction.atomic():
        round.record.all().delete()
