"""Figures of workers that are killed at their work: no site may be between two releases, and a rerun completes."""

import random
import time
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from bench.blueprints_rollouts import BATCH_SIZE, await_end, find_fault, find_state
from bench.report import Figure, Outcome, at_most
from bench.workers import Worker, working
from blueprints.models import RUNNING_STATES, Release, Rollout, RolloutKind, SiteRelease, SiteTurnState
from blueprints.rollouts import plan_rollout, start_rollout
from blueprints.tasks import QUEUE

if TYPE_CHECKING:
    from bench.blueprints import BlueprintsRun

_LATEST_KILL_S = 2.0
"""A worker is killed at most so long after it took up its first turn; a turn takes a fraction of that."""
_STALLED_AFTER_S = 2.0
_CONCURRENCY = 2
_TAKES_UP_WITHIN_S = 120
_POLL_S = 0.01
_FIRST_NUMBER = 100  # workers of other figures have lower ones


def measure_kills(run: "BlueprintsRun") -> Iterator[Outcome]:
    """Rollouts to and fro between two releases; a worker after the other is killed, and every site is read each time."""
    killing = _Killing(run)
    for _ in range(run.scale.kills):
        killing.kill_one()
    killing.finish()
    notes = {
        "kills": run.scale.kills,
        "sites_read_at_each": len(killing.sites),
        "rollouts": killing.rollouts,
        "turns_cut_off": killing.cut_off,
        "turns_done": killing.turns_done,
    }
    yield Figure("torn_sites_after_kills", len(killing.torn), "sites", at_most(0), notes | {"torn": killing.torn[:5]})
    yield Figure("sites_left_after_rerun", len(killing.left), "sites", at_most(0), notes | {"left": killing.left[:5]})


class _Killing:
    """The rollouts, and what was found. `torn` and `left` hold a line for each site that was not as it must be."""

    def __init__(self, run: "BlueprintsRun") -> None:
        self._run = run
        self.sites = run.counties.filled
        self.torn: list[str] = []
        self.left: list[str] = []
        self.rollouts = 0
        self.cut_off = 0
        self.turns_done = 0
        self._chance = random.Random(6)  # noqa: S311 - when to kill is no secret
        self._numbers = count(_FIRST_NUMBER)
        self._rollout = self._begin_next()

    def kill_one(self) -> None:
        """Start a worker, kill it at its work, and read every site."""
        if find_state(self._rollout) not in RUNNING_STATES:
            self._close()
            self._rollout = self._begin_next()
        last = ProcrastinateWorker.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        worker = Worker(self._run, next(self._numbers), concurrency=_CONCURRENCY, stalled_after=_STALLED_AFTER_S)
        try:
            self._await_turn(worker, last)
            time.sleep(self._chance.uniform(0, _LATEST_KILL_S))
        finally:
            worker.kill()
        self.cut_off += ProcrastinateJob.objects.filter(queue_name=QUEUE, status="doing").count()
        self._read_sites()

    def finish(self) -> None:
        """A worker that nobody kills completes the rollout, as far as it can."""
        most = time.monotonic() + 120 + 5 * len(self.sites)
        numbers = [next(self._numbers)]
        with working(self._run, numbers, concurrency=_CONCURRENCY, stalled_after=_STALLED_AFTER_S) as workers:
            await_end(self._rollout, workers, most)
        self._close()

    def _begin_next(self) -> Rollout:
        """Planned and started: to the release that the sites are not on."""
        target = self._choose_target()
        kind = RolloutKind.ROLLBACK if target == self._run.counties.first else RolloutKind.UPDATE
        self.rollouts += 1
        return start_rollout(plan_rollout(target, self.sites, batch_size=BATCH_SIZE, kind=kind))

    def _choose_target(self) -> Release:
        counties = self._run.counties
        stands_on = SiteRelease.objects.values_list("release_id", flat=True).get(site=self.sites[0])
        return counties.first if stands_on == counties.second.pk else counties.second

    def _await_turn(self, worker: Worker, last: int) -> None:
        """Until the worker is at a turn (its row is later than the `last`); a kill before that is no test."""
        taken = ProcrastinateJob.objects.filter(queue_name=QUEUE, status="doing", worker__gt=last)
        deadline = time.monotonic() + _TAKES_UP_WITHIN_S
        while not taken.exists() and find_state(self._rollout) in RUNNING_STATES:
            worker.check()
            if time.monotonic() > deadline:
                raise TimeoutError("the worker takes up no turn")
            time.sleep(_POLL_S)

    def _read_sites(self) -> None:
        """Each is wholly on the release that it says it is on, and that is the new one exactly where its turn is done."""
        done = set(self._rollout.turns.filter(state=SiteTurnState.DONE).values_list("site_id", flat=True))
        on_target = set(SiteRelease.objects.filter(release=self._rollout.release).values_list("site_id", flat=True))
        for site in self.sites:
            fault = find_fault(site)
            if (site.pk in done) != (site.pk in on_target):
                fault = fault or "its turn and its release contradict each other"
            if fault:
                self.torn.append(f"{site.schema_name}: {fault}")

    def _close(self) -> None:
        """Note what a rollout that has ended left undone."""
        found = ((site, find_fault(site, self._rollout.release)) for site in self.sites)
        self.left += [f"{site.schema_name}: {fault}" for site, fault in found if fault]
        self.turns_done += self._rollout.turns.filter(state=SiteTurnState.DONE).count()
