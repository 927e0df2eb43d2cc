"""Writes of review: submit, approve, return, cancel, withdraw; each checked, atomic, on the record and in the ledger.

Rules (domain §5.1): nobody acts twice on one item, no author approves, what is changed begins anew at the first step, and
what becomes public is exactly what was approved by as many different people as the place wants.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision

from accounts import ledger
from accounts.models import User
from accounts.requests import current_origin
from review import mail, privacy
from review.content_hash import hash_request, hash_revision
from review.models import Contribution, Decision, ReviewRound, ReviewRule, ReviewStep, RoundKind, RoundState
from review.publishing import reviewed
from review.selectors import find_open_round, find_scheduled_round, get_approvals, list_steps, user_can_decide
from site_core.locks import Lock, PageLocked, find_locked_below, tell
from site_core.member_selectors import list_roles_now
from site_core.publication_checks import list_obstacles

MAY_WITHDRAW = frozenset({"site_admin", "reviewer_1", "reviewer_2", "reviewer_3"})
MAY_SET_RULES = "site_admin"


class ReviewRefused(ValueError):
    """A step that the rules of review forbid; the text is for the reader."""


@dataclass(frozen=True)
class Judgement:
    """What a reviewer decided: approve or return, with opinion and corrections.

    `content_hash` is that of the content which was looked at; `secrecy_checked` says that no secret is in it.
    """

    decision: str
    content_hash: str
    opinion: str = ""
    proof_marks: str = ""
    secrecy_checked: bool = False


@transaction.atomic
def submit(page: Page, *, acting_user: User, note: str = "") -> ReviewRound:
    """Send the latest draft of the page into review. Raises ReviewRefused, PermissionDenied."""
    page = _lock_page(page.pk)
    if not page.permissions_for_user(acting_user).can_edit():
        raise PermissionDenied
    steps, revision = list_steps(page), page.latest_revision
    if not steps:
        raise ReviewRefused("此栏目不经审核，可以直接发布。")
    if revision is None or (page.live and not page.has_unpublished_changes):
        raise ReviewRefused("没有需要审核的修改。")
    if find_scheduled_round(page, revision) is not None:
        raise ReviewRefused("这一稿已通过审核，到设定的时间自动发布。要修改，请先取消发布计划。")
    _refuse_obstacles(revision)
    round = find_open_round(page)
    if round is not None and round.state == RoundState.IN_REVIEW:
        raise ReviewRefused("已提交审核，正在等待审核人处理。")
    round = round or ReviewRound(page=page, pass_number=0)
    round.pass_number += 1
    round.state, round.passed, round.steps = RoundState.IN_REVIEW, 0, list(steps)
    round.revision, round.content_hash, round.submitted_by = revision, hash_revision(revision), acting_user
    _name(round, revision.as_object(), page)
    round.save()
    _write(round, Decision.SUBMIT, acting_user, opinion=note)
    mail.tell_reviewers(round)
    return round


def _name(round: ReviewRound, page: Page, stored: Page) -> None:
    parent = stored.get_parent()
    round.page_title, round.column_title = page.title, parent.title if parent else ""


def decide(round: ReviewRound, judgement: Judgement, *, acting_user: User) -> ReviewRound:
    """Approve the running step, or return the item to its editor. Raises ReviewRefused, PermissionDenied.

    Where the content is no longer what was looked at, nothing is decided and the pass begins anew.
    """
    # In a transaction of its own: that the pass began anew must stay when the decision is refused.
    _notice_changes(round)
    return _decide(round, judgement, acting_user)


@transaction.atomic
def _notice_changes(round: ReviewRound) -> None:
    round = _lock_round(round)
    if round.state == RoundState.IN_REVIEW and round.kind == RoundKind.PUBLICATION:
        _refresh(round, round.page.latest_revision if round.page else None)


@transaction.atomic
def _decide(round: ReviewRound, judgement: Judgement, user: User) -> ReviewRound:
    round = _lock_round(round)
    if not user_can_decide(user, round):
        raise PermissionDenied
    if judgement.decision == Decision.RETURN:
        return _return(round, judgement, user)
    if judgement.content_hash != round.content_hash:
        raise ReviewRefused("内容在您查看之后有改动，请重新查看后再审核。")
    _refuse_incomplete(round, judgement)
    return _approve(round, judgement, user)


def _lock_round(round: ReviewRound) -> ReviewRound:
    """The page first, then the round: every writer takes them in this order."""
    if round.page_id is not None:
        _lock_page(round.page_id)
    return ReviewRound.objects.select_for_update(of=("self",)).get(pk=round.pk)


def _return(round: ReviewRound, judgement: Judgement, user: User) -> ReviewRound:
    if not judgement.opinion.strip():
        raise ReviewRefused("退回须说明理由。")
    _write(round, Decision.RETURN, user, judgement)
    round.state = RoundState.RETURNED if round.kind == RoundKind.PUBLICATION else RoundState.REJECTED
    round.passed = 0
    if round.state == RoundState.REJECTED:
        round.finished_at, round.request = timezone.now(), privacy.without_secret(round.request)
    round.save()
    mail.tell_author(round, "returned", judgement.opinion)
    return round


def _refuse_incomplete(round: ReviewRound, judgement: Judgement) -> None:
    if round.kind != RoundKind.PUBLICATION:
        return
    if round.passed == len(round.steps) - 1 and not judgement.secrecy_checked:
        raise ReviewRefused("最后一步须确认已作保密审查。")
    _refuse_obstacles(round.revision)


def _refuse_obstacles(revision: Revision | None) -> None:
    obstacles = list_obstacles(revision.as_object(), confirmed=True) if revision else []
    if obstacles:
        raise ReviewRefused("；".join(f"{each.where}：{each.text}" for each in obstacles[:3]))


def _approve(round: ReviewRound, judgement: Judgement, user: User) -> ReviewRound:
    _write(round, Decision.APPROVE, user, judgement)
    round.passed += 1
    round.save()
    if round.passed < len(round.steps):
        mail.tell_reviewers(round)
        return round
    return _finish(round, user)


def _finish(round: ReviewRound, user: User) -> ReviewRound:
    steps = list_steps(round.page) if round.kind != RoundKind.WITHDRAWAL else tuple(round.steps)
    if len(steps) > len(round.steps) or not get_approvals(round).are_enough(tuple(round.steps), round.content_hash):
        # The rule was made stricter meanwhile, or the record does not carry it: from the beginning.
        _begin_anew(round, steps or tuple(round.steps))
        return round
    with reviewed():
        _FINISHES[RoundKind(round.kind)](round, user)
    round.finished_at = timezone.now()
    round.save()
    _write(round, Decision.FINISH, user)
    mail.tell_author(round, "done")
    return round


def _publish(round: ReviewRound, user: User) -> None:
    revision = Revision.objects.get(pk=round.revision_id)
    PublishPageRevisionAction(revision, user=user).execute(skip_permission_checks=True)
    revision.refresh_from_db()
    scheduled = revision.approved_go_live_at is not None
    round.state = RoundState.SCHEDULED if scheduled else RoundState.DONE


def _change_privacy(round: ReviewRound, user: User) -> None:
    privacy.apply(round.page, round.request, user)
    round.request = privacy.without_secret(round.request)
    round.state = RoundState.DONE


def _confirm_withdrawal(round: ReviewRound, user: User) -> None:
    round.state = RoundState.DONE


_FINISHES = {
    RoundKind.PUBLICATION: _publish,
    RoundKind.PRIVACY: _change_privacy,
    RoundKind.WITHDRAWAL: _confirm_withdrawal,
}


def _refresh(round: ReviewRound, revision: Revision | None) -> None:
    """Take the page's latest draft into the round; what was approved of another content counts no more."""
    page = round.page
    if page is None or revision is None:
        return
    content_hash = hash_revision(revision)
    if (revision.pk, content_hash) == (round.revision_id, round.content_hash):
        return
    is_other = content_hash != round.content_hash
    round.revision, round.content_hash = revision, content_hash
    _name(round, revision.as_object(), page)
    round.save()
    if is_other and round.passed:
        _begin_anew(round, list_steps(page) or tuple(round.steps))


def _begin_anew(round: ReviewRound, steps: tuple[str, ...]) -> None:
    round.pass_number += 1
    round.passed, round.steps = 0, list(steps)
    round.save()
    _write(round, Decision.RESET, None)
    mail.tell_reviewers(round)


@transaction.atomic
def on_revision_saved(page_id: int, revision: Revision) -> None:
    """A draft was saved: its author takes part from now on, and what was approved before begins anew."""
    if revision.user_id:
        Contribution.objects.update_or_create(page_id=page_id, user_id=revision.user_id)
    open_rounds = ReviewRound.objects.select_for_update(of=("self",)).filter(
        page_id=page_id, kind=RoundKind.PUBLICATION
    )
    if (round := open_rounds.filter(state=RoundState.IN_REVIEW).first()) is not None:
        _refresh(round, revision)
    if revision.approved_go_live_at is None:
        # Taken off the schedule: what was approved for that moment is not approved for another.
        unscheduled = open_rounds.filter(state=RoundState.SCHEDULED, revision=revision)
        unscheduled.update(state=RoundState.CANCELLED, finished_at=timezone.now())


def on_published(page: Page, revision: Revision | None) -> None:
    """The revision is public: who took part in it may approve what comes next. Authors of later drafts stay barred."""
    ReviewRound.objects.filter(page_id=page.pk, state=RoundState.SCHEDULED, revision=revision).update(
        state=RoundState.DONE
    )
    rows = Contribution.objects.filter(page_id=page.pk)
    if revision is not None and not revision.is_latest_revision():
        rows = rows.filter(at__lte=revision.created_at)
    rows.delete()


@transaction.atomic
def cancel(round: ReviewRound, *, acting_user: User) -> ReviewRound:
    """Take an item back out of review: its submitter, an editor of the page, or the site administrator."""
    round = _lock_round(round)
    if round.state not in {RoundState.IN_REVIEW, RoundState.RETURNED} or round.kind == RoundKind.WITHDRAWAL:
        raise ReviewRefused("此事项已办结，不能撤销。")
    is_own = acting_user.pk == round.submitted_by_id
    if not is_own and not (round.page and round.page.permissions_for_user(acting_user).can_edit()):
        raise PermissionDenied
    round.state, round.finished_at = RoundState.CANCELLED, timezone.now()
    round.request = privacy.without_secret(round.request)
    round.save()
    _write(round, Decision.CANCEL, acting_user)
    return round


@transaction.atomic
def withdraw(page: Page, reason: str, *, acting_user: User) -> ReviewRound:
    """Take a page from the public at once, for a reason; a reviewer looks at it afterwards.

    Raises ReviewRefused, PermissionDenied, PageLocked.
    """
    page = _lock_page(page.pk)
    if not list_roles_now(acting_user) & MAY_WITHDRAW:
        raise PermissionDenied
    if not reason.strip():
        raise ReviewRefused("撤稿须说明理由。")
    if not page.live:
        raise ReviewRefused("此页面未公开，无需撤稿。")
    if (held := find_locked_below(page, Lock.EXISTENCE, inclusive=True)) is not None:
        raise PageLocked(tell(held, "公开状态"))
    round = ReviewRound(page=page, kind=RoundKind.WITHDRAWAL, revision=page.live_revision, submitted_by=acting_user)
    round.steps = list(list_steps(page)[-1:])
    round.state = RoundState.IN_REVIEW if round.steps else RoundState.DONE
    round.content_hash = hash_request(page.pk, {"withdrawn": reason.strip()})
    round.request = {"reason": reason.strip()}
    _name(round, page, page)
    ReviewRound.objects.filter(page_id=page.pk, kind=RoundKind.WITHDRAWAL, state=RoundState.IN_REVIEW).update(
        state=RoundState.DONE, finished_at=timezone.now()
    )
    round.save()
    UnpublishPageAction(page.specific, user=acting_user).execute(skip_permission_checks=True)
    _write(round, Decision.WITHDRAW, acting_user, opinion=reason.strip())
    mail.tell_reviewers(round)
    return round


@transaction.atomic
def ask_for_privacy(page: Page, request: dict[str, Any], *, acting_user: User) -> ReviewRound:
    """Send a change of who may read the page into review. `request` is as `privacy` has it. Raises ReviewRefused."""
    page = _lock_page(page.pk)
    if not page.permissions_for_user(acting_user).can_edit():
        raise PermissionDenied
    if (held := find_locked_below(page, Lock.EXISTENCE, inclusive=True)) is not None:
        raise PageLocked(tell(held, "公开状态"))
    steps = list_steps(page)
    if not steps:
        raise ReviewRefused("此栏目不经审核，可以直接更改可见范围。")
    if find_open_round(page, RoundKind.PRIVACY) is not None:
        raise ReviewRefused("已有一项更改可见范围的申请正在审核。")
    privacy.check(request)
    round = ReviewRound(page=page, kind=RoundKind.PRIVACY, request=request, submitted_by=acting_user)
    round.steps, round.content_hash = list(steps), hash_request(page.pk, request)
    _name(round, page, page)
    round.save()
    _write(round, Decision.SUBMIT, acting_user)
    mail.tell_reviewers(round)
    return round


@transaction.atomic
def set_rule(page: Page, steps: tuple[str, ...] | None, *, acting_user: User | None) -> None:
    """Let the page and what is below it take these steps; None for those of what is above. Raises PageLocked.

    Rounds that are under way keep their steps, unless more are wanted now: then they begin anew.
    """
    if acting_user is not None and MAY_SET_RULES not in list_roles_now(acting_user):
        raise PermissionDenied
    rule = ReviewRule.objects.filter(page_id=page.pk).first()
    before = rule.steps if rule else None
    if steps is None:
        if rule is not None:
            rule.delete()
    else:
        rule = rule or ReviewRule(page=page)
        rule.steps = list(steps)
        rule.save()
    detail = {"from": before, "to": list(steps) if steps is not None else None}
    ledger.record("review.rule", page, acting_user, detail)


def _lock_page(pk: int) -> Page:
    return Page.objects.select_for_update(of=("self",)).get(pk=pk)


def _write(
    round: ReviewRound,
    decision: Decision,
    user: User | None,
    judgement: Judgement | None = None,
    *,
    opinion: str = "",
) -> ReviewStep:
    is_step = decision in {Decision.APPROVE, Decision.RETURN}
    step = ReviewStep.objects.create(
        round=round,
        pass_number=round.pass_number,
        number=round.passed + 1 if is_step else 0,
        role=round.waiting_for if is_step else "",
        actor=user,
        actor_name=str(user) if user else "",
        decision=decision,
        opinion=judgement.opinion.strip() if judgement else opinion.strip(),
        proof_marks=judgement.proof_marks.strip() if judgement else "",
        secrecy_checked=bool(judgement and judgement.secrecy_checked),
        content_hash=round.content_hash,
        revision_id_then=round.revision_id,
        address=current_origin().address,
    )
    detail = {"round": round.pk, "pass": round.pass_number, "step": step.number, "hash": round.content_hash[:16]}
    ledger.record(
        f"review.{decision.value}",
        round.page or round,
        user,
        detail | ({"reason": step.opinion} if step.opinion else {}),
    )
    return step
