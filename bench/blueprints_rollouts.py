"""Figures of a rollout to all counties: how long planning takes, and how long two workers need to carry it out."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bench.blueprints import GOAL_SITES
from bench.blueprints_sites import CHANGES
from bench.report import Figure, NotMeasured, Outcome, at_most
from bench.workers import Worker, working
from blueprints.models import RUNNING_STATES, Release, Rollout, RolloutState
from blueprints.planning import plan
from blueprints.rollouts import plan_rollout, start_rollout
from blueprints.selectors import count_turns, find_site_release, get_content
from blueprints.site_state import read_site_state
from tenants.current import enter_site
from tenants.models import Organisation

if TYPE_CHECKING:
    from bench.blueprints import BlueprintsRun

WORKERS = 2
BATCH_SIZE = 4
_POLL_S = 0.05
_QUIET_WITHIN_S = 120
_STALLED_AFTER_S = 6  # what the product has


class PlanUnexpected(RuntimeError):
    """The plan does not hold what the goal is about: its time would say nothing."""


def measure_rollout(run: "BlueprintsRun") -> Iterator[Outcome]:
    """One rollout, planned and applied; fewer sites' times are scaled to what the goals are about."""
    release, sites = run.counties.second, run.counties.filled
    start = time.perf_counter()
    rollout = plan_rollout(release, sites, batch_size=BATCH_SIZE)
    planned_in = time.perf_counter() - start
    changes = _count_changes(rollout)
    yield _make_figure("plan_200_sites", planned_in, len(sites), 20, {"changes": changes})
    applied_in, notes = _apply(run, rollout)
    astray = [f"{site.schema_name}: {fault}" for site in sites if (fault := find_fault(site, release))]
    if astray:
        yield NotMeasured("apply_200_sites", f"void, {len(astray)} sites are not in step: {astray[0]}")
        return
    yield _make_figure("apply_200_sites", applied_in, len(sites), 90, notes)


def _make_figure(name: str, seconds: float, sites: int, limit: float, notes: dict[str, Any]) -> Figure:
    notes = {"sites": sites, "measured_s": round(seconds, 3), **notes}
    if sites != GOAL_SITES:
        notes["scaled"] = f"time for {sites} sites, scaled to {GOAL_SITES}"
    return Figure(name, seconds * GOAL_SITES / sites, "s", at_most(limit), notes)


def _count_changes(rollout: Rollout) -> int:
    """Changes planned for all sites. Raises PlanUnexpected where a site is blocked, or lacks one of the changes."""
    plans = [turn.plan for turn in rollout.turns.all()]
    for each in plans:
        missing = CHANGES - {change["op"] for change in each["changes"]}
        if each["obstacles"] or missing:
            raise PlanUnexpected(f"lacking {sorted(missing)}; in the way: {each['obstacles'][:1]}")
    return sum(len(each["changes"]) for each in plans)


def _apply(run: "BlueprintsRun", rollout: Rollout) -> tuple[float, dict[str, Any]]:
    """Seconds from the start to the rollout's end, and notes. What making the sites left to do is done before."""
    with working(run, list(range(WORKERS)), concurrency=1, stalled_after=_STALLED_AFTER_S) as workers:
        _await_quiet(workers)
        start = time.perf_counter()
        start_rollout(rollout)
        state = await_end(rollout, workers, time.monotonic() + 120 + 5 * run.scale.sites)
        seconds = time.perf_counter() - start
        _await_quiet(workers)
        quiet_after = time.perf_counter() - start
    notes = {"workers": WORKERS, "batch_size": BATCH_SIZE, "state": state, "turns": count_turns(rollout)}
    return seconds, notes | {"other_jobs_done_after_s": round(quiet_after, 3)}


def await_end(rollout: Rollout, workers: Sequence[Worker], deadline: float) -> str:
    """State in which the rollout ends, or is when the (monotonic) time is over. Raises CommandFailed for a worker gone."""
    while (state := find_state(rollout)) in RUNNING_STATES and time.monotonic() < deadline:
        for worker in workers:
            worker.check()
        time.sleep(_POLL_S)
    return state


def find_state(rollout: Rollout) -> str:
    """How far the rollout is by now."""
    return RolloutState(Rollout.objects.values_list("state", flat=True).get(pk=rollout.pk))


def _await_quiet(workers: Sequence[Worker]) -> None:
    """Until nothing is queued for now; what the clock queues each minute may keep that from lasting."""
    jobs = ProcrastinateJob.objects.filter(status__in=("todo", "doing"))
    deadline = time.monotonic() + _QUIET_WITHIN_S
    while jobs.exclude(scheduled_at__gt=timezone.now()).exists() and time.monotonic() < deadline:
        for worker in workers:
            worker.check()
        time.sleep(_POLL_S)


def find_fault(site: Organisation, expected: Release | None = None) -> str:
    """In what the site is not wholly on the release that it says it is on, '' for nothing; on `expected`, where given."""
    found = find_site_release(site)
    content = get_content(found.release) if found else None
    if found is None or content is None:
        return "on no release"
    if expected is not None and found.release_id != expected.pk:
        return f"on {found.release}"
    with enter_site(site):
        left = plan(read_site_state(content), content, content)
        wrong = _count_wrong_addresses(site)
    if not left.is_in_step:
        changes = [each.describe() for each in left.changes[:2]]
        return "；".join([*changes, *(each.describe() for each in left.obstacles[:1])])
    return f"{wrong} addresses of pages or in the catalogue" if wrong else ""


_WRONG_PAGES = """
SELECT count(*) FROM wagtailcore_page page JOIN wagtailcore_page above ON above.path = left(page.path, -4)
WHERE page.depth > 2 AND page.url_path <> above.url_path || page.slug || '/'
"""
_WRONG_ENTRIES = """
SELECT count(*) FROM search_catalogueentry entry LEFT JOIN wagtailcore_page page ON page.id = entry.page_id,
  (SELECT url_path FROM wagtailcore_page WHERE depth = 2) home
WHERE entry.site_id = %s AND (page.id IS NULL OR page.url_path <> rtrim(home.url_path, '/') || entry.url_path)
"""


def _count_wrong_addresses(site: Organisation) -> int:
    """Pages whose address does not follow from the page above, and catalogue entries whose address is not their page's."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG_PAGES)
        pages = cursor.fetchone()[0]
        cursor.execute(_WRONG_ENTRIES, [site.pk])
        return int(pages + cursor.fetchone()[0])
