"""Reads of the screens of review: who sees what, lists in a constant number of queries, words for where an item is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F, Max, Q, QuerySet
from wagtail.models import Page, PageViewRestriction, Revision

from accounts.models import User
from accounts.requests import keep_for_request
from review.actions import MAY_SET_RULES, MAY_WITHDRAW
from review.models import (
    OPEN_STATES,
    REVIEWERS,
    THREE_STEPS,
    Contribution,
    Decision,
    ReviewRound,
    ReviewStep,
    RoundKind,
    RoundState,
)
from review.selectors import list_barred, list_open, list_own, list_rules, list_steps
from site_core.locks import Lock
from site_core.member_selectors import list_roles, list_roles_now
from site_core.models import BasePage, ColumnPage, HomePage, Membership, TopicPage
from site_core.roles import ROLE_LABELS

MAY_SEE_ALL = frozenset({"site_admin", "auditor"})
"""Roles that see every round of the site."""
_WAITING = "review_waiting"
_SHOWN_FINISHED = 50


def list_roles_here(user: User) -> frozenset[str]:
    """Roles of the person on this site, those of a visit as well: enough to look, not to decide."""
    return frozenset(list_roles_now(user))


def user_can_see(user: User, round: ReviewRound) -> bool:
    """Whether the person may look at the round: who has a part in it, who edits the page, who oversees the site."""
    roles = list_roles_here(user)
    if roles & MAY_SEE_ALL or roles & set(round.steps) or round.submitted_by_id == user.pk:
        return True
    return round.page is not None and round.page.permissions_for_user(user).can_edit()


def user_can_withdraw(user: User, page: Page) -> bool:
    """Whether the page is public and reviewed, and the person one of those who may take it away."""
    return bool(page.live and list_steps(page) and user_can_withdraw_somewhere(user))


def user_can_withdraw_somewhere(user: User) -> bool:
    """Whether the person is one of those who may take pages away."""
    return bool(list_roles_here(user) & MAY_WITHDRAW)


def user_can_set_rules(user: User) -> bool:
    """Whether the person decides which columns take which steps."""
    return MAY_SET_RULES in list_roles_here(user)


def user_sees_all(user: User) -> bool:
    """Whether all rounds of the site are listed for the person."""
    return bool(list_roles_here(user) & MAY_SEE_ALL)


def list_all_rounds() -> QuerySet[ReviewRound]:
    """All rounds of the site, with what a screen about one shows."""
    return ReviewRound.objects.select_related("page", "revision", "submitted_by")


def get_restriction_type(page: Page) -> str:
    """Who may read the page by its own setting, as `privacy.TYPES` names it."""
    own = PageViewRestriction.objects.filter(page=page).values_list("restriction_type", flat=True).first()
    return own or PageViewRestriction.NONE


def find_public_page(path: str) -> Page | None:
    """The public page whose own path on this site that is."""
    slug = path.strip("/").rpartition("/")[2]
    candidates = Page.objects.live().filter(slug=slug).specific() if slug else Page.objects.none()
    wanted = f"/{path.strip('/')}/"
    return next((page for page in candidates if urlsplit(page.get_url() or "").path == wanted), None)


# --- Lists ---------------------------------------------------------------------------------------------------


def list_inbox(user: User) -> list[ReviewRound]:
    """Rounds that wait for this person, who has waited longest first. Six queries, however many there are."""
    return keep_for_request(f"{_WAITING}_{user.pk}", lambda: _read_inbox(user))


def _read_inbox(user: User) -> list[ReviewRound]:
    roles = list_roles(user)
    if not roles & set(REVIEWERS) or not user.is_active:
        return []
    rounds = ReviewRound.objects.filter(state=RoundState.IN_REVIEW).select_related(
        "page__live_revision", "submitted_by"
    )
    mine = [each for each in rounds.order_by("changed_at", "pk") if each.waiting_for in roles]
    barred = find_barring(user, mine)
    return [each for each in mine if each.pk not in barred]


def find_barring(user: User, rounds: Collection[ReviewRound]) -> set[int]:
    """Ids of those of the rounds on which the person may not act: what `selectors.list_barred` says, for many at once."""
    if not rounds:
        return set()
    acted = ReviewStep.objects.filter(
        round__in=rounds, actor=user, decision=Decision.APPROVE, pass_number=F("round__pass_number")
    )
    barred = set(acted.values_list("round_id", flat=True))
    barred |= {each.pk for each in rounds if each.submitted_by_id == user.pk}
    publications = [each for each in rounds if each.kind == RoundKind.PUBLICATION and each.page is not None]
    pages = _list_own_pages(user, [each.page for each in publications if each.page])
    return barred | {each.pk for each in publications if each.page_id in pages}


def _list_own_pages(user: User, pages: list[Page]) -> set[int]:
    """Ids of those of the pages in whose present draft the person has a part."""
    ids = [page.pk for page in pages]
    known = set(Contribution.objects.filter(user=user, page_id__in=ids).values_list("page_id", flat=True))
    saved = Revision.page_revisions.filter(user=user, object_id__in=[str(pk) for pk in ids])
    last = {int(key): at for key, at in saved.values_list("object_id").annotate(last=Max("created_at")).order_by()}
    for page in pages:
        since = page.live_revision.created_at if page.live_revision else None
        is_author = page.pk in last and (since is None or last[page.pk] > since)
        if is_author or (page.first_published_at is None and page.owner_id == user.pk):
            known.add(page.pk)
    return known


def list_submitted(user: User) -> QuerySet[ReviewRound]:
    """What the person submitted and what is not over, with what the table shows."""
    return list_own(user).select_related("page", "submitted_by")


def list_all_open(user: User) -> QuerySet[ReviewRound]:
    """All that is under way, for those who oversee the site; else nothing."""
    rounds = list_open().select_related("page", "submitted_by").order_by("changed_at", "pk")
    return rounds if user_sees_all(user) else rounds.none()


def list_finished(user: User) -> QuerySet[ReviewRound]:
    """What was finished last, as far as the person has a part in it or oversees the site."""
    ended = ReviewRound.objects.exclude(state__in=[*OPEN_STATES, RoundState.SCHEDULED])
    if not user_sees_all(user):
        part = Q(submitted_by=user) | Q(record__actor=user) | Q(steps__overlap=sorted(list_roles_here(user)))
        ended = ended.filter(pk__in=ReviewRound.objects.filter(part).values("pk"))
    return ended.select_related("page", "submitted_by").order_by("-finished_at", "-pk")[:_SHOWN_FINISHED]


# --- Words ---------------------------------------------------------------------------------------------------


def label_step(role: str) -> str:
    """“二审” for `reviewer_2`."""
    return ROLE_LABELS.get(role, role)


def label_steps(steps: Iterable[str]) -> str:
    """“一审、二审、三审”; what takes no step says so."""
    return "、".join(label_step(each) for each in steps) or "不经审核，直接发布"


def label_place(round: ReviewRound) -> str:
    """Where the round is, in a word or two: “等待二审”, “已退回”."""
    return f"等待{label_step(round.waiting_for)}" if round.waiting_for else round.get_state_display()


def explain_bar(user: User, round: ReviewRound) -> str:
    """Why the person may not decide now; '' where they may."""
    if not round.waiting_for:
        return ""
    if round.submitted_by_id == user.pk:
        return "您是提交人，不能审核自己的稿件。"
    acted = round.record.filter(actor=user, pass_number=round.pass_number, decision=Decision.APPROVE)
    if acted.exists():
        return f"您已审核过本轮。现在{label_place(round)}。"
    roles = list_roles(user)
    if roles & set(REVIEWERS) and user.pk in list_barred(round):
        return "您参与过这篇稿件的撰写或修改，作者不能审核自己的稿件。"
    return "" if round.waiting_for in roles else f"现在{label_place(round)}，您不承担这一步审核。"


@dataclass(frozen=True)
class TrackStep:
    """One step on the way: its name, whether it is `done`, `now`, `later` or `returned`, by whom and when."""

    label: str
    state: str
    name: str = ""
    at: datetime | None = None


def list_track(round: ReviewRound, record: list[ReviewStep]) -> list[TrackStep]:
    """The steps of the running pass in order. `record` is that of the round."""
    passes = [each for each in record if each.pass_number == round.pass_number]
    approved = {each.number: each for each in passes if each.decision == Decision.APPROVE}
    returned = {each.number: each for each in passes if each.decision == Decision.RETURN}
    return [_track(round, number, role, approved, returned) for number, role in enumerate(round.steps, 1)]


def _track(
    round: ReviewRound, number: int, role: str, approved: dict[int, ReviewStep], returned: dict[int, ReviewStep]
) -> TrackStep:
    label = label_step(role)
    if step := returned.get(number):
        return TrackStep(label, "returned", step.actor_name, step.at)
    if step := approved.get(number):
        return TrackStep(label, "done", step.actor_name, step.at)
    return TrackStep(label, "now" if round.waiting_for and number == round.passed + 1 else "later")


def find_last_return(record: list[ReviewStep]) -> ReviewStep | None:
    """The step that returned the item last."""
    return next((each for each in reversed(record) if each.decision == Decision.RETURN), None)


# --- Comparison ----------------------------------------------------------------------------------------------


def list_differences(round: ReviewRound, request: Any) -> list[Any] | None:
    """Wagtail's comparisons of the public page with the revision of the round, as far as they differ.

    None where nothing of the page is public.
    """
    page = round.page.specific if round.page is not None else None
    if page is None or not page.live or round.revision is None:
        return None
    panel = page.get_edit_handler().get_bound_panel(instance=page, request=request, form=None)
    draft = round.revision.as_object()
    return [each for each in (compare(page, draft) for compare in panel.get_comparison()) if each.has_changed()]


# --- Rules ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RuleRow:
    """A column and the steps that it takes: its own (None for those of what is above it), and those that hold."""

    page_id: int
    title: str
    level: int
    own: tuple[str, ...] | None
    above: tuple[str, ...]
    is_locked: bool
    problems: tuple[str, ...] = field(default=())

    @property
    def steps(self) -> tuple[str, ...]:
        """What holds."""
        return self.above if self.own is None else self.own

    @property
    def choice(self) -> str:
        """What is chosen in the form: `inherit`, the number of steps, or `custom`."""
        if self.own is None:
            return "inherit"
        return str(len(self.own)) if self.own == REVIEWERS[: len(self.own)] else "custom"


def list_rule_rows() -> list[RuleRow]:
    """Home page, columns and topics in the tree's order, and whatever else has a rule of its own. Few queries."""
    rules = dict(list_rules())
    places = BasePage.objects.type(HomePage, ColumnPage, TopicPage) | BasePage.objects.filter(path__in=list(rules))
    people = list_reviewers()
    rows = places.order_by("path").values_list("pk", "title", "path", "depth", "locks")
    return [
        RuleRow(
            pk,
            title,
            depth - 2,
            own,
            above,
            Lock.REVIEW in locks,
            _list_problems(above if own is None else own, people),
        )
        for pk, title, path, depth, locks in rows
        for own, above in [(rules.get(path), _find_above(path, rules))]
    ]


def _find_above(path: str, rules: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    above = [each for each in rules if path.startswith(each) and each != path]
    return rules[max(above, key=len)] if above else THREE_STEPS


def list_reviewers() -> dict[str, set[int]]:
    """Ids of the active members by role, for the roles that review."""
    rows = Membership.objects.lasting().order_by().filter(group__name__in=REVIEWERS, user__is_active=True)
    found: dict[str, set[int]] = {role: set() for role in REVIEWERS}
    for role, user_id in rows.values_list("group__name", "user_id"):
        found[role].add(user_id)
    return found


def _list_problems(steps: tuple[str, ...], people: dict[str, set[int]]) -> tuple[str, ...]:
    empty = tuple(f"{label_step(role)}没有人员" for role in steps if not people.get(role))
    together = set().union(*(people.get(role, set()) for role in steps)) if steps else set()
    if not empty and len(together) < len(steps):
        return (f"审核人只有 {len(together)} 位，不够 {len(steps)} 步各由一人审核",)
    return empty
