"""信息发布审核表: what a round's record says, arranged as the form that offices file on paper (domain R5.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from review import privacy
from review.models import Decision, ReviewRound, ReviewStep, RoundKind, RoundState
from review.screen_selectors import label_step
from tenants.current import current_site

_TITLES = {
    RoundKind.PUBLICATION: "信息发布审核表",
    RoundKind.PRIVACY: "可见范围更改审核表",
    RoundKind.WITHDRAWAL: "撤稿审核表",
}
_NUMERALS = "一二三"
_HASH_SHOWN = 16


@dataclass(frozen=True)
class SheetStep:
    """One of the boxes in which a reviewer signs; empty until then."""

    label: str
    opinion: str = ""
    proof_marks: str = ""
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Sheet:
    """All that stands on the sheet."""

    title: str
    organisation: str
    number: str
    rows: list[tuple[str, str]]
    steps: list[SheetStep]
    record: list[ReviewStep]
    printed_at: datetime


def make_sheet(round: ReviewRound, record: list[ReviewStep]) -> Sheet:
    """The sheet of the round; its boxes are those of the running pass."""
    return Sheet(
        title=_TITLES[RoundKind(round.kind)],
        organisation=current_site().name,
        number=f"{timezone.localtime(round.submitted_at):%Y%m%d}-{round.pk}",
        rows=_list_rows(round, record),
        steps=[_make_step(round, number, role, record) for number, role in enumerate(round.steps, 1)],
        record=record,
        printed_at=timezone.now(),
    )


def _make_step(round: ReviewRound, number: int, role: str, record: list[ReviewStep]) -> SheetStep:
    label = label_step(role)
    for step in record:
        if (step.pass_number, step.number) == (round.pass_number, number):
            opinion = f"{step.get_decision_display()}。{step.opinion}"
            return SheetStep(label, opinion, step.proof_marks, step.actor_name, step.at)
    return SheetStep(label)


def _list_rows(round: ReviewRound, record: list[ReviewStep]) -> list[tuple[str, str]]:
    rows = [("标题", round.page_title), ("栏目", round.column_title)]
    if round.kind == RoundKind.PUBLICATION:
        rows += _list_publication_rows(round, record)
    else:
        rows += [("提交人", str(round.submitted_by or "")), ("提交时间", _say_when(round.submitted_at))]
        rows += describe_request(round)
    return [*rows, ("审核结果", round.get_state_display()), ("内容校验值", f"{round.content_hash[:_HASH_SHOWN]}…")]


def _list_publication_rows(round: ReviewRound, record: list[ReviewStep]) -> list[tuple[str, str]]:
    page = round.revision.as_object() if round.revision and round.page else None
    submitted = [each for each in record if each.decision == Decision.SUBMIT]
    secrecy = next((each for each in reversed(record) if each.secrecy_checked), None)
    return [
        ("信息来源", getattr(page, "shown_source", "")),
        ("拟稿", getattr(page, "author", "") or str(round.submitted_by or "")),
        ("提交人", submitted[-1].actor_name if submitted else str(round.submitted_by or "")),
        ("提交时间", _say_when(submitted[-1].at if submitted else round.submitted_at)),
        ("公开属性", "主动公开"),
        ("保密审查", _say_secrecy(secrecy)),
        ("发布时间", _say_when(_find_publication(round, page))),
        ("网址", _say_address(round)),
    ]


def _say_secrecy(step: ReviewStep | None) -> str:
    if step is None:
        return ""
    return f"已作保密审查，不含涉密内容（{step.actor_name}，{_say_when(step.at)}）"


def _find_publication(round: ReviewRound, page: Any) -> datetime | None:
    """When the approved text became public, or will: at the chosen moment, else at the last approval."""
    if round.state not in {RoundState.DONE, RoundState.SCHEDULED}:
        return None
    moments = [each for each in (round.finished_at, getattr(page, "go_live_at", None)) if each]
    return max(moments, default=None)


def _say_address(round: ReviewRound) -> str:
    is_public = round.page is not None and round.page.live
    return (round.page.specific.full_url or "") if is_public and round.page else ""


def _say_when(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def describe_request(round: ReviewRound) -> list[tuple[str, str]]:
    """(name, value) of what a round asks for that is no publication. Never a password."""
    if round.kind == RoundKind.WITHDRAWAL:
        return [("撤稿理由", str(round.request.get("reason", "")))]
    return [("申请的可见范围", privacy.describe(round.request))]
