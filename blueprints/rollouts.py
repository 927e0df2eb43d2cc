"""Rollouts: a release is brought to sites, canaries first, a few at a time, and stopped where too much fails.

Each site's turn is a job of its own, one transaction: the site, the row that says on which release it is, and the turn's
end stand or fall together. A worker that is killed leaves the site as it was, and the job is taken up again.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from accounts import ledger
from blueprints.applying import NotInStep, SiteBlocked, apply_release
from blueprints.changes import SitePlan
from blueprints.comparing import keep_applied, plan_site
from blueprints.models import (
    RUNNING_STATES,
    Blueprint,
    Release,
    Rollout,
    RolloutKind,
    RolloutState,
    SiteRelease,
    SiteTurn,
    SiteTurnState,
)
from blueprints.releasing import verify_release
from blueprints.selectors import find_running, find_site_release, get_content
from tenants.current import current_site, enter_site, leave_site, outside_of_sites
from tenants.kinds import SiteState
from tenants.models import Organisation

logger = structlog.get_logger(__name__)
_FAILED = (SiteTurnState.FAILED, SiteTurnState.BLOCKED)


class RolloutRefused(ValueError):
    """A rollout that cannot be made or go on as asked for; the text is for the reader."""


@outside_of_sites
@transaction.atomic
def plan_rollout(
    release: Release,
    sites: Sequence[Organisation],
    *,
    canaries: Sequence[Organisation] = (),
    batch_size: int = 4,
    failures_allowed: int = 10,
    kind: str = RolloutKind.UPDATE,
    note: str = "",
    acting_user: Any = None,
) -> Rollout:
    """Plan the release for each of the sites, and keep what was found; nothing on the sites changes. Raises RolloutRefused."""
    _check_request(release, sites, batch_size, failures_allowed)
    chosen = {site.pk for site in canaries}
    if not chosen <= {site.pk for site in sites}:
        raise RolloutRefused("试点网站须在所选网站之中。")
    rollout = Rollout.objects.create(
        blueprint=release.blueprint,
        release=release,
        kind=kind,
        batch_size=batch_size,
        failures_allowed=failures_allowed,
        note=note.strip(),
        created_by=acting_user,
    )
    SiteTurn.objects.bulk_create(
        [_plan_turn(rollout, site, release, is_canary=site.pk in chosen) for site in sites],
    )
    detail = {"release": release.number, "sites": len(sites), "canaries": [site.schema_name for site in canaries]}
    ledger.record("rollout.planned", rollout, acting_user, detail)
    return rollout


def _check_request(release: Release, sites: Sequence[Organisation], batch_size: int, failures_allowed: int) -> None:
    if not sites:
        raise RolloutRefused("请至少选择一个网站。")
    strangers = [site.short_name for site in sites if site.kind != release.blueprint.kind]
    if strangers:
        raise RolloutRefused(f"这些网站不属于此蓝图的类别：{'、'.join(strangers[:5])}。")
    if archived := [site.short_name for site in sites if site.is_read_only]:
        raise RolloutRefused(f"这些网站已归档，不能再更改：{'、'.join(archived[:5])}。")
    if not 1 <= batch_size <= 50:
        raise RolloutRefused("同时进行的网站数为 1 至 50。")
    if not 0 <= failures_allowed <= 100:
        raise RolloutRefused("允许失败的比例为 0 至 100。")
    if not verify_release(release):
        raise RolloutRefused(f"{release}的签名不符，内容可能被改动，不能推行。请运维人员核对数据库。")


def _plan_turn(rollout: Rollout, site: Organisation, release: Release, *, is_canary: bool) -> SiteTurn:
    found = find_site_release(site)
    plan = plan_site(site, release)
    return SiteTurn(
        rollout=rollout,
        site=site,
        is_canary=is_canary,
        before=found.release if found else None,
        plan=plan.to_json(),
        problem="；".join(each.describe() for each in plan.obstacles),
    )


@outside_of_sites
@transaction.atomic
def start_rollout(rollout: Rollout, *, acting_user: Any = None) -> Rollout:
    """Let the canaries go, or, where there are none, the first sites. Also takes up a rollout that was stopped.

    Raises RolloutRefused.
    """
    Blueprint.objects.select_for_update().get(pk=rollout.blueprint_id)
    rollout = _lock(rollout.pk)
    if rollout.state not in {RolloutState.PLANNED, RolloutState.STOPPED}:
        raise RolloutRefused("此次推行正在进行或已经完成。")
    running = find_running(rollout.blueprint)
    if running is not None:
        raise RolloutRefused(f"同类网站的另一次推行（编号 {running.pk}）正在进行，请等它结束或先停止它。")
    if not verify_release(rollout.release):
        raise RolloutRefused(f"{rollout.release}的签名不符，不能推行。")
    _let_wait(rollout)
    rollout.state, rollout.stop_reason = RolloutState.CANARIES, ""
    rollout.started_at, rollout.ended_at = rollout.started_at or timezone.now(), None
    rollout.save()
    ledger.record("rollout.started", rollout, acting_user, {"release": rollout.release.number})
    _advance(rollout)
    return rollout


def _let_wait(rollout: Rollout) -> None:
    """Turns that failed or were queued in vain wait again.

    One that a worker is at just now is its own: it holds the turn and will ask for the rollout, which we hold. What was
    archived meanwhile has no turn any more.
    """
    left = rollout.turns.exclude(state=SiteTurnState.DONE).select_for_update(skip_locked=True)
    ours = rollout.turns.filter(pk__in=list(left.order_by("pk").values_list("pk", flat=True)))
    ours.filter(site__state=SiteState.ARCHIVED).delete()
    ours.update(state=SiteTurnState.WAITING, problem="", started_at=None, ended_at=None)


@outside_of_sites
@transaction.atomic
def stop_rollout(rollout: Rollout, reason: str, *, acting_user: Any = None) -> Rollout:
    """Let no further site begin; what is under way ends. Raises RolloutRefused."""
    rollout = _lock(rollout.pk)
    if rollout.state not in RUNNING_STATES:
        raise RolloutRefused("此次推行没有在进行。")
    _stop(rollout, reason.strip() or "由管理员停止。", acting_user)
    return rollout


def _lock(pk: int) -> Rollout:
    return Rollout.objects.select_for_update(of=("self",)).select_related("release__blueprint", "blueprint").get(pk=pk)


def _stop(rollout: Rollout, reason: str, acting_user: Any = None) -> None:
    rollout.state, rollout.stop_reason, rollout.ended_at = RolloutState.STOPPED, reason, timezone.now()
    rollout.save()
    ledger.record("rollout.stopped", rollout, acting_user, {"reason": reason})


def _advance(rollout: Rollout) -> None:
    """Queue the next sites, or end the rollout. The rollout's row is locked; jobs are queued in the same transaction."""
    turns = list(rollout.turns.select_related("site"))
    if reason := _find_reason_to_stop(turns, rollout.failures_allowed):
        _stop(rollout, reason)
        return
    canaries_left = [each for each in turns if each.is_canary and each.state != SiteTurnState.DONE]
    if not canaries_left and rollout.state == RolloutState.CANARIES:
        rollout.state = RolloutState.RUNNING
        rollout.save()
    waiting = [each for each in canaries_left or turns if each.state == SiteTurnState.WAITING]
    queued = [each for each in turns if each.state == SiteTurnState.QUEUED]
    for turn in waiting[: max(0, rollout.batch_size - len(queued))]:
        _queue(turn)
    if not waiting and not queued:
        rollout.state, rollout.ended_at = RolloutState.DONE, timezone.now()
        rollout.save()
        done = sum(each.state == SiteTurnState.DONE for each in turns)
        ledger.record("rollout.done", rollout, None, {"sites": done})


def _find_reason_to_stop(turns: list[SiteTurn], failures_allowed: int) -> str:
    failed = [each for each in turns if each.state in _FAILED]
    canary = next((each for each in failed if each.is_canary), None)
    if canary is not None:
        return f"试点网站“{canary.site.short_name}”未成功：{canary.problem}"[:500]
    if len(failed) * 100 > failures_allowed * len(turns):
        return f"{len(turns)} 个网站中有 {len(failed)} 个未成功，超过允许的 {failures_allowed}%。"
    return ""


def _queue(turn: SiteTurn) -> None:
    from blueprints.tasks import take_turn

    SiteTurn.objects.filter(pk=turn.pk).update(state=SiteTurnState.QUEUED, started_at=timezone.now())
    with enter_site(turn.site):
        take_turn.defer(turn_id=turn.pk)


def run_turn(turn_id: int) -> None:
    """The turn of the current site. Repeated, or of a rollout that was stopped meanwhile, it does nothing to the site."""
    try:
        _run_turn(turn_id)
    except SiteBlocked as blocked:
        _fail(turn_id, SiteTurnState.BLOCKED, str(blocked), blocked.plan)
    except NotInStep as left:
        logger.warning("rollout left a site out of step", turn=turn_id, left=str(left))
        _fail(turn_id, SiteTurnState.FAILED, f"应用后核对仍有差异：{left}", left.plan)
    except RolloutRefused as refusal:
        _fail(turn_id, SiteTurnState.FAILED, str(refusal), None)
    except Exception as error:
        # Whatever it is: this site stays as it was, the centre is told, and the other sites do not wait for it.
        logger.exception("rollout failed on a site", turn=turn_id)
        _fail(turn_id, SiteTurnState.FAILED, f"{type(error).__name__}：{error}", None)


@transaction.atomic
def _run_turn(turn_id: int) -> None:
    turn = (
        SiteTurn.objects.select_for_update(of=("self",)).select_related("rollout__release__blueprint").get(pk=turn_id)
    )
    if turn.state != SiteTurnState.QUEUED:
        return
    # Asked apart: what came with the turn may be from before the lock was had.
    if not Rollout.objects.filter(pk=turn.rollout_id, state__in=RUNNING_STATES).exists():
        turn.state = SiteTurnState.WAITING
        turn.save()
        return
    if current_site().is_read_only:
        raise RolloutRefused("网站已归档，不能再更改。")
    apply_to_current_site(turn.rollout.release, acting_user=turn.rollout.created_by)
    turn.state, turn.ended_at, turn.problem = SiteTurnState.DONE, timezone.now(), ""
    turn.save()
    _go_on(turn.rollout_id)


@transaction.atomic
def _fail(turn_id: int, state: str, problem: str, plan: SitePlan | None) -> None:
    turn = SiteTurn.objects.select_for_update(of=("self",)).get(pk=turn_id)
    turn.state, turn.problem, turn.ended_at = state, problem[:2000], timezone.now()
    if plan is not None:
        turn.plan = plan.to_json()
    turn.save()
    _go_on(turn.rollout_id)


def _go_on(rollout_id: int) -> None:
    with leave_site():
        rollout = _lock(rollout_id)
        if rollout.state in RUNNING_STATES:
            _advance(rollout)


@transaction.atomic
def apply_to_current_site(release: Release, *, acting_user: Any = None) -> SitePlan:
    """Bring the current site to the release and write down that it is there.

    Raises SiteBlocked, NotInStep; RolloutRefused for a release that is not what was signed.
    """
    site = current_site()
    if not verify_release(release):
        raise RolloutRefused(f"{release}的签名不符，内容可能被改动，没有应用。")
    row = SiteRelease.objects.select_for_update(of=("self",)).filter(site=site).select_related("release").first()
    plan = apply_release(release.content, get_content(row.release) if row else None, acting_user=acting_user)
    is_new = row is None or row.release_id != release.pk
    SiteRelease.objects.update_or_create(site=site, defaults={"release": release, "applied_at": timezone.now()})
    keep_applied(release, plan)
    if plan.changes or is_new:
        detail = {"release": release.number, "digest": release.digest[:16], "changes": len(plan.changes)}
        ledger.record("release.applied", release, acting_user, detail)
    return plan
